import type { FailureCode } from '../failure-codes.ts';
import { changeCall, type Family, type Operation, readCall, streamCall } from '../operation.ts';
import { named } from '../schema.ts';

const SERVICES = '/graph/v2/service';
const SERVICE = `${SERVICES}/{service}`;
const ADMIN = '/graph/v2/admin';

/** Entities of v2 have the same four calls. */
interface Kind {
  /** Template of all of them. */
  readonly all: string;
  /** What one of them is called, in a path and in texts. */
  readonly one: string;
  readonly many: string;
  /** What the ids of the operations end with. */
  readonly id: string;
  /** Names of the shapes of one, of its creation and of its change. */
  readonly entity: string;
  readonly create: string;
  readonly update: string;
  readonly createErrors: readonly FailureCode[];
  readonly updateErrors: readonly FailureCode[];
}

function callsOf(kind: Kind): readonly Operation[] {
  const { all, one, many, id, entity, create, update, createErrors, updateErrors } = kind;
  const path = `${all}/{${one}}`;
  const status = [{ status: 200, description: 'What it did.', schema: named(`${entity}Status`) }];
  return [
    readCall('GET', all, {
      id: `v2List${id}`,
      summary: `Lists all ${many}, the oldest first, those that are not active included.`,
      answers: [{ status: 200, description: 'A page.', schema: named(`${entity}Page`) }],
    }),
    readCall('GET', path, {
      id: `v2Get${id}`,
      summary: `Describes one ${one}.`,
      answers: [
        { status: 200, description: 'It.', schema: named(entity) },
        { status: 404, description: 'There is none of this name.' },
      ],
    }),
    changeCall('POST', path, {
      id: `v2Create${id}`,
      summary: `Creates the ${one} of this name. One that exists is left alone: ERROR.`,
      body: named(create),
      answers: status,
      errors: ['validation-failed', ...createErrors],
    }),
    changeCall('PUT', path, {
      id: `v2Update${id}`,
      summary: `Changes what the request names. A ${one} that does not exist is left alone: IDLE.`,
      body: named(update),
      answers: status,
      errors: updateErrors,
    }),
  ];
}

/** Deletes what is not active. */
function deleteCall(template: string, id: string, one: string, entity: string): Operation {
  return changeCall('DELETE', template, {
    id: `v2Delete${id}`,
    summary: `Deletes the ${one} of this name, which is not active. One that does not exist is left alone: IDLE.`,
    answers: [{ status: 200, description: 'What it did.', schema: named(`${entity}Status`) }],
    errors: ['precondition-failed'],
  });
}

const COPY_ERRORS: readonly FailureCode[] = ['validation-failed', 'precondition-failed', 'invalid-change'];
const LABEL_STATUS = [{ status: 200, description: 'What it did.', schema: named('LabelEntityStatus') }];

const LABEL_OPERATIONS: readonly Operation[] = [
  ...callsOf({
    all: `${SERVICE}/label`,
    one: 'label',
    many: 'labels of a service',
    id: 'Label',
    entity: 'LabelEntity',
    create: 'LabelCreateRequest',
    update: 'LabelUpdateRequest',
    createErrors: ['precondition-failed', 'invalid-change'],
    updateErrors: ['validation-failed', 'precondition-failed', 'invalid-change'],
  }),
  changeCall('POST', `${SERVICE}/label/{label}/copy`, {
    id: 'v2CopyLabel',
    summary: 'Creates a label of the same definition, without the edges. Nothing to copy: IDLE.',
    body: named('LabelCopyRequest'),
    answers: LABEL_STATUS,
    errors: COPY_ERRORS,
  }),
  streamCall('GET', `${SERVICE}/label/{label}/status`, {
    id: 'v2GetLabelStatus',
    summary: 'Answers N/A for every label that there is.',
    answers: [
      { status: 200, description: 'N/A', schema: { type: 'string' }, type: 'text/plain;charset=UTF-8' },
      { status: 404, description: 'There is none of this name.' },
    ],
  }),
  deleteCall(`${ADMIN}/service/{service}/label/{label}`, 'Label', 'label', 'LabelEntity'),
];

const ALIAS_OPERATIONS: readonly Operation[] = [
  ...callsOf({
    all: `${SERVICE}/alias`,
    one: 'alias',
    many: 'aliases of a service',
    id: 'Alias',
    entity: 'V2AliasEntity',
    create: 'V2AliasCreateRequest',
    update: 'V2AliasUpdateRequest',
    createErrors: ['precondition-failed'],
    updateErrors: ['precondition-failed'],
  }),
  deleteCall(`${SERVICE}/alias/{alias}`, 'Alias', 'alias', 'V2AliasEntity'),
  deleteCall(`${ADMIN}/service/{service}/alias/{alias}`, 'AliasAsAdmin', 'alias', 'V2AliasEntity'),
  changeCall('POST', `${SERVICE}/alias/{alias}/new-label`, {
    id: 'v2CopyAliasTarget',
    summary: "Creates a label of the same definition as the alias's, in the service of the alias. No such alias: IDLE.",
    body: named('LabelCopyRequest'),
    answers: LABEL_STATUS,
    errors: [...COPY_ERRORS, 'unknown-table'],
  }),
];

/** The metadata of v2: the same databases, tables and aliases, in older words, and what only v2 knows. */
export const V2_METADATA_FAMILY: Family = {
  tag: 'Metadata of v2',
  description:
    'The same databases (services), tables (labels) and aliases in the words of v2, and stored queries and storages, which only v2 knows. Changes answer 200 with a status, also where v3 answers 404 or 409.',
  operations: [
    ...callsOf({
      all: SERVICES,
      one: 'service',
      many: 'services',
      id: 'Service',
      entity: 'ServiceEntity',
      create: 'ServiceCreateRequest',
      update: 'ServiceUpdateRequest',
      createErrors: [],
      updateErrors: ['precondition-failed'],
    }),
    deleteCall(`${ADMIN}/service/{service}`, 'Service', 'service', 'ServiceEntity'),
    ...LABEL_OPERATIONS,
    ...ALIAS_OPERATIONS,
    ...callsOf({
      all: `${SERVICE}/query`,
      one: 'query',
      many: 'stored queries of a service',
      id: 'Query',
      entity: 'QueryEntity',
      create: 'QueryCreateRequest',
      update: 'QueryUpdateRequest',
      createErrors: ['precondition-failed'],
      updateErrors: ['validation-failed', 'precondition-failed'],
    }),
    ...callsOf({
      all: '/graph/v2/storage',
      one: 'storage',
      many: 'storages, the built-in ones included',
      id: 'Storage',
      entity: 'StorageEntity',
      create: 'StorageCreateRequest',
      update: 'StorageUpdateRequest',
      createErrors: [],
      updateErrors: ['validation-failed', 'precondition-failed'],
    }),
    deleteCall(`${ADMIN}/storage/{storage}`, 'Storage', 'storage', 'StorageEntity'),
    readCall('GET', `${ADMIN}/labels`, {
      id: 'v2DescribeLabels',
      summary: 'A text about every active label and alias.',
      answers: [{ status: 200, description: 'Texts by name.', schema: named('LabelTexts') }],
    }),
  ],
};
