import { defineFailures } from './failure.ts';

/** Refusals that the model itself gives: at admission (nothing is written) or when an entry is reduced (status ERROR). */
export const coreFailures = defineFailures({
  'cast-failed': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'A value does not fit the type that the table declares. The message names the field, the value and the type.',
  },
  'missing-property': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'An active edge would lack a property that is not nullable. Send the property, or declare it nullable.',
  },
  'missing-sum-value': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'A SUM group adds up a property that this edge has not set. Send the property, or change the group.',
  },
  'key-too-long': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'An encoded row key or qualifier would be longer than the store allows. Shorten the source, target or indexed values.',
  },
  'value-too-long': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'The encoded properties of an edge would be longer than the limit. Keep large values elsewhere and store a reference.',
  },
  'schema-changed': {
    status: 409,
    body: 'project',
    retry: 'later',
    doc: 'The table was changed or deleted between the admission of a mutation, or of a change of a label, and its place in the log. Send it again.',
  },
  'malformed-json': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'The request body is not JSON, or lacks a required field, or has one of the wrong type. The message names it.',
  },
  'too-many-items': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'A request holds more mutations, or a query more items, than the limit. Split it into several requests.',
  },
  'invalid-name': {
    status: 400,
    body: 'default',
    retry: 'never',
    doc: 'A name in a path, or in the body that creates a database, is not a letter followed by up to 63 letters, digits, "_" or "-".',
  },
  'validation-failed': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'A name, storage URI, description or other text in a metadata call breaks its rule. The message names the member and the rule.',
  },
  'invalid-schema': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'A table declaration contradicts itself or uses a reserved name. The message names the field and what is allowed.',
  },
  'invalid-ranges': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'A `ranges` parameter cannot be read or does not follow the fields of the index in order.',
  },
  'invalid-filters': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'A `filters` parameter cannot be read or names a field that the table does not have.',
  },
  'invalid-query': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'A post-processor or aggregator of a multi-hop query does not fit what its item read, or it would make too much of it. The message names the column or the item.',
  },
  'invalid-offset': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'An `offset` is not one that an earlier answer of this API gave.',
  },
  'invalid-edge-id': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'An edge id of a v2 call is not one that an earlier answer gave (column `edgeId`, with `stats=EDGE_ID`).',
  },
});
