import type { Agent } from 'node:http';
import type { SeededRandom } from '@actionbase/ports/memory/seeded-random';
import { type Answer, ask } from '../ask.ts';
import { CRASH_TABLES, type CrashTableName, DATABASE } from './crash-tables.ts';
import { edgeName, type Ledger, type SentMutation } from './ledger.ts';

export const SOURCES = 5;
/** Edges of one writer and source. */
export const TARGETS_PER_WRITER = 4;
/** Keys in one request of a writer that sends several. */
const BULK_KEYS_MAX = 12;

export interface WriterInput {
  readonly port: number;
  readonly agent: Agent;
  /** Its keys are its own: no other writer has this number. */
  readonly writer: number;
  readonly table: CrashTableName;
  readonly random: SeededRandom;
  readonly ledger: Ledger;
  /** Becomes true when the server was killed. */
  readonly isOver: () => boolean;
  readonly onViolation: (sentence: string) => void;
  /** Told of each request and of its answer; a server that is to tell when it answered gets the id. */
  readonly onRequest?: (request: SentRequest) => void;
}

/** One request, and its answer when one came. */
export interface SentRequest {
  readonly id: string;
  readonly writer: number;
  readonly keys: Keys;
  answer: string | null;
}

/** Writes to keys of its own, one request at a time, until the server is gone. Inserts, updates, deletes, ties, late versions. */
export async function write(input: WriterInput): Promise<void> {
  const { table, writer, ledger, onViolation } = input;
  for (let place = 0; !input.isOver(); place += 1) {
    const keys = drawKeys(input);
    const request: SentRequest = { id: `${writer}-${place}-${input.random.next()}`, writer, keys, answer: null };
    input.onRequest?.(request);
    let answer: Answer;
    try {
      answer = await send(input, keys, request.id);
    } catch {
      for (const mutations of keys) ledger.leaveOpen(mutations);
      return;
    }
    if (answer.status === 200) {
      request.answer = answer.body;
      for (const violation of acknowledge(ledger, keys, answer.body)) onViolation(violation);
    } else if (answer.status === 503) for (const mutations of keys) ledger.leaveOpen(mutations);
    else onViolation(`${table}: status ${answer.status}: ${answer.body}; sent: ${JSON.stringify(keys)}`);
  }
}

/** Mutations of a request, by their edges. */
export type Keys = readonly (readonly SentMutation[])[];

function send({ port, agent, table }: WriterInput, keys: Keys, requestId: string): Promise<Answer> {
  const headers = { 'x-request-id': requestId };
  const all = keys.flat();
  const isMulti = CRASH_TABLES[table].schema.kind === 'multiEdge';
  if (CRASH_TABLES[table].calls === 'v3') {
    const path = `/graph/v3/databases/${DATABASE}/tables/${table}/${isMulti ? 'multi-edges' : 'edges'}`;
    const mutations = all.map(({ type, table: _, ...edge }) => ({ type, edge }));
    return ask(port, agent, 'POST', path, { mutations }, headers);
  }
  const method = { INSERT: 'POST', UPDATE: 'PUT', DELETE: 'DELETE' }[all[0]?.type ?? 'INSERT'];
  const edges = all.map(({ version, source, target, properties }) => ({
    ts: version,
    src: source,
    tgt: target,
    props: properties,
  }));
  return ask(port, agent, method, `/graph/v2/service/${DATABASE}/label/${table}/edge`, { edges }, headers);
}

/** Notes the answer to a request. Violations as sentences. */
export function acknowledge(ledger: Ledger, keys: Keys, body: string): string[] {
  const parsed = JSON.parse(body);
  return keys.flatMap((mutations) => {
    const [first] = mutations;
    if (first === undefined) return [];
    const { table } = first;
    const isQueued = CRASH_TABLES[table].mode === 'ASYNC';
    const name = edgeName(table, first);
    const status: string | undefined =
      parsed.result?.[0]?.status ??
      parsed.results?.find((result: SentMutation) => edgeName(table, result) === name)?.status;
    if (isQueued && status === 'QUEUED') return ledger.acknowledge(mutations) ?? [];
    return ledger.acknowledge(mutations, status ?? 'no status') ?? [];
  });
}

/** One to three mutations of one key, or, now and then, of many keys. The calls of v2 take one. */
function drawKeys(input: WriterInput): Keys {
  const { random, table } = input;
  const below = (limit: number): number => Math.floor(random.next() * limit);
  if (CRASH_TABLES[table].calls === 'v2') return [[draw(input, below)]];
  const isAsync = CRASH_TABLES[table].mode === 'ASYNC';
  const wanted = below(6) === 0 ? 2 + below(BULK_KEYS_MAX - 1) : 1;
  const byName = new Map<string, SentMutation[]>();
  for (let place = 0; place < wanted; place += 1) {
    const key = drawKey(input, below);
    const isBad = isAsync && below(12) === 0;
    const name = edgeName(table, isBad ? { ...key, target: badTarget(input) } : key);
    if (byName.has(name)) continue;
    const mutations = isBad
      ? [drawBad(input, key)]
      : Array.from({ length: 1 + below(3) }, () => draw(input, below, key));
    byName.set(name, mutations);
  }
  return [...byName.values()];
}

type Key = Pick<SentMutation, 'source' | 'target' | 'id'>;

function drawKey({ writer, table }: WriterInput, below: (limit: number) => number): Key {
  const source = below(SOURCES);
  const place = below(TARGETS_PER_WRITER);
  if (CRASH_TABLES[table].schema.kind === 'edge') return { source, target: `w${writer}-${place}` };
  return { source, target: below(9), id: writer * 1_000 + below(SOURCES * TARGETS_PER_WRITER) };
}

function draw(input: WriterInput, below: (limit: number) => number, key = drawKey(input, below)): SentMutation {
  const { table } = input;
  const type = (['INSERT', 'INSERT', 'UPDATE', 'DELETE'] as const)[below(4)] ?? 'INSERT';
  const version = below(200);
  const { mode, calls } = CRASH_TABLES[table];
  // A multi edge may move with every mutation.
  const ends = key.id === undefined ? key : { ...drawKey(input, below), id: key.id };
  // A deletion by the calls of v2 is an event with properties as well.
  if (type === 'DELETE' && calls === 'v3') return { table, type, version, ...ends, properties: {} };
  if (key.id !== undefined)
    return { table, type, version, ...ends, properties: { paidAt: below(200_000), amount: below(50) } };
  // Without a property that must not be null it is refused; the calls of v2 refuse the whole request.
  const at = mode === 'SYNC' && calls === 'v3' && below(12) === 0 ? {} : { at: below(1_000) };
  const color = ['red', 'blue', null][below(3)] ?? null;
  return { table, type, version, ...ends, properties: { ...at, color, ...(below(2) === 0 && { qty: below(9) }) } };
}

/** A mutation that is parked: of an edge of which nothing else is ever written, since it may be retried at any time. */
function drawBad(input: WriterInput, { source }: Key): SentMutation {
  return { table: input.table, type: 'INSERT', version: 1, source, target: badTarget(input), properties: {} };
}

function badTarget({ writer }: WriterInput): string {
  return `w${writer}-bad`;
}
