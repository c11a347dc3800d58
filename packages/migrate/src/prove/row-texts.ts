// Hot: once for every change that either side's log tells. Benchmark: `npm run story -- wish`, its cost of proof per write.

import type { Json, JsonMembers } from '@actionbase/client/plain-json';
import { bucketOfText, digestText, hashOfText } from '@actionbase/core/digest/row-digest';
import type { LegacyRow } from '@actionbase/ports/legacy';
import type { RowMapping } from '../declare/row-mapping.ts';

/** A row of the mapping, from either side, as the texts of its fields: source, target, properties in the order of their names. */
export type RowTexts = readonly (string | null)[];

/** What names a row: the texts of source and target. */
export interface RowKey {
  readonly source: string;
  readonly target: string;
}

/** An edge as reads and streams of the new side show it. */
export interface ShownEdge {
  readonly source: Json;
  readonly target: Json;
  readonly properties: JsonMembers;
}

/** The texts of a row of the old table. */
export function textsOfRow(mapping: RowMapping, row: LegacyRow): RowTexts {
  const { source, target, properties } = mapping.edgeOf(row);
  return [textOf(source), textOf(target), ...mapping.propertyNames.map((name) => textOf(properties[name] ?? null))];
}

/** The texts of a row of the old table, if there is one and its version is not below `versionMin`. */
export function textsOfCountedRow(
  mapping: RowMapping,
  row: LegacyRow | undefined,
  versionMin: bigint | undefined,
): RowTexts | undefined {
  const isCounted = row !== undefined && (versionMin === undefined || mapping.rowVersion(row, 0n) >= versionMin);
  return isCounted ? textsOfRow(mapping, row) : undefined;
}

/** The texts of an edge of the new table. */
export function textsOfEdge(mapping: RowMapping, { source, target, properties }: ShownEdge): RowTexts {
  return [textOf(source), textOf(target), ...mapping.propertyNames.map((name) => textOf(properties[name] ?? null))];
}

export function keyOfTexts([source, target]: RowTexts): RowKey {
  return { source: source ?? '', target: target ?? '' };
}

/** A key as one text, for maps. */
export function printKey({ source, target }: RowKey): string {
  return `${source.length}:${source}${target}`;
}

export function bucketOf(key: RowKey): number {
  return bucketOfText(key.source);
}

export function hashOfTexts(texts: RowTexts): bigint {
  return hashOfText(digestText(texts));
}

/** Names the fields of texts, for people. */
export function fieldNames(mapping: RowMapping): readonly string[] {
  return ['source', 'target', ...mapping.propertyNames];
}

function textOf(value: unknown): string | null {
  if (value === null) return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  return JSON.stringify(value);
}
