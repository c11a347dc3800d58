import { userInfo } from 'node:os';
import { Failure } from '@actionbase/core/failure';
import { migrateFailures } from '@actionbase/migrate/failures';
import type { ControlCall } from '@actionbase/migrate/operate/control-call';
import { callControl } from '@actionbase/migrate/operate/control-client';
import type { OrderResult } from '@actionbase/migrate/operate/coordinator';
import type { MigrationStatus } from '@actionbase/migrate/operate/migration-status';
import { mismatchesOf, PASSES, type Pass, type Verification } from '@actionbase/migrate/operate/proof-loop';
import type { JournalEntry } from '@actionbase/migrate/stages/journal-state';
import type { StageCommand } from '@actionbase/migrate/stages/plan-move';
import { isStage, STAGES } from '@actionbase/migrate/stages/stage';
import type { Flag } from '../arguments/flag.ts';
import { UsageError } from '../arguments/usage-error.ts';
import type { CommandCall, ParsedCommand } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { loadMigration } from '../migrate/load-migration.ts';
import { readCountsSettings, readLegacySettings } from '../migrate/old-side-settings.ts';
import { printJournal, printStatus, printStatusLine, printVerification } from '../migrate/print-migration.ts';
import { ChangingLine } from '../print/changing-line.ts';

const FILE: Flag = {
  kind: 'text',
  name: 'file',
  value: 'FILE',
  required: true,
  help: 'The file that declares the migration (TypeScript).',
};
const LEGACY: Flag = {
  kind: 'text',
  name: 'legacy',
  value: 'URL',
  help: 'The old database: mysql://USER@HOST:PORT/DATABASE (ACTIONBASE_LEGACY_URL; password: ACTIONBASE_LEGACY_PASSWORD).',
};
const DIRECTORY: Flag = {
  kind: 'text',
  name: 'dir',
  value: 'DIR',
  required: true,
  help: "The migration's folder: journal, evidence, checkpoints.",
};
const ONLY: Flag = {
  kind: 'choice',
  name: 'only',
  value: 'PASS',
  choices: ['sides', 'stored', 'feed', 'derived'],
  repeated: true,
  help: 'Looks at this alone: sides, stored, feed or derived. May be given several times.',
};
const WHY: Flag = {
  kind: 'text',
  name: 'why',
  value: 'TEXT',
  required: true,
  help: 'Why; kept in the journal with who and when.',
};

