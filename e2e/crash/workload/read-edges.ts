import type { Agent } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { ask } from '../ask.ts';
import { CRASH_TABLES, type CrashTableName, DATABASE } from './crash-tables.ts';
import { edgeName, type Ledger, type ShownEdge } from './ledger.ts';
import { SOURCES, TARGETS_PER_WRITER } from './writer.ts';

/** Where a server answers, and how many writers have written to it. */
export interface Readable {
  readonly port: number;
  readonly agent: Agent;
  readonly writers: number;
}

const DRAIN_MS_MAX = 20_000;
const DRAIN_LOOK_MS = 10;
const TABLES = `/graph/v3/databases/${DATABASE}/tables`;
/** More than a source has edges. */
const SCAN_LIMIT = 1_000;
/** Keys in one get. */
const GET_KEYS_MAX = 200;

/** Compares everything that a server shows with a ledger: states, counts, and an index. Violations as sentences. */
export async function compareAll(server: Readable, ledger: Ledger): Promise<string[]> {
  if (!(await isDrained(server))) return [`the queue is not empty after ${DRAIN_MS_MAX} ms`];
  const shown = await readEdges(server);
  const violations = ledger.compare(shown);
  for (const table of tableNames()) {
    if (CRASH_TABLES[table].schema.kind !== 'edge') continue;
    for (let source = 0; source < SOURCES; source += 1) {
      violations.push(...(await compareCounts(server, { table, source, active: ledger.activeOf(table, source) })));
    }
  }
  return violations;
}

async function compareCounts(
  server: Readable,
  { table, source, active }: { readonly table: CrashTableName; readonly source: number; readonly active: number },
): Promise<string[]> {
  const start = `start=${source}&direction=OUT`;
  const { count } = await read(server, `${TABLES}/${table}/edges/count?${start}`);
  const { edges } = await read(server, `${TABLES}/${table}/edges/scan/newest?${start}&limit=${SCAN_LIMIT}`);
  const told = `${table}: source ${source} has ${active} edges`;
  return [
    ...(count === active ? [] : [`${told}, and counts ${count}`]),
    ...(edges.length === active ? [] : [`${told}, and its index has ${edges.length}`]),
  ];
}

/** Every edge that a writer may have written, by its name. */
async function readEdges(server: Readable): Promise<Map<string, ShownEdge>> {
  const shown = new Map<string, ShownEdge>();
  for (const table of tableNames()) {
    for (const path of readPaths(table, server.writers)) {
      const { edges } = await read(server, path);
      for (const edge of edges) {
        // The id of a multi edge is shown among its properties.
        const { _id: id, ...properties } = edge.properties;
        const named: ShownEdge = id === undefined ? edge : { ...edge, id, properties };
        shown.set(edgeName(table, named), named);
      }
    }
  }
  return shown;
}

function readPaths(table: CrashTableName, writers: number): string[] {
  if (CRASH_TABLES[table].schema.kind === 'multiEdge') {
    const perWriter = SOURCES * TARGETS_PER_WRITER;
    const ids = upTo(writers).flatMap((writer) => upTo(perWriter).map((id) => writer * 1_000 + id));
    return pages(ids).map((page) => `${TABLES}/${table}/multi-edges/ids?ids=${page.join()}`);
  }
  const targets = upTo(writers).flatMap((writer) => [
    `w${writer}-bad`,
    ...upTo(TARGETS_PER_WRITER).map((place) => `w${writer}-${place}`),
  ]);
  const all = upTo(SOURCES).join();
  return pages(targets).map((page) => `${TABLES}/${table}/edges/get?source=${all}&target=${page.join()}`);
}

async function isDrained(server: Readable): Promise<boolean> {
  const until = Date.now() + DRAIN_MS_MAX;
  for (;;) {
    const { state } = await read(server, '/actionbase/v1/queue?limit=0');
    if (state === 'idle') return true;
    if (Date.now() > until) return false;
    await pause(DRAIN_LOOK_MS);
  }
}

async function read({ port, agent }: Readable, path: string) {
  const { status, body } = await ask(port, agent, 'GET', path);
  if (status !== 200) throw new Error(`${path}: status ${status}: ${body}`);
  return JSON.parse(body);
}

function tableNames(): CrashTableName[] {
  return Object.keys(CRASH_TABLES) as CrashTableName[];
}

function upTo(end: number): number[] {
  return Array.from({ length: end }, (_, place) => place);
}

function pages<T>(all: readonly T[]): T[][] {
  const list: T[][] = [];
  for (let at = 0; at < all.length; at += GET_KEYS_MAX) list.push(all.slice(at, at + GET_KEYS_MAX));
  return list;
}
