/**
 * Goal: formats only grow. A data directory of every version before is opened by this one, gives the answers that its own
 * version gave, and goes on from there.
 * Method: directories that real servers of those versions wrote, kept with their answers; see README.md beside this file.
 */
import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { foldProblems, recountAll } from '@actionbase/engine/testing/instance-state';
import { get, post } from '@actionbase/server/testing/send';
import { startTestServer, type TestServer } from '@actionbase/server/testing/test-server';
import { differencesOf } from './compare-answers.ts';
import { unpackDirectory } from './directory-archive.ts';
import { type Manifest, readArchive, readManifests } from './manifest.ts';

const WISH = '/graph/v3/databases/shop/tables/wish/edges';
const NEW_EDGE = { version: 1, source: 999, target: 'today', properties: { at: 7, color: 'red' } };

let root: string;

before(async () => {
  root = await mkdtemp(join(tmpdir(), 'actionbase-old-'));
});

after(() => rm(root, { recursive: true, force: true }));

function open(dataDir: string): Promise<TestServer> {
  return startTestServer({ dataDir }, { store: 'embedded' });
}

async function assertAnswers(server: TestServer, { answers }: Manifest): Promise<void> {
  for (const { path, text: expected } of answers) {
    const { status, text } = await get(server, path);
    assert.equal(status, 200, `${path}: ${text}`);
    assert.deepEqual(differencesOf(path, expected, text), [], path);
  }
}

async function assertSound(server: TestServer): Promise<void> {
  const { engine, store } = server.instance;
  assert.deepEqual(await recountAll(store), []);
  assert.deepEqual(await foldProblems(store), []);
  for (const stream of ['wal', 'cdc']) {
    const { status, text } = await get(server, `/actionbase/v1/log/${stream}?from=first`);
    assert.equal(status, 200, text);
    assert.ok(text.trimEnd().split('\n').length > 10, text);
  }
  for (const { table } of engine.catalog.tables.values()) {
    if (table.layout === 'NIL') continue;
    const asked = JSON.stringify({ database: table.database, table: table.name });
    const { status, text } = await post(server, '/actionbase/v1/audit', asked);
    assert.equal(status, 200, text);
    assert.match(text.trimEnd().split('\n').at(-1) ?? '', /"found":0,.*"left":0/, text);
  }
}

for (const manifest of readManifests()) {
  const { name, ending } = manifest;
  describe(`a data directory that ${name} wrote and that was ${ending}`, () => {
    const dataDir = (): string => join(root, `${name}-${ending}`);

    it('opens and gives the answers of then; its rows are those that an audit expects', async () => {
      await unpackDirectory(readArchive(manifest), dataDir());
      await using server = await open(dataDir());
      await assertAnswers(server, manifest);
      await assertSound(server);
    });

    it('takes writes, and after a restart it has both the old and the new', async () => {
      const body = JSON.stringify({ mutations: [{ type: 'INSERT', edge: NEW_EDGE }] });
      {
        await using server = await open(dataDir());
        const { status, text } = await post(server, WISH, body);
        assert.equal(status, 200, text);
        assert.match(text, /"status":"CREATED"/);
      }
      await using server = await open(dataDir());
      assert.match((await get(server, `${WISH}/scan/newest?start=999&direction=OUT`)).text, /"target":"today"/);
      await assertAnswers(server, manifest);
      await assertSound(server);
    });
  });
}
