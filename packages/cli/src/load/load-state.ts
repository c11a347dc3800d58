import { parseJson } from '@actionbase/core/codec/json-text';
import type { JsonValue } from '@actionbase/core/codec/json-value';
import { Failure } from '@actionbase/core/failure';
import { type JsonPlace, parseWhole } from '@actionbase/core/wire/json-place';
import type { LoadCounts } from './load-ledger.ts';

/** What tells one file from another: its size and the hash of its beginning. */
export interface FileIdentity {
  readonly sizeBytes: number;
  readonly headSha256: string;
}

/** Where a load goes and how it reads its file: what must be the same when it is resumed. */
export interface LoadPlan {
  readonly url: string;
  readonly database: string;
  readonly table: string;
  readonly format: 'jsonl' | 'csv' | 'export' | 'parquet';
  /** The value of `--map`; empty without one. */
  readonly map: string;
  readonly type: string;
  /** The value of `--version`; empty without one. */
  readonly version: string;
}

/** How far a load has come. It lies beside the file that is loaded. */
export interface LoadState {
  readonly file: FileIdentity;
  readonly plan: LoadPlan;
  /** When the load began, in milliseconds: the version of all rows with `--version now`. */
  readonly startedAtMs: number;
  /** The header of a CSV file; empty until it was read, and for JSON lines. */
  readonly columns: readonly string[];
  /** Everything before this byte is loaded. */
  readonly offset: number;
  /** Number of the line at this byte. */
  readonly line: number;
  /** Length of the file of rejects that belongs to it. */
  readonly rejectsBytes: number;
  readonly counts: LoadCounts;
}

/** The format of the file itself; other ones are refused. */
const FORMAT = 1;

/** Prints a state as the text of its file. */
export function printLoadState(state: LoadState): string {
  return `${JSON.stringify({ format: FORMAT, ...state }, null, 2)}\n`;
}

/** Parses the text of a state's file; undefined when it is none. */
export function parseLoadState(text: string): LoadState | undefined {
  try {
    return parseWhole(parseJson(text), '', readLoadState);
  } catch (error) {
    if (error instanceof Failure) return undefined;
    throw error;
  }
}

/** Why a load cannot go on where another one stopped; undefined when it can. */
export function findDifference(
  state: LoadState,
  now: { readonly file: FileIdentity; readonly plan: LoadPlan },
): string | undefined {
  if (state.file.sizeBytes !== now.file.sizeBytes) {
    return `the file had ${state.file.sizeBytes} bytes and has ${now.file.sizeBytes} now`;
  }
  if (state.file.headSha256 !== now.file.headSha256) return 'the beginning of the file has changed';
  for (const [name, value] of Object.entries(now.plan)) {
    const before: unknown = Object.entries(state.plan).find(([known]) => known === name)?.[1];
    if (before !== value) return `${name} was "${before}" and is "${value}" now`;
  }
  return undefined;
}

function readLoadState(place: JsonPlace): LoadState {
  const state = place.object();
  if (!sameValue(state.member('format').value, FORMAT)) state.member('format').refuse(`is not ${FORMAT}`);
  const file = state.member('file').object();
  const plan = state.member('plan').object();
  const counts = state.member('counts').object();
  return {
    file: { sizeBytes: readNumber(file, 'sizeBytes'), headSha256: file.member('headSha256').text() },
    plan: {
      url: plan.member('url').text(),
      database: plan.member('database').text(),
      table: plan.member('table').text(),
      format: plan.member('format').oneOf(['jsonl', 'csv', 'export', 'parquet']),
      map: plan.member('map').text(),
      type: plan.member('type').text(),
      version: plan.member('version').text(),
    },
    startedAtMs: readNumber(state, 'startedAtMs'),
    columns: state
      .member('columns')
      .items()
      .map((column) => column.text()),
    offset: readNumber(state, 'offset'),
    line: readNumber(state, 'line'),
    rejectsBytes: readNumber(state, 'rejectsBytes'),
    counts: {
      created: readNumber(counts, 'created'),
      updated: readNumber(counts, 'updated'),
      deleted: readNumber(counts, 'deleted'),
      idle: readNumber(counts, 'idle'),
      queued: readNumber(counts, 'queued'),
      errors: readNumber(counts, 'errors'),
      rejected: readNumber(counts, 'rejected'),
    },
  };
}

function readNumber(place: JsonPlace, name: string): number {
  return place.member(name).integer(0, Number.MAX_SAFE_INTEGER);
}

function sameValue(value: JsonValue | undefined, expected: number): boolean {
  return value === expected;
}
