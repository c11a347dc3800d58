import type { Json, JsonMembers, LogLine } from '@actionbase/client';
import { streamOrderOf } from '@actionbase/core/model/stream-order';
import { parseStreamPosition } from '@actionbase/core/model/stream-position';
import { isFenceAlias } from '../direct/route-write.ts';

/** What the way back needs of one record of the new side's change feed. */
export interface FeedRecord {
  readonly order: bigint;
  readonly source: string | bigint;
  readonly target: string | bigint;
  /** Whether a director wrote it where the new side was the truth: only that goes back to the old table. */
  readonly isOurs: boolean;
  /** Whether it tells the edge's state. What changes nothing that a reader sees, like deleting nothing, may have raised its version. */
  readonly isState: boolean;
  /** Whether counts have changed. */
  readonly isCounted: boolean;
  readonly version: bigint;
  /** The properties of the edge from now on; undefined when it is not there. */
  readonly properties: JsonMembers | undefined;
}

/** Reads a line of the CDC stream of a table. Throws a `TypeError` for what is not one. */
export function readFeedRecord(
  line: LogLine,
  table: { readonly database: string; readonly table: string },
): FeedRecord {
  const { record } = line;
  const edge = membersOf(record.edge, 'edge');
  const after = record.after === null ? undefined : membersOf(record.after, 'after');
  const status = record.status;
  const alias = record.alias;
  return {
    order: orderOfPosition(line.position),
    source: endOf(edge.src),
    target: endOf(edge.tgt),
    isOurs: typeof alias === 'string' && isFenceAlias(alias, table),
    isState: status !== 'ERROR',
    isCounted: record.acc !== 0,
    version: integerOf(after?.ts ?? edge.ts),
    properties: after?.active === true ? membersOf(after.props, 'props') : undefined,
  };
}

/** The order of a position of the stream. */
export function orderOfPosition(position: string): bigint {
  const parsed = parseStreamPosition(position);
  if (parsed === undefined) throw new TypeError(`"${position}" is not a position of a stream`);
  return streamOrderOf(parsed);
}

function membersOf(value: Json | undefined, name: string): JsonMembers {
  if (typeof value === 'object' && value !== null && isMembers(value)) return value;
  throw new TypeError(`a record of the stream has no ${name}`);
}

/** `Array.isArray` does not narrow a readonly array. */
function isMembers(value: JsonMembers | readonly Json[]): value is JsonMembers {
  return !Array.isArray(value);
}

function endOf(value: Json | undefined): string | bigint {
  return typeof value === 'string' ? value : integerOf(value);
}

function integerOf(value: Json | undefined): bigint {
  if (typeof value === 'bigint') return value;
  if (typeof value === 'number') return BigInt(value);
  throw new TypeError(`${String(value)} should be an integer`);
}
