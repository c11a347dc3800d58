import { recordTypeOf } from '@actionbase/core/codec/record-type';
import { encodeStateKey } from '@actionbase/core/codec/row-key';
import { invariant } from '@actionbase/core/failure';
import type { Table } from '@actionbase/core/model/table';
import { bindEntry } from '@actionbase/core/record/bind-entry';
import { decodeFeedRecord } from '@actionbase/core/record/decode-feed-record';
import type { RawKey } from '@actionbase/core/record/log-record';
import type { StoreReader } from '@actionbase/ports/store';
import { hexText } from '../audit/hex-text.ts';
import { type Difference, recountTable } from '../audit/recount.ts';
import { readCatalog } from '../catalog/catalog-rows.ts';
import { SIDE_QUEUE_SPACE } from '../queue/side-queue-rows.ts';
import { cellsOfSpace, rowsOfSpace } from '../space-rows.ts';

const PAGE = 500;
const RULES = { keyBytesMax: 1_900, valueBytesMax: 65_536 };

/** Every row, cell and feed record of a store as text: two stores with equal dumps hold the same bytes. */
export async function dumpStore(reader: StoreReader, saltBytes = 0): Promise<string[]> {
  const lines: string[] = [];
  const catalog = await readCatalog(reader, saltBytes);
  for (const space of [0, ...catalog.tablesById.keys(), SIDE_QUEUE_SPACE]) {
    for await (const { key, value } of rowsOfSpace(reader, space)) {
      lines.push(`row ${space} ${hexText(key)} ${hexText(value)}`);
    }
    for await (const { key, value } of cellsOfSpace(reader, space)) {
      lines.push(`cell ${space} ${hexText(key)} ${hexText(value)}`);
    }
  }
  for (const { offset, record } of await feedOf(reader)) lines.push(`feed ${offset} ${hexText(record)}`);
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
  for (const table of catalog.tablesById.values()) {
    differences.push(...(await recountTable(reader, table, RULES)).differences);
  }
  return differences;
}

/**
 * Laws L4 and L5: the keys at which the fold of the feed departs from the state rows, and the gaps in the feed. A feed that
 * may be trimmed is folded from where it begins: a key's first change there may start from anything, and keys without one
 * are not compared.
 */
export async function foldProblems(
  reader: StoreReader,
  { saltBytes = 0, mayBeTrimmed = false }: { readonly saltBytes?: number; readonly mayBeTrimmed?: boolean } = {},
): Promise<string[]> {
  const catalog = await readCatalog(reader, saltBytes);
  const folded = new Map<string, string>();
  const problems: string[] = [];
  const touched = new Set<string>();
  const records = await feedOf(reader);
  const isTrimmed = mayBeTrimmed && (records[0]?.offset ?? 0) > 0;
  let previous = isTrimmed ? undefined : -1;
  for (const { record } of records) {
    const feed = decodeFeedRecord(record);
    previous ??= feed.previousOffset;
    if (feed.previousOffset !== previous)
      problems.push(`gap: frame ${feed.offset} follows ${feed.previousOffset}, not ${previous}`);
    previous = feed.offset;
    for (const outcome of feed.outcomes) {
      if (outcome.kind !== 'edge' || outcome.status === 'QUEUED' || outcome.status === 'ERROR') continue;
      const table = catalog.tablesById.get(outcome.table)?.table;
      if (table === undefined) continue;
      const name = `${table.id} ${stateKeyText(table, outcome.key)}`;
      const before = outcome.before === null ? undefined : hexText(outcome.before);
      const isFirst = isTrimmed && !touched.has(name);
      touched.add(name);
      if (!isFirst && folded.get(name) !== before) problems.push(`before of ${name} in frame ${feed.offset}`);
      if (outcome.after === null) folded.delete(name);
      else folded.set(name, hexText(outcome.after));
    }
  }
  const stored = new Map<string, string>();
  for (const id of catalog.tablesById.keys()) {
    for await (const { key, value } of rowsOfSpace(reader, id)) {
      if (recordTypeOf(key, saltBytes) === 'state') stored.set(`${id} ${hexText(key)}`, hexText(value));
    }
  }
  for (const [name, value] of stored) {
    if (isTrimmed && !touched.has(name)) continue;
    if (folded.get(name) !== value) problems.push(`state ${name}`);
  }
  for (const name of folded.keys()) if (!stored.has(name)) problems.push(`no state ${name}`);
  return problems;
}

function stateKeyText(table: Table, key: RawKey): string {
  const entry = bindEntry(table, { key, events: [] });
  invariant(entry !== undefined, 'a key of the feed belongs to its table');
  return hexText(encodeStateKey(table, entry.key));
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
