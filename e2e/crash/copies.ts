import { existsSync } from 'node:fs';
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { NodeDisk } from '@actionbase/adapter-node/node-disk';
import { claimDataDirectory } from '@actionbase/server/data-directory';
import { inspect } from './inspect.ts';
import type { CrashProcesses, Ended } from './killing/crash-process.ts';
import type { Life } from './life.ts';

/** What is copied, and how: the life's data directory is left as it was. */
export interface Copying {
  readonly life: Life;
  readonly processes: CrashProcesses;
  /** A folder for the copies, which is removed afterwards. */
  readonly scratch: string;
}

/** Told of each kill. */
type OnKill = (
  point: string,
  killed: { readonly passed: Ended['passed']; readonly violations: readonly string[] },
) => void;

/**
 * Kills backups at points while clients write: what they leave is no backup. One that is not killed is then verified. The
 * server that they were taken beside is killed too.
 */
export async function killBackups(copying: Copying, points: readonly string[], onKill: OnKill): Promise<string[]> {
  const { life, processes, scratch } = copying;
  await mkdir(scratch, { recursive: true });
  const from = life.directory;
  const violations = await life.whileServing(async () => {
    for (const [place, point] of points.entries()) {
      const to = join(scratch, `killed-${place}`);
      const ended = await processes.run({ command: 'backup', from, to, kill: { point, pass: 1 } });
      const isBackup = existsSync(join(to, 'manifest.json'));
      onKill(point, {
        passed: ended.passed,
        violations: [...unkilled(ended), ...(isBackup ? [`${point} left a backup`] : [])],
      });
    }
    const whole = join(scratch, 'whole');
    const taken = await processes.run({ command: 'backup', from, to: whole, kill: null });
    const verified = await processes.run({ command: 'verify', from: whole, to: scratch, kill: null });
    return [...failed('a backup', taken), ...failed('verifying a backup', verified)];
  });
  await rm(scratch, { recursive: true, force: true });
  return violations;
}

/**
 * Kills restores at points: what they leave is not taken for a database. One that is not killed shows every edge that was
 * acknowledged before its backup, and every recount of it is right.
 */
export async function killRestores(copying: Copying, points: readonly string[], onKill: OnKill): Promise<string[]> {
  const { life, processes, scratch } = copying;
  await mkdir(scratch, { recursive: true });
  // What has no answer is decided by the server, and is then the same in all copies.
  const violations = await life.check();
  const from = join(scratch, 'backup');
  violations.push(
    ...failed('a backup', await processes.run({ command: 'backup', from: life.directory, to: from, kill: null })),
  );
  for (const [place, point] of points.entries()) {
    const to = join(scratch, `killed-${place}`);
    const ended = await processes.run({ command: 'restore', from, to, kill: { point, pass: 1 } });
    onKill(point, { passed: ended.passed, violations: [...unkilled(ended), ...(await takenForDatabase(point, to))] });
  }
  const whole = join(scratch, 'whole');
  const restored = await processes.run({ command: 'restore', from, to: whole, kill: null });
  violations.push(...failed('a restore', restored));
  if (restored.code === 0) violations.push(...(await inspect(whole)), ...(await life.check(whole)));
  await rm(scratch, { recursive: true, force: true });
  return violations;
}

async function takenForDatabase(point: string, directory: string): Promise<string[]> {
  if (!existsSync(directory) || (await readdir(directory)).length === 0) return [];
  try {
    await using _ = await claimDataDirectory(new NodeDisk(), directory);
    return [`${point} left what is taken for a database`];
  } catch {
    return [];
  }
}

function unkilled({ signal, output }: Ended): string[] {
  return signal === 'SIGKILL' ? [] : [`it was not killed:\n${output}`];
}

function failed(what: string, { code, output }: Ended): string[] {
  return code === 0 ? [] : [`${what} fails:\n${output}`];
}
