import { isDeepStrictEqual } from 'node:util';
import { parseLogMeta } from '@actionbase/adapter-file-log/log-meta';
import { decodeSegmentHeader } from '@actionbase/adapter-file-log/segment-header';
import { UsageError } from '@actionbase/cli/arguments/usage-error';
import { parseManifest, printManifest } from '@actionbase/cli/backup/manifest';
import { parseCache, parseIndex, parseProperty } from '@actionbase/cli/commands/table-shorthand';
import { parseColumnMap } from '@actionbase/cli/load/column-map';
import { parseLoadState, printLoadState } from '@actionbase/cli/load/load-state';
import { parseCsvRow } from '@actionbase/cli/load/parse-csv-row';
import { parseColumns } from '@actionbase/cli/transfer/export-columns';
import { parseHead } from '@actionbase/cli/transfer/export-head';
import { parseRetryAfter } from '@actionbase/client/retry-plan';
import { decodeBase64Url } from '@actionbase/core/codec/base64url';
import { decodeCursor, encodeCursor } from '@actionbase/core/codec/cursor';
import { decodeEdgeId } from '@actionbase/core/codec/edge-id';
import { parseJson } from '@actionbase/core/codec/json-text';
import { MalformedBytes } from '@actionbase/core/codec/malformed-bytes';
import { parseDatePattern } from '@actionbase/core/derive/date-pattern';
import { parseTimeZone } from '@actionbase/core/derive/time-zone';
import { Failure } from '@actionbase/core/failure';
import { parseParkedPosition, printParkedPosition } from '@actionbase/core/model/parked-position';
import { parsePosition, printPosition } from '@actionbase/core/model/position';
import { parseStreamPosition, printStreamPosition } from '@actionbase/core/model/stream-position';
import { parseSplitPattern } from '@actionbase/core/query/multi-hop/split-pattern';
import { parsePredicates } from '@actionbase/core/query/predicate';
import { parseTableSchema } from '@actionbase/core/wire/schema-json';
import { parseLabelName } from '@actionbase/core/wire/v2/entity-name';
import { parseTokenFile } from '@actionbase/server/access/token-file-json';
import { CONFIG_TABLE } from '@actionbase/server/config/config-table';
import { readConfig } from '@actionbase/server/config/read-config';
import { joinBytes, mutateBytes } from '../mutate-bytes.ts';
import { mutateJson } from '../mutate-json.ts';
import { type MutationGiven, pureTarget, type Target } from '../target.ts';

interface TextReader {
  readonly seed: string;
  /** Reads a text; a sentence when it is read as something else than it says. */
  readonly read: (text: string) => string | undefined;
}

const SCHEMA =
  '{"type":"EDGE","source":{"type":"long","comment":""},"target":{"type":"string","comment":""},"direction":"BOTH",' +
  '"properties":[{"name":"at","type":"long","comment":"","nullable":false}],"indexes":[{"index":"i","fields":[{"field":"at","order":"DESC"}]}],' +
  '"groups":[{"group":"g","type":"COUNT","fields":[{"name":"at","bucket":{"type":"date","name":"day","unit":"SECOND","timezone":"UTC","format":"yyyy"}}]}],' +
  '"caches":[{"cache":"c","fields":[{"field":"at","order":"ASC"}],"limit":10}]}';
const TOKENS =
  `{"format":1,"tokens":[{"id":"a1b2","sha256":"${'0'.repeat(64)}","role":"write","databases":["shop"],"comment":"c",` +
  `"createdAt":"2026-01-01T00:00:00.000Z","expiresAt":"2026-07-01T00:00:00.000Z",` +
  `"previous":{"sha256":"${'1'.repeat(64)}","expiresAt":"2026-01-02T00:00:00.000Z"}}]}`;
const MANIFEST = printManifest({
  program: '0.1.0',
  takenAtMs: 1,
  epoch: 2,
  inherited: [{ epoch: 1, end: 7 }],
  store: { offset: 7, stampMs: 1, logNeededFrom: 3, inbox: { queue: '7' }, hash: '0'.repeat(64), rows: 0, tables: [] },
  log: { start: 0, end: 8, lastStampMs: 2 },
  files: [{ path: 'log/log.meta', sizeBytes: 1, sha256: '0'.repeat(64) }],
});
const LOAD_STATE = printLoadState({
  file: { sizeBytes: 9, headSha256: '0'.repeat(64) },
  plan: { url: 'u', format: 'csv', database: 'd', table: 't', map: '', type: 'INSERT', version: '' },
  startedAtMs: 1,
  columns: ['a'],
  offset: 3,
  line: 2,
  rejectsBytes: 0,
  counts: { created: 1, updated: 0, deleted: 0, idle: 0, queued: 0, errors: 0, rejected: 0 },
});

