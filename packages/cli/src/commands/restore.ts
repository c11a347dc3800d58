import { parsePosition, printPosition } from '@actionbase/core/model/position';
import type { ParsedArguments } from '../arguments/parsed-arguments.ts';
import { UsageError } from '../arguments/usage-error.ts';
import type { RestoreTarget } from '../backup/plan-restore.ts';
import type { CommandCall, ParsedCommand } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { StageLine } from '../print/stage-line.ts';
import { printFacts } from './print-facts.ts';

/** `actionbase restore` */
export const RESTORE: ParsedCommand = {
  kind: 'parsed',
  words: ['restore'],
  summary: 'Makes a data directory from a backup, as it was at any position that the backup gives.',
  details:
    'What comes out is a new epoch of the database: it holds everything up to the position and nothing behind it, and readers\n' +
    'with a position of the old epoch are told so. Without --to and --to-time it is all that the backup has.\n\n' +
    'The moment before a mistake is often not in the last backup but in the log since. Take a backup now (or stop the\n' +
    'server), and name it as --log beside an older one as --from: its store, and the longer log from there on.',
  positionals: [],
  flags: [
    { kind: 'text', name: 'from', value: 'DIR', required: true, help: 'The backup.' },
    {
      kind: 'text',
      name: 'data-dir',
      value: 'DIR',
      required: true,
      help: 'The data directory to make: empty or missing.',
    },
    { kind: 'text', name: 'to', value: 'POSITION', help: 'The last frame that is restored, as e1-p0-1842.' },
    {
      kind: 'text',
      name: 'to-time',
      value: 'TIME',
      help: 'Restores what had been written by this time, as 2026-11-21T10:00:00Z.',
    },
    {
      kind: 'text',
      name: 'log',
      value: 'DIR',
      help: 'Another backup, or a data directory, of the same database: its log instead of that of --from.',
    },
    {
      kind: 'integer',
      name: 'epoch',
      value: 'N',
      min: 2,
      max: 999_999_999,
      help: 'Epoch of what is restored (the next one). When an earlier restore has served already, it must be above that one.',
    },
  ],
  examples: [
    'actionbase restore --from /backups/monday --data-dir /var/lib/actionbase',
    'actionbase restore --from /backups/monday --log /backups/now --to-time 2026-11-21T09:59:59Z --data-dir ./restored',
  ],
  run: runRestore,
};

async function runRestore(call: CommandCall): Promise<ExitCode> {
  const { args, terminal } = call;
  const target = readTarget(args);
  using progress = new StageLine(terminal, call.asJson);
  // Loaded here, so that the other commands start without the database.
  const { restore } = await import('../backup/restore.ts');
  const restored = await restore({
    from: args.required('from'),
    dataDir: args.required('data-dir'),
    log: args.text('log'),
    target,
    epoch: args.integer('epoch'),
    nowMs: Date.now(),
    progress,
  });
  progress[Symbol.dispose]();
  const { epoch, epochBefore, offset, stampMs, digest, isCompared, inbox } = restored;
  const print = (of: number): string | null => (offset < 0 ? null : printPosition({ epoch: of, partition: 0, offset }));
  const origins = Object.fromEntries([...inbox].filter(([origin]) => origin !== 'queue'));
  await printFacts(call, {
    directory: args.required('data-dir'),
    position: print(epochBefore),
    time: offset < 0 ? null : new Date(stampMs).toISOString(),
    nowCalled: print(epoch),
    tables: digest.tables.length,
    states: digest.tables.reduce((sum, { states }) => sum + states, 0),
    rows: digest.rows,
    hash: digest.hash,
    comparedWithBackup: isCompared,
    ...(Object.keys(origins).length === 0 ? {} : { foreignLogsGoOnAfter: origins }),
  });
  return EXIT.ok;
}

function readTarget(args: ParsedArguments): RestoreTarget {
  const [to, time] = [args.text('to'), args.text('to-time')];
  if (to !== undefined && time !== undefined) throw new UsageError('--to and --to-time name two targets; give one.');
  if (to !== undefined) {
    const position = parsePosition(to);
    if (position !== undefined) return { kind: 'position', position };
    throw new UsageError(`--to is "${to}"; expected a position such as e1-p0-1842.`);
  }
  if (time === undefined) return { kind: 'end' };
  const timeMs = /T\d\d:\d\d.*(?:Z|[+-]\d\d:\d\d)$/.test(time) ? Date.parse(time) : Number.NaN;
  if (!Number.isNaN(timeMs)) return { kind: 'time', timeMs };
  throw new UsageError(`--to-time is "${time}"; expected a time with its zone, such as 2026-11-21T10:00:00Z.`);
}