/** `actionbase migrate …` */
export const MIGRATE_COMMANDS: readonly ParsedCommand[] = [
  {
    kind: 'parsed',
    words: ['migrate', 'plan'],
    summary: 'Compares the declaration with the old table and the new one, and says what is in the way.',
    details: 'Changes nothing. Exit code 1 when something is in the way.',
    positionals: [],
    flags: [FILE, LEGACY],
    examples: ['actionbase migrate plan --file wish.ts --legacy mysql://app@127.0.0.1:3306/shop'],
    run: plan,
  },
  {
    kind: 'parsed',
    words: ['migrate', 'start'],
    summary: 'Runs a migration until it is interrupted: copies, follows, proves, and moves the truth when told to.',
    details:
      'Goes on where it was. The application goes on without it when it is stopped or dies. The other commands talk to it through ' +
      'a socket in its folder.',
    positionals: [],
    flags: [
      FILE,
      DIRECTORY,
      LEGACY,
      {
        kind: 'text',
        name: 'counts',
        value: 'NAME=URL',
        repeated: true,
        help: 'A cache of counts: wishers=redis://HOST:PORT (password: ACTIONBASE_COUNTS_PASSWORD).',
      },
      {
        kind: 'text',
        name: 'directors',
        value: 'DIR',
        help: 'Where the directors of the application have their folders (DIR/directors).',
      },
      {
        kind: 'integer',
        name: 'window',
        value: 'MS',
        min: 100,
        max: 86_400_000,
        help: 'Length of a window of the proof, milliseconds (60000).',
      },
      {
        kind: 'integer',
        name: 'pass',
        value: 'MS',
        min: 1_000,
        max: 604_800_000,
        help: 'Pause between two passes over all that is stored, milliseconds (3600000).',
      },
      {
        kind: 'integer',
        name: 'audit-rate',
        value: 'N',
        min: 1,
        max: 1_000_000,
        help: 'Rows of the new table that a look at what is derived reads in a second (20000).',
      },
      {
        kind: 'integer',
        name: 'shadow',
        value: 'PERCENT',
        min: 0,
        max: 100,
        help: 'Share of the reads that the other side is asked, too, while shadowed (100).',
      },
      {
        kind: 'integer',
        name: 'noise',
        value: 'PERCENT',
        min: 0,
        max: 100,
        help: 'Share of the reads that the truth is asked twice, to measure races (5).',
      },
      {
        kind: 'text',
        name: 'key',
        value: 'FILE',
        help: 'Ed25519 key (PEM) that signs the evidence; one is made in the folder when missing.',
      },
      {
        kind: 'integer',
        name: 'speed',
        value: 'N',
        min: 1,
        max: 10_000_000,
        help: 'Lets the calendar run N times faster, for rehearsals (1).',
      },
    ],
    examples: [
      'actionbase migrate start --file wish.ts --dir wish --legacy mysql://app@127.0.0.1:3306/shop --counts wishers=redis://127.0.0.1:6379',
    ],
    endsWhenInterrupted: true,
    run: start,
  },
  {
    kind: 'parsed',
    words: ['migrate', 'status'],
    summary: 'Says how a migration stands, and in one sentence what it waits for.',
    positionals: [],
    flags: [DIRECTORY, { kind: 'switch', name: 'follow', help: 'Goes on showing, every second.' }],
    examples: ['actionbase migrate status --dir wish', 'actionbase migrate status --dir wish --follow'],
    run: status,
  },
  {
    kind: 'parsed',
    words: ['migrate', 'verify'],
    summary:
      'Looks at everything now: both sides row for row, all that is stored, what is derived, and the folded change feed.',
    details: 'Exit code 1 when anything differs. In a large table the change feed and what is derived take long.',
    positionals: [],
    flags: [DIRECTORY, ONLY],
    examples: ['actionbase migrate verify --dir wish', 'actionbase migrate verify --dir wish --only stored'],
    run: verify,
  },
  {
    kind: 'parsed',
    words: ['migrate', 'advance'],
    summary: 'Opens the next stage, if the evidence allows it; exit code 1 with every reason if not.',
    details: `Stages: ${STAGES.join(', ')}.`,
    positionals: [{ name: 'STAGE' }],
    flags: [DIRECTORY, WHY],
    examples: ['actionbase migrate advance dual --dir wish --why "tested on staging"'],
    run: (call) => order(call, { kind: 'advance', to: stageOf(call) }),
  },
  {
    kind: 'parsed',
    words: ['migrate', 'ramp'],
    summary: 'Moves a share of the keys to the new side, or back: it then decides about them and answers them.',
    positionals: [],
    flags: [DIRECTORY, WHY, { kind: 'text', name: 'percent', value: 'N', required: true, help: 'From 0.1 to 100.' }],
    examples: ['actionbase migrate ramp --percent 1 --dir wish --why "first keys"'],
    run: (call) => order(call, { kind: 'ramp', percent: percentOf(call) }),
  },
  {
    kind: 'parsed',
    words: ['migrate', 'rollback'],
    summary: 'Moves all keys back to the old side, at once; nothing that was written is lost.',
    positionals: [],
    flags: [DIRECTORY, WHY],
    examples: ['actionbase migrate rollback --dir wish --why "latency"'],
    run: (call) => order(call, { kind: 'rollback' }),
  },
  {
    kind: 'parsed',
    words: ['migrate', 'retire'],
    summary: 'Ends the live backup: the old side is written no more, and there is no way back.',
    positionals: [],
    flags: [DIRECTORY, WHY],
    examples: ['actionbase migrate retire --dir wish --why "90 clean days"'],
    run: (call) => order(call, { kind: 'retire' }),
  },
  {
    kind: 'parsed',
    words: ['migrate', 'incident'],
    summary: 'Writes down that something went wrong: the clean period that retirement asks for begins anew.',
    positionals: [],
    flags: [DIRECTORY, WHY],
    examples: ['actionbase migrate incident --dir wish --why "wrong list shown to a user"'],
    run: incident,
  },
  {
    kind: 'parsed',
    words: ['migrate', 'explain'],
    summary: 'Tells everything that happened: every stage, move and refusal, with who, when and why.',
    positionals: [],
    flags: [DIRECTORY],
    examples: ['actionbase migrate explain --dir wish'],
    run: explain,
  },
];

async function plan(call: CommandCall): Promise<ExitCode> {
  const { args, terminal, asJson } = call;
  const migration = await loadMigration(args.required('file'));
  // The drivers of the old side take time to load, which no other command needs.
  const { planMigration } = await import('../migrate/plan-migration.ts');
  const found = await planMigration(migration, readLegacySettings(args, process.env), call.connect());
  if (asJson) await terminal.print(`${JSON.stringify(found)}\n`);
  else await terminal.print(found.text);
  return found.obstacles.length === 0 ? EXIT.ok : EXIT.refused;
}

