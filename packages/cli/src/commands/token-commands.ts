import { SystemRandom } from '@actionbase/adapter-node/system-random';
import { isV2Name } from '@actionbase/core/wire/v2/entity-name';
import { type AccessToken, hashTokenText, makeTokenId, makeTokenText } from '@actionbase/server/access/access-token';
import { ALL_DATABASES, printDatabases, type Rights, ROLES } from '@actionbase/server/access/rights';
import { requireToken, revokeToken, rotateToken } from '@actionbase/server/access/token-changes';
import { printTime, TOKEN_COMMENT_LENGTH_MAX, TOKENS_MAX } from '@actionbase/server/access/token-file-json';
import { parseDuration } from '../arguments/duration.ts';
import type { Flag } from '../arguments/flag.ts';
import type { ParsedArguments } from '../arguments/parsed-arguments.ts';
import { UsageError } from '../arguments/usage-error.ts';
import type { CommandCall, ParsedCommand } from '../command.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { printJsonLine } from '../print/json-output.ts';

const FILE_VARIABLE = 'ACTIONBASE_ACCESS_TOKENS_FILE';
const GRACE_DEFAULT = '1d';

const FILE: Flag = {
  kind: 'text',
  name: 'file',
  value: 'FILE',
  help: `The server's file of tokens, its setting access.tokensFile (${FILE_VARIABLE}).`,
};
const EXPIRES: Flag = {
  kind: 'text',
  name: 'expires',
  value: 'SPAN',
  help: 'When it ends, counted from now: 90d, 12h; never without it.',
};
const ID = { name: 'ID' } as const;

/** `actionbase token …`: they work on the file, and need no server. */
export const TOKEN_COMMANDS: readonly ParsedCommand[] = [
  {
    kind: 'parsed',
    words: ['token', 'create'],
    summary: 'Makes a token, and prints it this once.',
    details:
      'The token is printed to the results, all else to the remarks. The file gets its hash only. A server that uses the\n' +
      'file takes the token a few seconds later.',
    positionals: [],
    flags: [
      {
        kind: 'choice',
        name: 'role',
        value: ROLES.join('|'),
        choices: ROLES,
        required: true,
        help: 'What it may do: read; write edges, too; change metadata, too.',
      },
      {
        kind: 'text',
        name: 'database',
        value: 'DB',
        repeated: true,
        help: 'A database it is for; may be given several times. All databases without it.',
      },
      { kind: 'text', name: 'comment', value: 'TEXT', help: 'Who uses it and what for.' },
      EXPIRES,
      FILE,
    ],
    examples: [
      'actionbase token create --role write --database shop --comment "the shop" --expires 90d --file tokens.json > shop.token',
    ],
    run: create,
  },
  {
    kind: 'parsed',
    words: ['token', 'list'],
    summary: 'Lists the tokens of a file, by their ids.',
    positionals: [],
    flags: [FILE],
    examples: ['actionbase token list --file tokens.json'],
    run: list,
  },
  {
    kind: 'parsed',
    words: ['token', 'rotate'],
    summary: 'Gives a token a new text, and prints it this once.',
    details:
      'The text before it is taken until the grace is over, so that clients can change over; one that was still in the grace\n' +
      'of an earlier rotation ends at once.',
    positionals: [ID],
    flags: [
      {
        kind: 'text',
        name: 'grace',
        value: 'SPAN',
        help: `How long the text before it is taken (${GRACE_DEFAULT}); 0s: not any more.`,
      },
      { ...EXPIRES, help: 'Another end of the token, counted from now; without it that stays as it is.' },
      FILE,
    ],
    examples: ['actionbase token rotate 5f3a9c01 --grace 2h --file tokens.json > shop.token'],
    run: rotate,
  },
  {
    kind: 'parsed',
    words: ['token', 'revoke'],
    summary: 'Takes a token away.',
    positionals: [ID],
    flags: [FILE],
    examples: ['actionbase token revoke 5f3a9c01 --file tokens.json'],
    run: revoke,
  },
];

async function create(call: CommandCall): Promise<ExitCode> {
  const { args } = call;
  const random = new SystemRandom();
  const text = makeTokenText(random);
  const nowMs = Date.now();
  const token: AccessToken = {
    id: makeTokenId(random),
    sha256: hashTokenText(text),
    previous: null,
    role: roleOf(args),
    databases: databasesOf(args),
    comment: commentOf(args),
    createdMs: nowMs,
    expiresMs: expiryOf(args, nowMs) ?? null,
  };
  const path = fileOf(args);
  await (await tokenFiles()).changeTokenFile(path, (tokens) => {
    if (tokens.length >= TOKENS_MAX)
      throw new UsageError(`${path} has ${tokens.length} tokens, which is the most it may.`);
    return [...tokens, token];
  });
  await printText(call, token, text);
  return EXIT.ok;
}

