/**
 * Goal: the file log keeps its laws on a real disk, alone in its folder, and through kill -9.
 * Method: the laws of Log with a disk whose process can be ended; then real processes that are killed while they append,
 * and print what was acknowledged. A power cut is not made here: the memory disk of the log's own tests does that.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { FileLog } from '@actionbase/adapter-file-log/file-log';
import { NodeDisk } from '@actionbase/adapter-node/node-disk';
import { SystemClock } from '@actionbase/adapter-node/system-clock';
import { logContract } from '@actionbase/ports/contracts/log';
import { assertChained, assertFailure, readAll, textsOf } from '@actionbase/ports/contracts/log-frames';
import type { LogHome } from '@actionbase/ports/contracts/log-home';
import { MortalDisk } from '@actionbase/ports/contracts/mortal-disk';
import { ManualClock } from '@actionbase/ports/memory/manual-clock';

const sizes = { segmentBytes: 64 * 1024, preallocatedBytes: 16 * 1024 };

async function makeFolder(): Promise<string> {
  return mkdtemp(join(tmpdir(), 'actionbase-file-log-'));
}

async function makeHome(): Promise<LogHome> {
  const directory = await makeFolder();
  const clock = new ManualClock({ sleeps: 'advance' });
  let disk = new MortalDisk(new NodeDisk());
  return {
    clock,
    open: () => FileLog.open({ directory, disk, clock, ...sizes, segmentBytes: 256 * 1024 }),
    async beside() {
      // As an operator might: whoever comes next locks another file.
      await rm(join(directory, 'lock'));
      return FileLog.open({ directory, disk: new NodeDisk(), clock, ...sizes, segmentBytes: 256 * 1024 });
    },
    async crash() {
      await disk.kill();
      disk = new MortalDisk(new NodeDisk());
    },
    failNextFrame: undefined,
    holdFrames: undefined,
    damage: undefined,
    tear: undefined,
    async [Symbol.asyncDispose]() {
      await disk.kill();
      await rm(directory, { recursive: true });
    },
  };
}

logContract('FileLog on NodeDisk', makeHome);

/** Appends until it is killed, several callers at once, and prints each text once it was acknowledged. */
const appender = `
  const [{ FileLog }, { NodeDisk }, { SystemClock }] = await Promise.all([
    import('@actionbase/adapter-file-log/file-log'),
    import('@actionbase/adapter-node/node-disk'),
    import('@actionbase/adapter-node/system-clock'),
  ]);
  const [directory, life] = process.argv.slice(1);
  const sizes = { segmentBytes: 65536, preallocatedBytes: 16384 };
  const log = await FileLog.open({ directory, disk: new NodeDisk(), clock: new SystemClock(), ...sizes });
  process.stdout.write('open\\n');
  for (let caller = 0; caller < 8; caller++) run(caller);
  async function run(caller) {
    for (let turn = 0; ; turn++) {
      const text = [life, caller, turn].join(' ').padEnd(200, '.');
      const { offset, firstEntry } = await log.append(0, [new TextEncoder().encode(text)]);
      process.stdout.write([offset, firstEntry, text].join('|') + '\\n');
    }
  }
`;

interface Appender {
  readonly process: ChildProcess;
  /** Lines that it printed so far. */
  readonly lines: string[];
  /** Resolves when it has printed that many, or has ended. */
  untilLines(count: number): Promise<void>;
  kill(): Promise<void>;
}

function startAppender(directory: string, life: number): Appender {
  const args = ['--input-type=module', '--eval', appender, directory, String(life)];
  const started = spawn(process.execPath, args, { cwd: import.meta.dirname, stdio: ['ignore', 'pipe', 'inherit'] });
  const reader = createInterface({ input: started.stdout });
  const ended = once(reader, 'close');
  const lines: string[] = [];
  let wanted = Number.POSITIVE_INFINITY;
  let reach: () => void = () => undefined;
  reader.on('line', (line) => {
    lines.push(line);
    if (lines.length >= wanted) reach();
  });
  return {
    process: started,
    lines,
    async untilLines(count) {
      if (lines.length >= count) return;
      const reached = new Promise<void>((resolve) => {
        wanted = count;
        reach = resolve;
      });
      await Promise.race([reached, ended]);
      assert.ok(lines.length >= count, 'the process lives until it is killed');
    },
    async kill() {
      started.kill('SIGKILL');
      await ended;
    },
  };
}

test('G1 what was acknowledged survives kill -9 while appends run, again and again', async () => {
  const directory = await makeFolder();
  try {
    const acknowledged: string[] = [];
    for (let life = 0; life < 3; life++) {
      const running = startAppender(directory, life);
      try {
        await running.untilLines(300 + 137 * life);
      } finally {
        await running.kill();
      }
      // The last line may have been cut by the kill.
      acknowledged.push(...running.lines.slice(1).filter((line) => line.endsWith('....')));
      await using log = await FileLog.open({ directory, disk: new NodeDisk(), clock: new SystemClock(), ...sizes });
      const frames = await readAll(log);
      assertChained(frames, 0);
      for (const line of acknowledged) {
        const [offset, firstEntry, text] = line.split('|');
        const frame = frames[Number(offset)];
        assert.ok(frame !== undefined, `frame ${offset} is there`);
        assert.equal(textsOf(frame)[Number(firstEntry)], text);
      }
    }
    assert.ok(acknowledged.length > 1000, `${acknowledged.length} acknowledged`);
  } finally {
    await rm(directory, { recursive: true });
  }
});

test('a log that another process has open is refused with its process id, until that was killed', async () => {
  const directory = await makeFolder();
  const other = startAppender(directory, 0);
  try {
    await other.untilLines(1);
    const open = () => FileLog.open({ directory, disk: new NodeDisk(), clock: new SystemClock(), ...sizes });
    const failure = await assertFailure(open(), 'locked');
    assert.equal(failure.details.pid, other.process.pid);
    assert.ok(failure.message.includes(String(other.process.pid)), failure.message);
    await other.kill();
    await using log = await open();
    assert.ok(log.bounds(0).end >= 0);
  } finally {
    await other.kill();
    await rm(directory, { recursive: true });
  }
});
