import type { JsonValue } from '@actionbase/core/codec/json-value';
import { isJsonObject, type JsonPlace } from '@actionbase/core/wire/json-place';
import type {
  Edge,
  EdgePage,
  EdgeResult,
  EdgeStatus,
  GroupSum,
  Integer,
  MultiEdgeResult,
  QueryResult,
  VertexCount,
} from './edge-shapes.ts';
import { type Json, type JsonMembers, plainJson, setMember } from './plain-json.ts';

const STATUSES = ['CREATED', 'UPDATED', 'DELETED', 'IDLE', 'QUEUED', 'ERROR'] as const;

/** Reads the frame that get, ids and scan answer. */
export function readEdgePage(place: JsonPlace): EdgePage {
  const frame = place.object();
  const offset = frame.member('offset');
  return {
    edges: frame.member('edges').items().map(readEdge),
    offset: offset.isUnset ? null : offset.text(),
    hasNext: frame.member('hasNext').boolean(),
    total: readInteger(frame.member('total')),
  };
}

/** Reads the results of a mutation of unique edges. */
export function readEdgeResults(place: JsonPlace): readonly EdgeResult[] {
  return readResults(place, (result) => ({
    source: plainJson(result.member('source').value ?? null),
    target: plainJson(result.member('target').value ?? null),
    ...readStatus(result),
  }));
}

/** Reads the results of a mutation of multi edges. */
export function readMultiEdgeResults(place: JsonPlace): readonly MultiEdgeResult[] {
  return readResults(place, (result) => ({ id: plainJson(result.member('id').value ?? null), ...readStatus(result) }));
}

/** Reads the answer of `edges/counts`. */
export function readCounts(place: JsonPlace): readonly VertexCount[] {
  return place.object().member('counts').items().map(readCount);
}

/** Reads the answer of `edges/count`. */
export function readCount(place: JsonPlace): VertexCount {
  const count = place.object();
  return {
    start: plainJson(count.member('start').value ?? null),
    direction: count.member('direction').oneOf(['OUT', 'IN']),
    count: readInteger(count.member('count')),
  };
}

/** Reads the answer of `edges/agg`. */
export function readGroupSums(place: JsonPlace): readonly GroupSum[] {
  return place.object().member('groups').items().map(readGroupSum);
}

/** Reads the answer of a multi-hop query. */
export function readQueryResults(place: JsonPlace): readonly QueryResult[] {
  return place
    .object()
    .member('items')
    .items()
    .map((item) => {
      const offset = item.member('offset');
      return {
        name: item.member('name').text(),
        data: item
          .member('data')
          .items()
          .map((row) => readMembers(row.object().value)),
        offset: offset.isUnset ? null : offset.text(),
        hasNext: item.member('hasNext').boolean(),
      };
    });
}

/** Reads an integer of 64 bits. */
export function readInteger(place: JsonPlace): Integer {
  return typeof place.value === 'bigint'
    ? place.value
    : place.integer(Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
}

function readGroupSum(place: JsonPlace): GroupSum {
  const sum = place.object();
  return {
    start: plainJson(sum.member('start').value ?? null),
    direction: sum.member('direction').oneOf(['OUT', 'IN']),
    value: readInteger(sum.member('value')),
    accumulators: sum
      .member('context')
      .object()
      .member('accumulators')
      .itemsOrNone()
      .map((cell) => ({
        groupValues: cell
          .member('groupValues')
          .items()
          .map(({ value }) => plainJson(value ?? null)),
        value: readInteger(cell.member('value')),
      })),
  };
}

function readEdge(place: JsonPlace): Edge {
  const edge = place.object();
  return {
    version: readInteger(edge.member('version')),
    source: plainJson(edge.member('source').value ?? null),
    target: plainJson(edge.member('target').value ?? null),
    properties: readMembers(edge.member('properties').object().value),
  };
}

function readMembers(json: JsonValue | undefined): JsonMembers {
  const members: Record<string, Json> = {};
  if (!isJsonObject(json)) return members;
  for (const [name, value] of Object.entries(json)) setMember(members, name, plainJson(value ?? null));
  return members;
}

function readResults<T>(place: JsonPlace, read: (result: JsonPlace) => T): readonly T[] {
  return place
    .object()
    .member('results')
    .items()
    .map((item) => read(item.object()));
}

function readStatus(result: JsonPlace): {
  status: EdgeStatus;
  count: number;
  code?: string | undefined;
  message?: string | undefined;
} {
  const status = result.member('status').oneOf(STATUSES);
  const count = result.member('count').integer(0, Number.MAX_SAFE_INTEGER);
  if (status !== 'ERROR') return { status, count };
  return { status, count, code: result.member('code').textOr('error'), message: result.member('message').textOr('') };
}
