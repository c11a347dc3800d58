import assert from 'node:assert/strict';
import { chmod, rm } from 'node:fs/promises';
import test from 'node:test';
import { ManualClock } from '@actionbase/ports/memory/manual-clock';
import { SERVER_LIMITS } from '../limits.ts';
import { makeTokenFile, type TestTokenFile } from '../testing/access-tokens.ts';
import { FileWatch, stampOf } from './file-watch.ts';

interface Watched extends AsyncDisposable {
  readonly notices: readonly string[];
  readonly reads: readonly boolean[];
  /** What the next readings end with; a good one when empty. */
  readonly failures: Error[];
  /** Lets the time of one look pass, and the look end. */
  look(): Promise<void>;
}

async function watch(file: TestTokenFile): Promise<Watched> {
  const clock = new ManualClock();
  const [notices, reads, failures]: [string[], boolean[], Error[]] = [[], [], []];
  const reload = async (): Promise<string> => {
    const failure = failures.shift();
    if (failure !== undefined) throw failure;
    return 'read again';
  };
  const files = [{ name: 'tokens', paths: [file.path], stamp: await stampOf([file.path]), reload }] as const;
  const watching = new FileWatch({
    clock,
    files,
    onNotice: (text) => notices.push(text),
    onRead: (_, failed) => reads.push(failed),
  });
  return {
    notices,
    reads,
    failures,
    async look() {
      clock.advance(SERVER_LIMITS.filePollMs);
      while (clock.nextDueMs() === undefined) await new Promise((resolve) => setImmediate(resolve));
    },
    [Symbol.asyncDispose]: () => watching[Symbol.asyncDispose](),
  };
}

test('a file is read again after a change and only then', async () => {
  await using file = await makeTokenFile([]);
  await using watched = await watch(file);
  await watched.look();
  assert.deepEqual(watched.reads, []);
  await file.writeText('same length');
  await watched.look();
  await watched.look();
  assert.deepEqual(watched.notices, ['read again']);
  await chmod(file.path, 0o400);
  await watched.look();
  assert.deepEqual(watched.reads, [false, false]);
});

test('a broken file is told once, tried at each look, and told again when it is whole', async () => {
  await using file = await makeTokenFile([]);
  await using watched = await watch(file);
  watched.failures.push(new Error('torn'), new Error('torn'), new Error('other'));
  await rm(file.path);
  for (let looks = 0; looks < 4; looks++) await watched.look();
  assert.deepEqual(watched.reads, [true, true, true, false]);
  assert.deepEqual(watched.notices, [
    'torn; what was read before stays in use',
    'other; what was read before stays in use',
    'read again',
  ]);
});
