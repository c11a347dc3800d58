import type { FailureCode } from '../failure-codes.ts';
import { changeCall, type Family, type Operation, readCall } from '../operation.ts';
import { STATUS_PARAMETER } from '../query-parameters.ts';
import { array, named } from '../schema.ts';

/** Databases, tables and aliases have the same five calls. */
interface Kind {
  readonly tag: string;
  readonly description: string;
  /** Template of all of them. */
  readonly all: string;
  /** What one of them is called, in a path and in texts. */
  readonly one: string;
  /** What the names of their shapes begin with. */
  readonly shape: string;
  readonly createErrors: readonly FailureCode[];
  readonly updateErrors: readonly FailureCode[];
}

const CREATED_TWICE = 'A name that exists, active or not, is refused.';

function familyOf(kind: Kind): Family {
  return { tag: kind.tag, description: kind.description, operations: [...listAndGet(kind), ...changes(kind)] };
}

function listAndGet({ all, one, shape }: Kind): readonly Operation[] {
  const descriptor = named(`${shape}Descriptor`);
  return [
    readCall('GET', all, {
      id: `list${pluralOf(shape)}`,
      summary: `Lists ${pluralOf(one)}, the oldest first.`,
      ...(shape === 'Database' ? {} : { description: 'Of a database that does not exist the list is empty.' }),
      parameters: [STATUS_PARAMETER],
      answers: [{ status: 200, description: 'Descriptors.', schema: array(descriptor) }],
      errors: shape === 'Database' ? [] : ['invalid-name'],
    }),
    readCall('GET', `${all}/{${one}}`, {
      id: `get${shape}`,
      summary: `Describes one ${one}, active or not.`,
      answers: [
        { status: 200, description: 'Its descriptor.', schema: descriptor },
        { status: 404, description: 'There is none of this name.' },
      ],
      errors: ['invalid-name'],
    }),
  ];
}

function changes({ all, one, shape, createErrors, updateErrors }: Kind): readonly Operation[] {
  const descriptor = named(`${shape}Descriptor`);
  const article = one === 'alias' ? 'an' : 'a';
  return [
    changeCall('POST', all, {
      id: `create${shape}`,
      summary: `Creates ${article} ${one}.`,
      description: CREATED_TWICE,
      body: named(`${shape}CreateRequest`),
      answers: [{ status: 200, description: 'Its descriptor.', schema: descriptor }],
      errors: ['invalid-name', 'already-exists', ...createErrors],
    }),
    changeCall('PUT', `${all}/{${one}}`, {
      id: `update${shape}`,
      summary: `Changes ${article} ${one}: what the request names.`,
      body: named(`${shape}UpdateRequest`),
      answers: [{ status: 200, description: 'Its descriptor.', schema: descriptor }],
      errors: ['invalid-name', 'not-found', ...updateErrors],
    }),
    changeCall('DELETE', `${all}/{${one}}`, {
      id: `delete${shape}`,
      summary: `Deletes ${article} ${one} that is not active.`,
      description: 'One that does not exist is deleted as well.',
      answers: [{ status: 204, description: 'It is gone.' }],
      errors: ['invalid-name', 'precondition-failed'],
    }),
  ];
}

function pluralOf(one: string): string {
  return one.endsWith('s') ? `${one}es` : `${one}s`;
}

export const METADATA_FAMILIES: readonly Family[] = [
  familyOf({
    tag: 'Databases',
    description: 'Named groups of tables.',
    all: '/graph/v3/databases',
    one: 'database',
    shape: 'Database',
    createErrors: [],
    updateErrors: ['precondition-failed'],
  }),
  familyOf({
    tag: 'Tables',
    description: 'Named sets of edges with a schema.',
    all: '/graph/v3/databases/{database}/tables',
    one: 'table',
    shape: 'Table',
    createErrors: ['validation-failed', 'invalid-change', 'precondition-failed'],
    updateErrors: ['validation-failed', 'invalid-change', 'precondition-failed'],
  }),
  familyOf({
    tag: 'Aliases',
    description: 'Second names of tables, which can be pointed at other ones while calls go on.',
    all: '/graph/v3/databases/{database}/aliases',
    one: 'alias',
    shape: 'Alias',
    createErrors: ['validation-failed', 'precondition-failed'],
    updateErrors: ['validation-failed', 'precondition-failed'],
  }),
];