const READERS: readonly TextReader[] = [
  { seed: SCHEMA, read: just((text) => parseTableSchema(parseJson(text), 'schema')) },
  { seed: TOKENS, read: just(parseTokenFile) },
  { seed: MANIFEST, read: just((text) => parseManifest(text, 'manifest.json')) },
  {
    seed: '{"format":1,"kind":"edges","table":"shop.wish","position":null,"time":null,"schema":{}}',
    read: just((text) => parseHead(text, 'head')),
  },
  {
    seed: '[{"column":"source","part":"source","isJson":false},{"column":"at","part":"property","property":"at","isJson":true}]',
    read: just(parseColumns),
  },
  { seed: '7,"a ""b"", c",,""', read: just(parseCsvRow) },
  { seed: 'source=0\ntarget=1', read: just((text) => parseColumnMap(text.split('\n'))) },
  { seed: LOAD_STATE, read: just(parseLoadState) },
  { seed: 'at:long!', read: just((text) => [parseProperty(text, 'property'), parseIndex(text, 'index')]) },
  { seed: 'newest=at:desc,color', read: just((text) => [parseIndex(text, 'index'), parseCache(text, 'cache')]) },
  {
    seed: 'actionbase file log, format 2\nepoch 3, partition 0\nepoch 1 below frame 100\nepoch 2 below frame 1843\nchecksum a74a4531\n',
    read: just((text) => parseLogMeta(Buffer.from(text))),
  },
  { seed: 'ABSEGMNT', read: just((text) => decodeSegmentHeader(Buffer.alloc(4096, Buffer.from(`${text}\0`)))) },
  { seed: 'Wed, 21 Oct 2015 07:28:00 GMT', read: just((text) => parseRetryAfter(text, 0)) },
  { seed: 'SGVsbG8', read: just(decodeBase64Url) },
  { seed: encodeCursor(new TextEncoder().encode('cursor')), read: just((text) => encodeCursor(decodeCursor(text))) },
  { seed: 'dj2kh8vo3vw3NgHhww', read: just(decodeEdgeId) },
  { seed: 'yyyy-MM-dd HH:mm:ss', read: just(parseDatePattern) },
  { seed: 'Asia/Seoul', read: just(parseTimeZone) },
  {
    seed: 'e1-p0-1842',
    read: (text) => again(parsePosition(text), (position) => parsePosition(printPosition(position))),
  },
  {
    seed: 'e1-p0-1842-3',
    read: (text) => again(parseStreamPosition(text), (position) => parseStreamPosition(printStreamPosition(position))),
  },
  {
    seed: 'e1-p0-1842-0-3',
    read: (text) => again(parseParkedPosition(text), (position) => parseParkedPosition(printParkedPosition(position))),
  },
  { seed: '(a|b)+,[^c]*', read: just(parseSplitPattern) },
  { seed: 'color:eq:red;at:bt:1,2', read: just((text) => parsePredicates(text, 'ranges')) },
  { seed: 'shop.wish', read: just(parseLabelName) },
  { seed: '80', read: just((text) => readConfig({ flags: [], env: envOf(text) })) },
];

/** Texts of all kinds that people and programs hand in. Layout of an input: one byte for the kind, the text. */
export const TEXTS: Target = {
  name: 'texts',
  promise: 'any text is what it says, or a failure of ours',
  code: /\/packages\/(?:core|cli|client|server|adapters\/file-log)\/src\//,
  batch: 64,
  seeds: () => READERS.map(({ seed }, place) => joinBytes(Uint8Array.of(place), Buffer.from(seed))),
  words: [
    ':',
    ';',
    ',',
    '.',
    '-',
    '=',
    '\\',
    '"',
    '{',
    '}',
    '[',
    ']',
    '9223372036854775808',
    '\0',
    'é',
    '__proto__',
    '\n',
    '%',
    '+',
    '*',
    '(?:',
  ],
  mutate: mutateText,
  open: () => pureTarget(playText),
};

function playText(input: Uint8Array): string | undefined {
  const reader = READERS[(input[0] ?? 0) % READERS.length];
  try {
    return reader?.read(Buffer.from(input.subarray(1)).toString('utf8'));
  } catch (error) {
    if (error instanceof Failure || error instanceof MalformedBytes || error instanceof UsageError) return undefined;
    throw error;
  }
}

function mutateText(input: Uint8Array, given: MutationGiven): Uint8Array {
  const changed =
    given.random.below(2) === 0 ? mutateJson(Buffer.from(input.subarray(1)).toString(), given.random) : undefined;
  if (changed === undefined) return mutateBytes(input, given);
  return joinBytes(input.subarray(0, 1), Buffer.from(changed));
}

function just(read: (text: string) => unknown): TextReader['read'] {
  return (text) => {
    read(text);
    return undefined;
  };
}

/** What was read is the same when it is printed and read again. */
function again<T>(value: T | undefined, printAndRead: (value: T) => unknown): string | undefined {
  if (value === undefined || isDeepStrictEqual(printAndRead(value), value)) return undefined;
  return 'it is another one when printed and read again';
}

/** Every setting with the same text. */
function envOf(text: string): Record<string, string> {
  return Object.fromEntries(Object.values(CONFIG_TABLE).map(({ env }) => [env, text]));
}
