/** The property types of the data model, by their v3 names. */
export const PROPERTY_TYPES = [
  'boolean',
  'byte',
  'short',
  'int',
  'long',
  'float',
  'double',
  'string',
  'object',
] as const;

export type PropertyType = (typeof PROPERTY_TYPES)[number];

/** Types that a source or a target may have. */
export const VERTEX_TYPES = ['long', 'string'] as const;

export type VertexType = (typeof VERTEX_TYPES)[number];

/**
 * A typed value in memory. The schema (or a row's header byte) says which type it has:
 *
 *   boolean           boolean
 *   byte short int    number, an integer within the type's range
 *   long              bigint, within signed 64 bits; never a number
 *   float double      number; a float is already rounded to 32 bits
 *   string            string, well-formed, without U+0000
 *   object            string: the compact JSON text of the tree
 *   unset             null
 */
export type Value = null | boolean | number | bigint | string;

export const LONG_MIN = -(2n ** 63n);
export const LONG_MAX = 2n ** 63n - 1n;

export type SortOrder = 'ASC' | 'DESC';

/** From where an edge is seen: OUT starts at the source, IN at the target. */
export type Direction = 'OUT' | 'IN';

/** For which directions a table keeps index, count and cache rows. */
export type TableDirection = Direction | 'BOTH';

/** The directions of a table, in the order in which rows are derived. */
export function directionsOf(direction: TableDirection): readonly Direction[] {
  return direction === 'BOTH' ? ['OUT', 'IN'] : [direction];
}
