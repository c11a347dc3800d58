import type { QueryParameter } from './operation.ts';
import { array, type Schema } from './schema.ts';

const TEXT: Schema = { type: 'string' };
const LIST: Schema = array(TEXT);
const DIRECTION: Schema = { type: 'string', enum: ['OUT', 'IN'] };

export const DIRECTION_PARAMETER: QueryParameter = {
  name: 'direction',
  required: true,
  schema: DIRECTION,
  description: 'OUT: from a source to its targets. IN: from a target to its sources.',
};

export const START_PARAMETER: QueryParameter = {
  name: 'start',
  required: true,
  schema: TEXT,
  description: 'The vertex to begin at: a source for OUT, a target for IN.',
};

export const STARTS_PARAMETER: QueryParameter = {
  name: 'start',
  required: true,
  schema: LIST,
  description: 'The vertices to begin at: sources for OUT, targets for IN. Doubles are dropped.',
};

export const OFFSET_PARAMETER: QueryParameter = {
  name: 'offset',
  schema: TEXT,
  description: 'Goes on where a page ended: the `offset` of its answer. Empty is the same as missing.',
};

export const FILTERS_PARAMETER: QueryParameter = {
  name: 'filters',
  schema: TEXT,
  description:
    'Conditions on edges that were read, `field:op:value;…`: on properties, `version`, `source`, `target`, and `_id` of a multi edge.',
};

export const STATUS_PARAMETER: QueryParameter = {
  name: 'status',
  schema: { type: 'string', enum: ['ACTIVE', 'INACTIVE', 'ALL'], default: 'ACTIVE' },
  description: 'Which ones to list. Empty is the same as missing.',
};

/** A list: repeated, or once with commas. */
export function listParameter(name: string, description: string, required = true): QueryParameter {
  return { name, required, schema: LIST, description };
}

export function limitParameter(description: string): QueryParameter {
  return { name: 'limit', schema: { type: 'integer', minimum: 0, default: 10 }, description };
}

/** The switches of the API: true or false; on, off, yes, no, 1 and 0 are taken too. */
export function switchParameter(name: string, fallback: boolean, description: string): QueryParameter {
  return { name, schema: { type: 'boolean', default: fallback }, description };
}
