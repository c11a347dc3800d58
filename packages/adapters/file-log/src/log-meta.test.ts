import assert from 'node:assert/strict';
import { test } from 'node:test';
import { epochOfFrame, inheritFrames, parseLogMeta, printLogMeta } from './log-meta.ts';

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
const bytes = (content: string) => new TextEncoder().encode(content);

test('the text is the one in the drawing, and is read as it was written', () => {
  const meta = { epoch: 3, partition: 0, inherited: [], hasTerms: false };
  assert.equal(text(printLogMeta(meta)), 'actionbase file log, format 1\nepoch 3, partition 0\nchecksum 697dd0de\n');
  assert.deepEqual(parseLogMeta(printLogMeta(meta)), { kind: 'whole', meta });
});

test('a later format is told apart from damage', () => {
  assert.deepEqual(parseLogMeta(bytes('actionbase file log, format 4\nwhatever\n')), { kind: 'format', format: 4 });
  const good = text(printLogMeta({ epoch: 3, partition: 0, inherited: [], hasTerms: false }));
  for (const bad of [
    '',
    'something else',
    good.replace('epoch 3', 'epoch 4'),
    good.slice(0, -3),
    `${good}more`,
    good.replace('format 1', 'format 2'),
  ]) {
    assert.deepEqual(parseLogMeta(bytes(bad)), { kind: 'bad' }, bad);
  }
});

test('a restored log tells which frames are of which epoch', () => {
  const inherited = [
    { epoch: 1, end: 100 },
    { epoch: 2, end: 1843 },
  ];
  const meta = { epoch: 3, partition: 0, inherited, hasTerms: false };
  const lines = ['actionbase file log, format 2', 'epoch 3, partition 0', 'epoch 1 below frame 100'];
  assert.equal(text(printLogMeta(meta)), [...lines, 'epoch 2 below frame 1843', 'checksum a74a4531', ''].join('\n'));
  assert.deepEqual(parseLogMeta(printLogMeta(meta)), { kind: 'whole', meta });
  assert.deepEqual(
    [0, 99, 100, 1842, 1843].map((offset) => epochOfFrame(meta, offset)),
    [1, 1, 2, 2, 3],
  );
});

test('a log with terms has a format of its own, restored or not', () => {
  const meta = { epoch: 3, partition: 0, inherited: [], hasTerms: true };
  assert.equal(text(printLogMeta(meta)), 'actionbase file log, format 3\nepoch 3, partition 0\nchecksum 84eb0337\n');
  for (const inherited of [[], [{ epoch: 1, end: 100 }]]) {
    assert.deepEqual(parseLogMeta(printLogMeta({ ...meta, inherited })), {
      kind: 'whole',
      meta: { ...meta, inherited },
    });
  }
});

test('a copy of a log inherits the epochs of its frames', () => {
  const from = {
    epoch: 3,
    inherited: [
      { epoch: 1, end: 10 },
      { epoch: 2, end: 20 },
    ],
  };
  const one = { epoch: 1, end: 10 };
  const two = { epoch: 2, end: 20 };
  assert.deepEqual(inheritFrames(from, { start: 0, end: 30 }), [one, two, { epoch: 3, end: 30 }]);
  assert.deepEqual(inheritFrames(from, { start: 10, end: 20 }), [two]);
  assert.deepEqual(inheritFrames(from, { start: 5, end: 15 }), [one, { epoch: 2, end: 15 }]);
  assert.deepEqual(inheritFrames(from, { start: 0, end: 0 }), []);
});
