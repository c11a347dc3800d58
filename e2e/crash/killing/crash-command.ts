/**
 * Takes or restores a backup, and ends itself at a named point: `node crash-command.ts OPTIONS`, with OPTIONS as JSON. The
 * points are the beginnings of the stages that the real commands tell of.
 */
import type { StageProgress } from '@actionbase/cli/backup/stage-progress';
import { type KillPlan, KillSwitch } from './kill-switch.ts';

export interface CrashCommandOptions {
  readonly command: 'backup' | 'restore' | 'verify';
  /** The data directory, or the backup. */
  readonly from: string;
  readonly to: string;
  readonly kill: KillPlan | null;
}

/** How each stage begins, and the point that is passed there. */
const STAGES: readonly (readonly [command: string, stage: string, point: string])[] = [
  ['backup', 'Copying the store', 'backup.store'],
  ['backup', 'Copying the log', 'backup.log'],
  ['backup', 'Digesting', 'backup.digest'],
  ['backup', 'Hashing', 'backup.hash'],
  ['restore', 'Checking', 'restore.check'],
  ['restore', 'Writing the log', 'restore.log'],
  ['restore', 'Copying the store', 'restore.store'],
  ['restore', 'Applying', 'restore.replay'],
  ['restore', 'Digesting', 'restore.digest'],
];

const { command, from, to, kill: plan }: CrashCommandOptions = JSON.parse(process.argv[2] ?? '{}');
const kill = new KillSwitch(plan);
const progress: StageProgress = {
  begin: (stage) => {
    const row = STAGES.find(([of, begin]) => of === command && stage.startsWith(begin));
    if (row !== undefined) kill.pass(row[2]);
  },
  advance: () => undefined,
};

if (command === 'backup') {
  const { takeBackup } = await import('@actionbase/cli/backup/take-backup');
  await takeBackup({ dataDir: from, to, tailOnly: false, nowMs: Date.now, progress });
} else if (command === 'restore') {
  const { restore } = await import('@actionbase/cli/backup/restore');
  const nowMs = Date.now();
  await restore({ from, dataDir: to, log: undefined, target: { kind: 'end' }, epoch: undefined, nowMs, progress });
} else {
  const { verifyBackup } = await import('@actionbase/cli/backup/verify-backup');
  await verifyBackup({ directory: from, scratchIn: to, depth: 'restore', nowMs: Date.now(), progress });
}
