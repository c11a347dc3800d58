import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseLogMeta, printLogMeta } from './log-meta.ts';

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (content: string) => new TextEncoder().encode(content);

test('the text is the one in the drawing, and is read as it was written', () => {
  const meta = { epoch: 3, partition: 0 };
  assert.equal(text(printLogMeta(meta)), 'actionbase file log, format 1\nepoch 3, partition 0\nchecksum 697dd0de\n');
  assert.deepEqual(parseLogMeta(printLogMeta(meta)), { kind: 'whole', meta });
});

test('a later format is told apart from damage', () => {
  assert.deepEqual(parseLogMeta(bytes('actionbase file log, format 2\nwhatever\n')), { kind: 'format', format: 2 });
  const good = text(printLogMeta({ epoch: 3, partition: 0 }));
  for (const bad of ['', 'something else', good.replace('epoch 3', 'epoch 4'), good.slice(0, -3), `${good}more`]) {
    assert.deepEqual(parseLogMeta(bytes(bad)), { kind: 'bad' }, bad);
  }
});
