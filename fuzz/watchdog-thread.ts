/** The thread of `Watchdog`: ends the process when the same input is played for too long. */
import { writeSync } from 'node:fs';
import { workerData } from 'node:worker_threads';
import { printInput } from './input-text.ts';

interface Given {
  readonly shared: SharedArrayBuffer;
  readonly timeoutMs: number;
  readonly prefix: string;
}

const LOOKS = 4;
const { shared, timeoutMs, prefix }: Given = workerData;
const words = new Int32Array(shared, 0, 2);
let last = 0;
let looks = 0;

setInterval(() => {
  const number = Atomics.load(words, 0);
  looks = number !== 0 && number === last ? looks + 1 : 0;
  last = number;
  if (looks < LOOKS) return;
  const input = new Uint8Array(shared, 8, words[1]).slice();
  writeSync(
    2,
    `an input is played for more than ${timeoutMs} ms; play it again:\n  ${prefix} --input ${printInput(input)}\n`,
  );
  process.kill(process.pid, 'SIGKILL');
}, timeoutMs / LOOKS);
