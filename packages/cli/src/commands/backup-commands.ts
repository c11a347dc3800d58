import { tmpdir } from 'node:os';
import { printPosition } from '@actionbase/core/model/position';
import { UsageError } from '../arguments/usage-error.ts';
import type { CommandCall, ParsedCommand } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { StageLine } from '../print/stage-line.ts';
import { DATA_DIR_FLAG, readDataDir } from './data-dir-flag.ts';
import { printFacts } from './print-facts.ts';

/** `actionbase backup verify` and `actionbase backup`: the longer name comes first. */
export const BACKUP_COMMANDS: readonly ParsedCommand[] = [
  {
    kind: 'parsed',
    words: ['backup', 'verify'],
    summary: 'Checks that a backup can be restored, by restoring it in a scratch folder.',
    details:
      'Every file and every frame of the log is read; the copy of the store is compared with what the manifest says of it, the\n' +
      'log is applied to it up to its end, and every table is recounted. The scratch folder needs as much room as the backup.\n' +
      'Exit code 0: it can be restored. 5: it cannot, and the message names the file or the table.',
    positionals: [{ name: 'DIR' }],
    flags: [
      {
        kind: 'choice',
        name: 'depth',
        value: 'DEPTH',
        choices: ['files', 'restore', 'all-frames'],
        help: 'files: only hashes and frames. restore: all of the above (default). all-frames: also that the log from frame 0 on gives the same rows, if it reaches back to it.',
      },
      {
        kind: 'text',
        name: 'scratch',
        value: 'DIR',
        help: "Where the scratch folder is made (the system's folder for such).",
      },
    ],
    examples: [
      'actionbase backup verify /backups/monday',
      'actionbase backup verify /backups/monday --depth files --json',
    ],
    run: verify,
  },
  {
    kind: 'parsed',
    words: ['backup'],
    summary: 'Copies a database into a folder while its server runs, or while it does not.',
    details:
      'Runs on the machine of the data directory, beside the server. The folder must be empty or missing. What was\n' +
      'acknowledged before the command began is in the backup. Without a manifest.json it is none: it was interrupted.',
    positionals: [],
    flags: [
      { kind: 'text', name: 'to', value: 'DIR', required: true, help: 'Where the backup is written.' },
      DATA_DIR_FLAG,
      {
        kind: 'switch',
        name: 'tail-only',
        help: 'Leaves out the frames of the log before the position of the store: smaller, and gives no earlier position.',
      },
    ],
    examples: [
      'actionbase backup --to /backups/monday',
      'actionbase backup --data-dir /var/lib/actionbase --to /backups/monday --json',
    ],
    run: backup,
  },
];

async function backup(call: CommandCall): Promise<ExitCode> {
  const { args, terminal } = call;
  using progress = new StageLine(terminal, call.asJson);
  // Loaded here, so that the other commands start without the database.
  const { takeBackup } = await import('../backup/take-backup.ts');
  const to = args.required('to');
  const request = { dataDir: readDataDir(args), to, tailOnly: args.has('tail-only'), nowMs: Date.now, progress };
  const { epoch, inherited, store, log, files, takenAtMs } = await takeBackup(request);
  const { printRange } = await import('../backup/plan-restore.ts');
  progress[Symbol.dispose]();
  let sizeBytes = 0;
  for (const file of files) sizeBytes += file.sizeBytes;
  await printFacts(call, {
    directory: to,
    store: store.offset < 0 ? null : printPosition({ epoch, partition: 0, offset: store.offset }),
    gives: printRange({ epoch, inherited, store, log, completeUntilMs: takenAtMs }),
    rows: store.rows,
    hash: store.hash,
    files: files.length,
    bytes: sizeBytes,
  });
  return EXIT.ok;
}

async function verify(call: CommandCall): Promise<ExitCode> {
  const { args, terminal } = call;
  using progress = new StageLine(terminal, call.asJson);
  const { verifyBackup } = await import('../backup/verify-backup.ts');
  const directory = args.positional('DIR');
  const scratchIn = args.text('scratch') ?? tmpdir();
  const verified = await verifyBackup({
    directory,
    scratchIn,
    depth: readDepth(args.text('depth')),
    nowMs: Date.now(),
    progress,
  });
  progress[Symbol.dispose]();
  const { range, files, frames, recount, isReplayed } = verified;
  await printFacts(call, {
    directory,
    gives: range,
    files,
    frames,
    ...(recount ?? {}),
    replayedFromFrame0: isReplayed,
  });
  return EXIT.ok;
}

function readDepth(text = 'restore'): 'files' | 'restore' | 'all-frames' {
  if (text === 'files' || text === 'restore' || text === 'all-frames') return text;
  throw new UsageError(`--depth is "${text}"; expected files, restore or all-frames.`);
}
