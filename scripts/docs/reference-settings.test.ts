import assert from 'node:assert/strict';
import test from 'node:test';
import { CONFIG_TABLE } from '@actionbase/server/config/config-table';
import { REFERENCE_SETTINGS } from './reference-settings.ts';

test('every setting that a row names is one of ours, and none of the reference is named twice', () => {
  const known: readonly string[] = Object.keys(CONFIG_TABLE);
  for (const { theirs, ours, note } of REFERENCE_SETTINGS) {
    for (const name of ours) assert.ok(known.includes(name), `${name} is not a setting of ours`);
    assert.ok(ours.length > 0 || note !== '', `${theirs.join(', ')} has no counterpart and no reason why`);
    // A word in back quotes that looks like a setting of ours is one, or a limit.
    for (const [, name = ''] of note.matchAll(/`([a-z]+\.[a-zA-Z]+)`/g)) assert.ok(known.includes(name), name);
  }
  const theirs = REFERENCE_SETTINGS.flatMap((row) => row.theirs);
  assert.equal(new Set(theirs).size, theirs.length);
});

test('the settings that the reference documents are all there', () => {
  const theirs = REFERENCE_SETTINGS.flatMap((row) => row.theirs).join('\n');
  for (const name of DOCUMENTED) assert.ok(theirs.includes(name), name);
});

const DOCUMENTED = [
  'server.port',
  'actionbase.tenant',
  'AB_TENANT',
  'actionbase.datastore.type',
  'actionbase.datastore.configuration',
  'actionbase.read-only',
  'kc.graph.hbase.',
  'kc.graph.phase',
  'kc.graph.tenant',
  'kc.graph.metastore-url',
  'kc.graph.metastore-reload-interval',
  'kc.graph.metadata-fetch-limit',
  'kc.graph.system-mutation-mode',
  'kc.graph.mutation-request-timeout',
  'kc.graph.encoder-pool-size',
  'kc.graph.default-storage.',
  'kc.graph.wal',
  'kc.graph.cdc',
  'kc.graph.warm-up.enabled',
  'kc.graph.warm-up.count',
  'kc.graph.warm-up.concurrency',
  'kc.graph.use-token',
  'kc.graph.tokens',
  'kc.graph.allow-mirror',
  'kc.graph.production',
  'com.kakao.actionbase.server.entity.page.size',
];
