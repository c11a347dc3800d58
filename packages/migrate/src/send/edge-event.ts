import type { JsonObject } from '@actionbase/core/codec/json-value';
import { Failure } from '@actionbase/core/failure';
import type { LegacyChange, LegacyRow, LegacyTransaction } from '@actionbase/ports/legacy';
import {
  deletionVersionOf,
  edgeVersionOf,
  type MappedEdge,
  type RowMapping,
  unfitInteger,
} from '../declare/row-mapping.ts';
import { migrateFailures } from '../failures.ts';

/** What the new table is told of one key: an edge to put, or its deletion. */
export interface EdgeEvent {
  readonly source: string | bigint;
  readonly target: string | bigint;
  readonly version: bigint;
  /** All properties of the mapping; null deletes the edge. */
  readonly properties: JsonObject | null;
}

const VERSION_MAX = 2n ** 63n - 1n;

/** The event that puts a row; `rank` is that of the position which the row is read at. Failure `row-unfit`. */
export function eventOfRow(mapping: RowMapping, row: LegacyRow, rank: bigint): EdgeEvent {
  const edge = mapped(mapping, row);
  return { ...edge, version: checkedVersion(mapping, row, edgeVersionOf(versionOf(mapping, row, rank))) };
}

/**
 * What a transaction means for the new table: one event per key, that of the last image. A changed key is the deletion of the
 * one and an edge with the other. Failures `row-unfit`, `version-not-raised`.
 */
export function eventsOfTransaction(
  mapping: RowMapping,
  { changes }: Pick<LegacyTransaction, 'changes'>,
  rank: bigint,
): ReadonlyMap<string, EdgeEvent> {
  const events = new Map<string, EdgeEvent>();
  for (const change of changes) {
    for (const event of eventsOfChange(mapping, change, rank)) events.set(printEdgeKey(event), event);
  }
  return events;
}

/** A key as one text, for maps and messages: `7 -> "sku-a"`. */
export function printEdgeKey({ source, target }: Pick<EdgeEvent, 'source' | 'target'>): string {
  return `${printVertex(source)} -> ${printVertex(target)}`;
}

function eventsOfChange(mapping: RowMapping, { before, after }: LegacyChange, rank: bigint): readonly EdgeEvent[] {
  const put = after === undefined ? undefined : eventOfRow(mapping, after, rank);
  if (before === undefined) return put === undefined ? [] : [put];
  const edgeBefore = mapped(mapping, before);
  const hasKey = put !== undefined && printEdgeKey(put) === printEdgeKey(edgeBefore);
  if (hasKey) return wasRaised(mapping, { before, edgeBefore, put }) ? [put] : [];
  const version = checkedVersion(mapping, before, deletionVersionOf(versionOf(mapping, before, rank)));
  const deletion = { source: edgeBefore.source, target: edgeBefore.target, version, properties: null };
  return put === undefined ? [deletion] : [deletion, put];
}

interface Update {
  readonly before: LegacyRow;
  readonly edgeBefore: MappedEdge;
  readonly put: EdgeEvent;
}

/** False for an update of columns that the edge doesn't have: then nothing is to be said. */
function wasRaised(mapping: RowMapping, { before, edgeBefore, put }: Update): boolean {
  if (mapping.takesVersionsFromLog || put.version > edgeVersionOf(versionOf(mapping, before, 0n))) return true;
  const isSame = mapping.propertyNames.every((name) => edgeBefore.properties[name] === put.properties?.[name]);
  const versionBefore = versionOf(mapping, before, 0n);
  if (isSame && put.version === edgeVersionOf(versionBefore)) return false;
  throw new Failure(
    migrateFailures['version-not-raised'],
    `the row of ${printEdgeKey(put)} was changed, and its version ${versionBefore} became ${put.version / 2n}: it should rise`,
    { version: String(versionBefore) },
  );
}

function mapped(mapping: RowMapping, row: LegacyRow): MappedEdge {
  const edge = told(mapping, row, () => mapping.edgeOf(row));
  const reason = unfitInteger(edge);
  if (reason !== undefined) throw unfit(mapping, row, reason);
  return edge;
}

function versionOf(mapping: RowMapping, row: LegacyRow, rank: bigint): bigint {
  return told(mapping, row, () => mapping.rowVersion(row, rank));
}

function checkedVersion(mapping: RowMapping, row: LegacyRow, version: bigint): bigint {
  if (version >= 0n && version <= VERSION_MAX) return version;
  throw unfit(mapping, row, `its version ${version / 2n} should be from 0 to ${VERSION_MAX / 2n}`);
}

function told<T>(mapping: RowMapping, row: LegacyRow, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof TypeError) throw unfit(mapping, row, error.message);
    throw error;
  }
}

function unfit(mapping: RowMapping, row: LegacyRow, reason: string): Failure {
  const ends = [mapping.sourceField.column, mapping.targetField.column];
  const shown = ends.map((name) => `${name} = ${shorten(String(row[name]))}`).join(' and ');
  return new Failure(migrateFailures['row-unfit'], `the row with ${shown} can be no edge: ${reason}`);
}

const TEXT_SHOWN = 60;

function shorten(text: string): string {
  return text.length <= TEXT_SHOWN ? text : `${text.slice(0, TEXT_SHOWN)}…`;
}

function printVertex(vertex: string | bigint): string {
  return typeof vertex === 'bigint' ? String(vertex) : JSON.stringify(vertex);
}
