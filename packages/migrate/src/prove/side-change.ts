import type { LogLine } from '@actionbase/client/log-calls';
import type { Json, JsonMembers } from '@actionbase/client/plain-json';
import { invariant } from '@actionbase/core/failure';
import type { LegacyChange } from '@actionbase/ports/legacy';
import type { RowMapping } from '../declare/row-mapping.ts';
import type { DigestChange } from './digest-sums.ts';
import {
  bucketOf,
  hashOfTexts,
  keyOfTexts,
  type RowKey,
  type RowTexts,
  textsOfCountedRow,
  textsOfEdge,
} from './row-texts.ts';

/** What a change of either side did to one row; undefined where there was, or is, none. */
export interface SideChange {
  readonly key: RowKey;
  readonly before: RowTexts | undefined;
  readonly after: RowTexts | undefined;
}

/** The rows that a change of the old table touched: two when it changed the key. What is below `versionMin` is not there. */
export function changesOfRow(mapping: RowMapping, { before, after }: LegacyChange, versionMin?: bigint): SideChange[] {
  const left = textsOfCountedRow(mapping, before, versionMin);
  const right = textsOfCountedRow(mapping, after, versionMin);
  if (left === undefined || right === undefined || isSameKey(keyOfTexts(left), keyOfTexts(right))) {
    const texts = left ?? right;
    return texts === undefined ? [] : [{ key: keyOfTexts(texts), before: left, after: right }];
  }
  return [
    { key: keyOfTexts(left), before: left, after: undefined },
    { key: keyOfTexts(right), before: undefined, after: right },
  ];
}

/** The row that a record of the change feed touched; undefined when it changed nothing that can be seen. */
export function changeOfRecord(mapping: RowMapping, { record }: LogLine): SideChange | undefined {
  const before = textsOfState(mapping, record.before);
  const after = textsOfState(mapping, record.after);
  const texts = before ?? after;
  return texts === undefined ? undefined : { key: keyOfTexts(texts), before, after };
}

/** What a change does to the digest of its bucket. */
export function digestOfChange({ key, before, after }: SideChange, order: bigint): DigestChange {
  const rows = (after === undefined ? 0 : 1) - (before === undefined ? 0 : 1);
  const sum = (after === undefined ? 0n : hashOfTexts(after)) - (before === undefined ? 0n : hashOfTexts(before));
  return { bucket: bucketOf(key), order, rows, sum: BigInt.asUintN(64, sum) };
}

function textsOfState(mapping: RowMapping, state: Json | undefined): RowTexts | undefined {
  if (!isMembers(state) || state.active !== true) return undefined;
  const { src = null, tgt = null, props = null } = state;
  invariant(isMembers(props), 'a state in the change feed has properties');
  return textsOfEdge(mapping, { source: src, target: tgt, properties: props });
}

function isMembers(value: Json | undefined): value is JsonMembers {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSameKey(a: RowKey, b: RowKey): boolean {
  return a.source === b.source && a.target === b.target;
}