async function rotate(call: CommandCall): Promise<ExitCode> {
  const { args } = call;
  const id = args.positional('ID');
  const text = makeTokenText(new SystemRandom());
  const nowMs = Date.now();
  const rotation = {
    sha256: hashTokenText(text),
    nowMs,
    graceMs: parseDuration('grace', args.text('grace') ?? GRACE_DEFAULT),
    expiresMs: expiryOf(args, nowMs),
  };
  let rotated: AccessToken | undefined;
  await (await tokenFiles()).changeTokenFile(fileOf(args), (tokens) => {
    const next = rotateToken(tokens, id, rotation);
    rotated = requireToken(next, id);
    return next;
  });
  if (rotated !== undefined) await printText(call, rotated, text);
  return EXIT.ok;
}

async function revoke(call: CommandCall): Promise<ExitCode> {
  const id = call.args.positional('ID');
  await (await tokenFiles()).changeTokenFile(fileOf(call.args), (tokens) => revokeToken(tokens, id));
  call.terminal.tell(`Revoked token ${id}.\n`);
  return EXIT.ok;
}

async function list({ args, asJson, terminal }: CommandCall): Promise<ExitCode> {
  const tokens = await (await tokenFiles()).readTokenFile(fileOf(args));
  if (asJson) {
    await terminal.print(printJsonLine(tokens.map(factsOf)));
  } else if (tokens.length === 0) {
    terminal.tell('None.\n');
  } else {
    const columns = ['ID', 'ROLE', 'DATABASES', 'CREATED', 'EXPIRES', 'OLD UNTIL', 'COMMENT'];
    const rows = tokens.map((token) => [
      token.id,
      token.role,
      printDatabases(token.databases),
      printTime(token.createdMs),
      token.expiresMs === null ? 'never' : printTime(token.expiresMs),
      token.previous === null ? '' : printTime(token.previous.expiresMs),
      token.comment,
    ]);
    await terminal.printTable({ columns, rows });
  }
  return EXIT.ok;
}

/** The token goes to the results alone, so that it can be led into a file. */
async function printText({ asJson, terminal }: CommandCall, token: AccessToken, text: string): Promise<void> {
  if (asJson) return terminal.print(printJsonLine({ token: text, ...factsOf(token) }));
  const end = token.expiresMs === null ? 'never ends' : `ends ${printTime(token.expiresMs)}`;
  const right = `${token.role} on ${printDatabases(token.databases)}`;
  terminal.tell(`Token ${token.id}: ${right}; it ${end}. It is not shown again.\n`);
  await terminal.print(`${text}\n`);
}

/** What may be shown of a token; times as the file has them. */
function factsOf({ id, role, databases, comment, createdMs, expiresMs, previous }: AccessToken) {
  return {
    id,
    role,
    databases: databases === ALL_DATABASES ? databases : [...databases],
    comment,
    createdAt: printTime(createdMs),
    expiresAt: expiresMs === null ? null : printTime(expiresMs),
    previousUntil: previous === null ? null : printTime(previous.expiresMs),
  };
}

/** Loaded when it is needed, so that the other commands start without it. */
function tokenFiles() {
  return import('@actionbase/server/access/token-file');
}

function fileOf(args: ParsedArguments): string {
  const path = args.text('file') ?? (process.env[FILE_VARIABLE] || undefined);
  if (path !== undefined) return path;
  throw new UsageError(`--file FILE is missing, and so is ${FILE_VARIABLE}. ${FILE.help}`);
}

function roleOf(args: ParsedArguments): Rights['role'] {
  return ROLES.find((role) => role === args.required('role')) ?? 'read';
}

function databasesOf(args: ParsedArguments): Rights['databases'] {
  const names = [...new Set(args.texts('database'))];
  if (names.length === 0 || names.includes(ALL_DATABASES)) return ALL_DATABASES;
  const wrong = names.find((name) => !isV2Name(name));
  if (wrong !== undefined) throw new UsageError(`--database is "${wrong}", which is no name of a database.`);
  return names;
}

function commentOf(args: ParsedArguments): string {
  const comment = args.text('comment') ?? '';
  if (comment.length <= TOKEN_COMMENT_LENGTH_MAX) return comment;
  throw new UsageError(`--comment has ${comment.length} characters; at most ${TOKEN_COMMENT_LENGTH_MAX} are allowed.`);
}

function expiryOf(args: ParsedArguments, nowMs: number): number | undefined {
  const text = args.text('expires');
  return text === undefined ? undefined : nowMs + parseDuration('expires', text);
}
