import { exchangeBody } from './exchange.ts';
import { posted, type Refusal, V3, WISH } from './refusal.ts';

const long = 'x'.repeat(65);

/** Changes of metadata that contradict it or themselves. */
export const METADATA_REFUSALS: readonly Refusal[] = [
  {
    name: 'a status in lower case',
    path: `${V3}?status=active`,
    status: 400,
    code: 'invalid-parameter',
    part: /status is "active"/,
  },
  { name: 'a name in a path that begins with a digit', path: `${V3}/1shop`, status: 400, code: 'invalid-name' },
  { name: 'a name in a path that is too long', path: `${V3}/shop/tables/${long}`, status: 400, code: 'invalid-name' },
  { name: 'a name in a path with a blank', path: `${V3}/shop/aliases/a%20b`, status: 400, code: 'invalid-name' },
  posted('a database with a bad name', V3, '{"database":"1x","comment":""}', { status: 400, code: 'invalid-name' }),
  posted('a database without comment', V3, '{"database":"x"}', {
    status: 400,
    code: 'malformed-json',
    part: /comment is missing/,
  }),
  posted('a database that exists', V3, '{"database":"shop","comment":""}', {
    status: 409,
    code: 'already-exists',
    part: /shop/,
  }),
  posted('a table that exists', `${V3}/shop/tables`, tableBody({ table: 'wish' }), {
    status: 409,
    code: 'already-exists',
    part: /shop\.wish/,
  }),
  posted('a table in an unknown database', `${V3}/none/tables`, tableBody({}), {
    status: 400,
    code: 'precondition-failed',
    part: /service not exists : none/,
  }),
  posted(
    'a table with a bad name, storage and comment',
    `${V3}/shop/tables`,
    tableBody({ table: '1', storage: 'x', comment: 'c'.repeat(1001) }),
    {
      status: 400,
      code: 'validation-failed',
      part: /table is "1".*storage is "x".*comment has 1001 characters/,
    },
  ),
  posted('a table of an unknown type', `${V3}/shop/tables`, tableBody({}, { type: 'HASH' }), {
    status: 400,
    code: 'malformed-json',
    part: /schema\.type is "HASH"/,
  }),
  posted(
    'a table with an index of an unknown field',
    `${V3}/shop/tables`,
    tableBody({}, { indexes: [{ index: 'i', fields: [{ field: 'nope', order: 'ASC' }] }] }),
    {
      status: 400,
      code: 'invalid-change',
      part: /nope/,
    },
  ),
  posted('a table of mode DENY', `${V3}/shop/tables`, tableBody({ mode: 'DENY' }), {
    status: 400,
    code: 'malformed-json',
    part: /DENY/,
  }),
  posted('an alias of a missing table', `${V3}/shop/aliases`, '{"alias":"a","table":"none","comment":""}', {
    status: 400,
    code: 'precondition-failed',
    part: /target label not exists : shop\.none/,
  }),
  posted('an alias with the name of a table', `${V3}/shop/aliases`, '{"alias":"wish","table":"wish","comment":""}', {
    status: 400,
    code: 'precondition-failed',
    part: /label name already exists : shop\.wish/,
  }),
  {
    name: 'delete of an active table',
    method: 'DELETE',
    path: WISH,
    status: 400,
    code: 'precondition-failed',
    part: /entity not deactivate : shop\.wish/,
  },
  {
    name: 'delete of an active database',
    method: 'DELETE',
    path: `${V3}/shop`,
    status: 400,
    code: 'precondition-failed',
    part: /origin\.shop/,
  },
  {
    name: 'deactivation of a database with active tables',
    method: 'PUT',
    path: `${V3}/shop`,
    body: '{"active":false}',
    status: 400,
    code: 'precondition-failed',
    part: /entity cannot be deactivated : origin\.shop/,
  },
  {
    name: 'an update of the wrong type',
    method: 'PUT',
    path: WISH,
    body: '{"active":"no"}',
    status: 400,
    code: 'malformed-json',
    part: /active is "no"/,
  },
];

function tableBody(changes: Record<string, unknown>, schema: Record<string, unknown> = {}): string {
  const body = JSON.parse(exchangeBody(2));
  return JSON.stringify({ ...body, table: 'other', ...changes, schema: { ...body.schema, ...schema } });
}
