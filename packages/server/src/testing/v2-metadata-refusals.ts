import { posted, type Refusal } from './refusal.ts';

const SERVICE = '/graph/v2/service';
const SHOP = `${SERVICE}/shop`;
const STORAGE = '/graph/v2/storage';
const ADMIN = '/graph/v2/admin';

const MALFORMED = { status: 400, code: 'malformed-json' } as const;
const INVALID = { status: 400, code: 'validation-failed' } as const;
const PRECONDITION = { status: 400, code: 'precondition-failed' } as const;

const LABEL = {
  desc: 'Like',
  type: 'INDEXED',
  schema: {
    src: { type: 'STRING' },
    tgt: { type: 'STRING' },
    fields: [{ name: 'at', type: 'LONG', nullable: false }],
  },
  dirType: 'BOTH',
  storage: 'datastore://shop/other',
};

/** v2 changes of metadata that contradict it or themselves; tried on the shop of `METADATA_REFUSALS`. */
export const V2_METADATA_REFUSALS: readonly Refusal[] = [
  posted('v2: a service without desc', `${SERVICE}/other`, '{}', { ...MALFORMED, part: /desc is missing/ }),
  posted('v2: a service without body', `${SERVICE}/other`, undefined, { status: 400, code: 'no-body', part: /body/ }),
  ...['a.b', 'a%2Fb', 'a:b', 'a%20b', 'x'.repeat(65)].map((name) =>
    posted(`v2: a service called ${name}`, `${SERVICE}/${name}`, '{"desc":""}', {
      ...INVALID,
      part: /service is ".*"(?:\.\.\.)?; a name has 1 to 64 characters without/,
    }),
  ),
  posted('v2: a label with a bad name', `${SHOP}/label/a%09b`, label({}), { ...INVALID, part: /label is "a\\tb"/ }),
  posted('v2: a label with a blank desc', `${SHOP}/label/other`, label({ desc: '  ' }), {
    ...INVALID,
    part: /desc is blank/,
  }),
  posted('v2: a label without desc', `${SHOP}/label/other`, label({ desc: undefined }), {
    ...MALFORMED,
    part: /desc is missing/,
  }),
  posted('v2: a label of type IMMUTABLE_INDEXED', `${SHOP}/label/other`, label({ type: 'IMMUTABLE_INDEXED' }), {
    ...MALFORMED,
    part: /type is "IMMUTABLE_INDEXED"; expected one of INDEXED, HASH, MULTI_EDGE, NIL/,
  }),
  posted(
    'v2: a label with a DECIMAL field',
    `${SHOP}/label/other`,
    label({ schema: { ...LABEL.schema, fields: [{ name: 'at', type: 'DECIMAL', nullable: true }] } }),
    { ...MALFORMED, part: /schema\.fields\[0\]\.type is DECIMAL/ },
  ),
  posted(
    'v2: a label with a reserved field',
    `${SHOP}/label/other`,
    label({ schema: { ...LABEL.schema, fields: [{ name: 'ts', type: 'LONG', nullable: true }] } }),
    { status: 400, code: 'invalid-change', part: /"ts" is a reserved name/ },
  ),
  posted('v2: a label of an unknown service', `${SERVICE}/none/label/other`, label({}), {
    ...PRECONDITION,
    part: /^\{"status":"BAD_REQUEST","message":"ddl create failed\.\.\.\\nservice not exists : none"\}$/,
  }),
  posted('v2: a label of an unknown storage', `${SHOP}/label/other`, label({ storage: 'none' }), {
    ...PRECONDITION,
    part: /^\{"status":"BAD_REQUEST","message":"ddl create failed\.\.\.\\nstorage not exists : origin\.none"\}$/,
  }),
  posted('v2: a copy under a bad name', `${SHOP}/label/wish/copy`, '{"target":"a.b","storage":"metastore"}', {
    ...INVALID,
    part: /target is "a\.b"/,
  }),
  posted('v2: a copy into an unknown storage', `${SHOP}/label/wish/copy`, '{"target":"b","storage":"none"}', {
    ...PRECONDITION,
    part: /storage not exists : origin\.none/,
  }),
  updated('v2: a label of another kind of edges', `${SHOP}/label/wish`, '{"type":"MULTI_EDGE"}', {
    ...INVALID,
    part: /type is "MULTI_EDGE"; shop\.wish is of type INDEXED/,
  }),
  updated('v2: a label with rows of another type', `${SHOP}/label/wish`, '{"type":"HASH"}', {
    status: 400,
    code: 'invalid-change',
    part: /shop\.wish is of type INDEXED and has rows/,
  }),
  updated('v2: a new field that is not nullable', `${SHOP}/label/gift`, multiEdgeSchema(), {
    status: 400,
    code: 'invalid-change',
    part: /Only optional fields can be added/,
  }),
  updated('v2: an update of the wrong type', `${SHOP}/label/wish`, '{"active":"no"}', {
    ...MALFORMED,
    part: /active is "no"/,
  }),
  posted('v2: an alias with the name of a label', `${SHOP}/alias/wish`, '{"desc":"","target":"shop.none"}', {
    ...PRECONDITION,
    part: /ddl create failed\.\.\.\\nlabel name already exists : shop\.wish\\ntarget label not exists : shop\.none/,
  }),
  posted('v2: an alias in an unknown service', `${SERVICE}/none/alias/a`, '{"desc":"","target":"shop.wish"}', {
    ...PRECONDITION,
    part: /service not exists : none/,
  }),
  posted('v2: an alias of half a name', `${SHOP}/alias/a`, '{"desc":"","target":"wish"}', {
    ...MALFORMED,
    part: /target is "wish"; expected "service\.label"/,
  }),
  posted('v2: a query without stats', `${SHOP}/query/q`, '{"desc":"","query":""}', {
    ...MALFORMED,
    part: /stats is missing/,
  }),
  posted('v2: a query of an unknown service', `${SERVICE}/none/query/q`, '{"desc":"","query":"","stats":[]}', {
    ...PRECONDITION,
    part: /service not exists : none/,
  }),
  posted('v2: a storage of an unknown type', `${STORAGE}/st`, '{"desc":"","type":"S3","conf":{}}', {
    ...MALFORMED,
    part: /type is "S3"; expected one of NIL, LOCAL, JDBC, HBASE, DATASTORE/,
  }),
  updated('v2: a change of a built-in storage', `${STORAGE}/metastore`, '{"active":false}', {
    ...PRECONDITION,
    part: /ddl update failed\.\.\.\\nbuilt-in storage never changes : origin\.metastore/,
  }),
  updated('v2: deactivation of a service with active labels', SHOP, '{"active":false}', {
    ...PRECONDITION,
    part: /entity cannot be deactivated : origin\.shop/,
  }),
  deleted('v2: delete of a service with active labels', `${ADMIN}/service/shop`, {
    ...PRECONDITION,
    part: /^Service shop has active labels: shop\.gift,shop\.wish$/,
  }),
  deleted('v2: delete of the system service', `${ADMIN}/service/sys`, {
    ...PRECONDITION,
    part: /Service sys has active labels: sys\.nil/,
  }),
  deleted('v2: delete of an active label', `${ADMIN}/service/shop/label/wish`, {
    ...PRECONDITION,
    part: /entity not deactivate : shop\.wish/,
  }),
  deleted('v2: delete of a built-in storage', `${ADMIN}/storage/metastore`, {
    ...PRECONDITION,
    part: /entity not deactivate : origin\.metastore/,
  }),
  { name: 'v2: a plural path of the documentation', path: '/graph/v2/services', status: 404, code: 'unknown-path' },
  { name: 'v2: the metastore', path: '/graph/v2/metastore/global', status: 404, code: 'unknown-path' },
  { name: 'v2: the other metadata servers', path: `${ADMIN}/metadata/service`, status: 404, code: 'unknown-path' },
  { name: 'v2: tables of HBase', path: `${ADMIN}/hbase/cluster`, status: 404, code: 'unknown-path' },
  deleted('v2: delete of a label outside of admin', `${SHOP}/label/wish`, { status: 405, code: 'method-not-allowed' }),
];

function updated(name: string, path: string, body: string, refusal: Omit<Refusal, 'name' | 'path'>): Refusal {
  return { name, method: 'PUT', path, body, ...refusal };
}

function deleted(name: string, path: string, refusal: Omit<Refusal, 'name' | 'path'>): Refusal {
  return { name, method: 'DELETE', path, ...refusal };
}

function label(changes: Record<string, unknown>): string {
  return JSON.stringify({ ...LABEL, ...changes });
}

/** The schema of the table gift with one more field. */
function multiEdgeSchema(): string {
  const fields = [
    { name: '_id', type: 'LONG', nullable: false },
    { name: 'at', type: 'LONG', nullable: false },
    { name: 'more', type: 'LONG', nullable: false },
  ];
  return JSON.stringify({ schema: { src: { type: 'STRING' }, tgt: { type: 'LONG' }, fields } });
}
