import { recordTypeOf } from '@actionbase/core/codec/record-type';
import { encodeStateKey } from '@actionbase/core/codec/row-key';
import { invariant } from '@actionbase/core/failure';
import type { Table } from '@actionbase/core/model/table';
import { bindEntry } from '@actionbase/core/record/bind-entry';
import { decodeFeedRecord } from '@actionbase/core/record/decode-feed-record';
import type { RawKey } from '@actionbase/core/record/log-record';
import type { StoreReader } from '@actionbase/ports/store';
import { type Difference, recountTable } from '../audit/recount.ts';
import { readCatalog } from '../catalog/catalog-rows.ts';

const PAGE = 500;
const RULES = { keyBytesMax: 1_900, valueBytesMax: 65_536 };

/** Every row, cell and feed record of a store as text: two stores with equal dumps hold the same bytes. */
export async function dumpStore(reader: StoreReader, saltBytes = 0): Promise<string[]> {
  const lines: string[] = [];
  const catalog = await readCatalog(reader, saltBytes);
  for (const space of [0, ...catalog.tablesById.keys()]) {
    for (const [key, value] of await rowsOf(reader, space)) lines.push(`row ${space} ${key} ${value}`);
    for (const [key, value] of await cellsOf(reader, space)) lines.push(`cell ${space} ${key} ${value}`);
  }
  for (const { offset, record } of await feedOf(reader)) lines.push(`feed ${offset} ${hex(record)}`);
  const progress = await reader.progress(0);
  if (progress !== undefined) {
    lines.push(`progress ${progress.epoch} ${progress.offset} ${progress.stampMs}`);
    for (const [origin, position] of [...progress.inbox].sort()) lines.push(`inbox ${origin} ${position}`);
  }
  return lines;
}

/** Law L3: what a recount of every table finds wrong. */
export async function recountAll(reader: StoreReader, saltBytes = 0): Promise<Difference[]> {
  const catalog = await readCatalog(reader, saltBytes);
  const differences: Difference[] = [];
  for (const { table } of catalog.tablesById.values()) {
    differences.push(...(await recountTable(reader, table, RULES)).differences);
  }
  return differences;
}

/** Laws L4 and L5: the keys at which the fold of the feed departs from the state rows, and the gaps in the feed. */
export async function foldProblems(reader: StoreReader, saltBytes = 0): Promise<string[]> {
  const catalog = await readCatalog(reader, saltBytes);
  const folded = new Map<string, string>();
  const problems: string[] = [];
  let previous = -1;
  for (const { record } of await feedOf(reader)) {
    const feed = decodeFeedRecord(record);
    if (feed.previousOffset !== previous)
      problems.push(`gap: frame ${feed.offset} follows ${feed.previousOffset}, not ${previous}`);
    previous = feed.offset;
    for (const outcome of feed.outcomes) {
      if (outcome.kind !== 'edge' || outcome.status === 'QUEUED') continue;
      const table = catalog.tablesById.get(outcome.table)?.table;
      if (table === undefined) continue;
      const name = `${table.id} ${stateKeyText(table, outcome.key)}`;
      const before = outcome.before === null ? undefined : hex(outcome.before);
      if (outcome.status !== 'ERROR' && folded.get(name) !== before)
        problems.push(`before of ${name} in frame ${feed.offset}`);
      if (outcome.after !== null) folded.set(name, hex(outcome.after));
    }
  }
  const stored = new Map<string, string>();
  for (const id of catalog.tablesById.keys()) {
    for (const [key, value, bytes] of await rowsOf(reader, id)) {
      if (recordTypeOf(bytes, saltBytes) === 'state') stored.set(`${id} ${key}`, value);
    }
  }
  for (const [name, value] of stored) if (folded.get(name) !== value) problems.push(`state ${name}`);
  for (const name of folded.keys()) if (!stored.has(name)) problems.push(`no state ${name}`);
  return problems;
}

function stateKeyText(table: Table, key: RawKey): string {
  const entry = bindEntry(table, { key, events: [] });
  invariant(entry !== undefined, 'a key of the feed belongs to its table');
  return hex(encodeStateKey(table, entry.key));
}

async function rowsOf(reader: StoreReader, space: number): Promise<[string, string, Uint8Array][]> {
  const rows: [string, string, Uint8Array][] = [];
  for (let start: Uint8Array | undefined; ; ) {
    const page = await reader.scan({ space, start, limit: PAGE });
    for (const row of page.rows) rows.push([hex(row.key), hex(row.value), row.key]);
    const last = page.rows.at(-1);
    if (!page.more || last === undefined) return rows;
    start = new Uint8Array([...last.key, 0]);
  }
}

async function cellsOf(reader: StoreReader, space: number): Promise<[string, string][]> {
  const page = await reader.scanCells({ space, key: new Uint8Array(0), limit: 100_000 });
  return page.cells.map((cell) => [hex(cell.qualifier), hex(cell.value)]);
}

async function feedOf(reader: StoreReader): Promise<{ offset: number; record: Uint8Array }[]> {
  const all: { offset: number; record: Uint8Array }[] = [];
  for (let from = 0; ; ) {
    const page = await reader.readFeed(0, from, PAGE);
    const last = page.at(-1);
    if (last === undefined) return all;
    all.push(...page);
    from = last.offset + 1;
  }
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}