async function start(call: CommandCall): Promise<ExitCode> {
  const { args, terminal, interrupted } = call;
  const directory = args.required('dir');
  using line = new ChangingLine(terminal);
  const tell = (text: string): void => {
    line.clear();
    terminal.tell(`${new Date().toISOString()} ${text}\n`);
  };
  const options = {
    migration: await loadMigration(args.required('file')),
    directory,
    directors: args.text('directors') ?? `${directory}/directors`,
    legacy: readLegacySettings(args, process.env),
    counts: readCountsSettings(args, process.env),
    client: call.connect(),
    pace: { tickMs: 250, windowMs: args.integer('window') ?? 60_000, passMs: args.integer('pass') ?? 3_600_000 },
    shares: {
      shadowShare: (args.integer('shadow') ?? 100) / 100,
      compareShare: 1,
      noiseShare: (args.integer('noise') ?? 5) / 100,
    },
    speed: args.integer('speed') ?? 1,
    auditRowsPerS: args.integer('audit-rate'),
    keyPath: args.text('key'),
    onEvent: tell,
  };
  const { runMigration } = await import('../migrate/run-migration.ts');
  await runMigration(options, interrupted, (coordinator) => {
    tell(`Migration ${options.migration.name} runs. Ask it with: actionbase migrate status --dir ${directory}`);
    const timer = setInterval(() => {
      coordinator.status().then(
        (now) => line.show(printStatusLine(now)),
        () => undefined,
      );
    }, 1_000);
    interrupted.addEventListener('abort', () => clearInterval(timer), { once: true });
  });
  return EXIT.ok;
}

async function status(call: CommandCall): Promise<ExitCode> {
  const { args, terminal, asJson, interrupted } = call;
  for (;;) {
    const now = await ask<MigrationStatus>(call, { kind: 'status' });
    await terminal.print(asJson ? `${JSON.stringify(now)}\n` : printStatus(now));
    if (!args.has('follow') || interrupted.aborted) return EXIT.ok;
    await new Promise((resolve) => setTimeout(resolve, 1_000));
  }
}

async function verify(call: CommandCall): Promise<ExitCode> {
  const only = call.args.texts('only').map((name) => passOf(name));
  const found = await ask<Verification>(call, { kind: 'verify', ...(only.length === 0 ? {} : { only }) });
  await call.terminal.print(call.asJson ? `${JSON.stringify(found)}\n` : printVerification(found));
  return mismatchesOf(found).length === 0 ? EXIT.ok : EXIT.refused;
}

async function order(call: CommandCall, command: StageCommand): Promise<ExitCode> {
  const why = call.args.required('why');
  const { stage, movedPercent, stallMs } = await ask<OrderResult>(call, { kind: 'stage', command, who: who(), why });
  if (call.asJson) await call.terminal.print(`${JSON.stringify({ stage, movedPercent, stallMs })}\n`);
  else {
    const held = stallMs === null ? '' : `; writes were held for ${Math.round(stallMs)} ms`;
    await call.terminal.print(`Stage ${stage}; ${movedPercent} % of the keys have moved${held}.\n`);
  }
  return EXIT.ok;
}

async function incident(call: CommandCall): Promise<ExitCode> {
  await ask(call, { kind: 'incident', what: call.args.required('why'), who: who() });
  return EXIT.ok;
}

async function explain(call: CommandCall): Promise<ExitCode> {
  const found = await ask<{ status: MigrationStatus; journal: readonly JournalEntry[] }>(call, { kind: 'explain' });
  await call.terminal.print(
    call.asJson ? `${JSON.stringify(found)}\n` : printJournal(found.journal) + printStatus(found.status),
  );
  return EXIT.ok;
}

/** Asks the process that runs the migration. Throws its refusals. */
async function ask<T>(call: CommandCall, question: ControlCall): Promise<T> {
  const answer = await callControl(call.args.required('dir'), question);
  if (answer.kind === 'refused') throw refusalOf(answer.code, answer.message);
  // Printed by the same version of this program.
  return answer.body as T;
}

function refusalOf(code: string, message: string): Failure {
  const known = Object.values(migrateFailures).find((kind) => kind.code === code);
  return new Failure(known ?? migrateFailures['migration-failed'], message);
}

function who(): string {
  return userInfo().username;
}

function passOf(name: string): Pass {
  const pass = name === 'feed' ? 'secondPath' : PASSES.find((known) => known === name);
  if (pass === undefined) throw new UsageError(`"${name}" cannot be looked at.`);
  return pass;
}

function stageOf({ args }: CommandCall) {
  const [stage = ''] = args.positionals('STAGE');
  if (isStage(stage)) return stage;
  throw new UsageError(`"${stage}" is no stage; expected one of ${STAGES.join(', ')}.`);
}

function percentOf({ args }: CommandCall): number {
  const text = args.required('percent');
  const percent = Number(text);
  if (Number.isFinite(percent) && percent >= 0.1 && percent <= 100) return percent;
  throw new UsageError(`--percent ${text}: expected a number from 0.1 to 100.`);
}
