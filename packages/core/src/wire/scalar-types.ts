import type { PropertyType } from '../model/value.ts';

/** The words of v2, and of multi-hop queries, for the types of single values. */
export const SCALAR_TYPES = {
  BYTE: 'byte',
  SHORT: 'short',
  INT: 'int',
  LONG: 'long',
  BOOLEAN: 'boolean',
  FLOAT: 'float',
  DOUBLE: 'double',
  STRING: 'string',
} as const satisfies Readonly<Record<string, PropertyType>>;

/** The words, in the order in which messages list them. */
export const SCALAR_TYPE_WORDS = [
  'BYTE',
  'SHORT',
  'INT',
  'LONG',
  'BOOLEAN',
  'FLOAT',
  'DOUBLE',
  'STRING',
] as const satisfies readonly (keyof typeof SCALAR_TYPES)[];
