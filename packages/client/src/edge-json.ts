import type { JsonObject, JsonValue } from '@actionbase/core/codec/json-value';
import type { EdgeInput, MultiEdgeInput, VertexInput } from './edge-shapes.ts';

const TWO_TO_63 = 2 ** 63;

/** An edge of a mutation as it is sent. */
export function edgeJson(edge: EdgeInput | MultiEdgeInput): JsonObject {
  const json: Record<string, JsonValue | undefined> = { ...edge };
  if ('id' in edge) json.id = keyJson(edge.id);
  if (edge.source !== undefined) json.source = keyJson(edge.source);
  if (edge.target !== undefined) json.target = keyJson(edge.target);
  return json;
}

/**
 * An end or an id as it is sent: integers beyond 64 bits as text. A table of texts takes it all the same, and one of integers
 * refuses it; of a number, a server keeps the low 64 bits in a mutation, which are another vertex.
 *
 *     18446744073709551617n -> "18446744073709551617"
 */
export function keyJson<V extends VertexInput | boolean>(value: V): V | string {
  if (typeof value === 'bigint') return BigInt.asIntN(64, value) === value ? value : String(value);
  const isBeyond = typeof value === 'number' && (value >= TWO_TO_63 || value < -TWO_TO_63) && Number.isFinite(value);
  return isBeyond ? String(BigInt(value)) : value;
}
