/**
 * Goal: the document of the API says what is served, no more and no less. Method: it is compared with the routes, and
 * checked by a validator that others keep.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { Validator } from '@seriousme/openapi-schema-validator';
import { parameterNames, Router } from '../http/router.ts';
import { ROUTES } from '../routes/routes.ts';
import { BULK_REFUSALS } from '../testing/bulk-refusals.ts';
import { EDGE_ID_REFUSALS_V2, EDGE_QUERY_REFUSALS_V2, EDGE_REFUSALS_V2 } from '../testing/edge-refusals-v2.ts';
import { METADATA_REFUSALS } from '../testing/metadata-refusals.ts';
import { MUTATION_REFUSALS } from '../testing/mutation-refusals.ts';
import { GET_REFUSALS, QUERY_REFUSALS } from '../testing/read-refusals.ts';
import { BODY_REFUSALS, PATH_REFUSALS } from '../testing/request-refusals.ts';
import { get } from '../testing/send.ts';
import { startTestServer } from '../testing/test-server.ts';
import { V2_METADATA_REFUSALS } from '../testing/v2-metadata-refusals.ts';
import { openApiDocument } from './document.ts';
import { OPERATIONS } from './families.ts';
import { failuresOf, labelOf } from './operation.ts';
import { PATH_PARAMETERS } from './path-parameters.ts';
import { SCHEMAS } from './schemas.ts';

const REFUSALS = [
  ...PATH_REFUSALS,
  ...BODY_REFUSALS,
  ...MUTATION_REFUSALS,
  ...BULK_REFUSALS,
  ...QUERY_REFUSALS,
  ...GET_REFUSALS,
  ...METADATA_REFUSALS,
  ...V2_METADATA_REFUSALS,
  ...EDGE_REFUSALS_V2,
  ...EDGE_QUERY_REFUSALS_V2,
  ...EDGE_ID_REFUSALS_V2,
];

const ADD_OPERATION =
  'are served and not described. Add each to a family in packages/server/src/openapi/operations/ (a new family also to families.ts), ' +
  'its shapes to openapi/schemas/, and an example of it to openapi/examples/; then run `npm run fill-examples` and `npm run docs`:';

test('every route is described by one operation', () => {
  const described = new Set(OPERATIONS.map(labelOf));
  const missing = ROUTES.map(({ label }) => label).filter((label) => !described.has(label));
  assert.deepEqual(missing, [], `${missing.length} routes ${ADD_OPERATION}\n${missing.join('\n')}`);
  assert.equal(described.size, OPERATIONS.length, 'no route is described twice');
});

test('every operation describes a route that is served, of the same sort', () => {
  const routes = new Map(ROUTES.map((route) => [route.label, route]));
  for (const operation of OPERATIONS) {
    const label = labelOf(operation);
    const route = routes.get(label);
    assert.ok(route !== undefined, `${label} is described and not served: remove it, or correct its template`);
    const { needs, writes } = operation.sort;
    assert.equal(
      needs,
      route.work.needs,
      `${label}: what it needs; serverCall and probeCall are for the server itself`,
    );
    assert.equal(writes, route.writes, `${label}: what it writes; streamCall and probeCall are for any Accept`);
    assert.equal(operation.body !== undefined, route.reads === 'json', `${label}: whether it has a body`);
  }
});

test('every operation has an id of its own, and every name in a path has a meaning', () => {
  const ids = OPERATIONS.map(({ id }) => id);
  assert.equal(new Set(ids).size, ids.length, ids.join(' '));
  for (const { template, summary } of OPERATIONS) {
    for (const name of parameterNames(template)) {
      assert.ok(PATH_PARAMETERS.has(name), `add {${name}} of ${template} to path-parameters.ts`);
    }
    assert.match(summary, /^[A-Z].*\.$/, template);
  }
});

test('the document is one of OpenAPI 3.1, and all its references lead somewhere', async () => {
  const document = JSON.parse(JSON.stringify(openApiDocument()));
  const validator = new Validator();
  const { valid, errors } = await validator.validate(structuredClone(document));
  assert.ok(valid, JSON.stringify(errors, null, 2));
  assert.equal(validator.version, '3.1');
  const references = [...JSON.stringify(document).matchAll(/"#\/components\/(\w+)\/(\w+)"/g)];
  const used = new Set(references.map(([, kind, name]) => `${kind}/${name}`));
  const { securitySchemes, ...components } = document.components;
  assert.deepEqual(Object.keys(securitySchemes), ['token'], 'operations name it, without a reference');
  const there = Object.entries<Record<string, unknown>>(components).flatMap(([kind, parts]) =>
    Object.keys(parts).map((name) => `${kind}/${name}`),
  );
  assert.deepEqual([...used].sort(), there.sort(), 'what is named is used, and the other way round');
  assert.equal(Object.keys(SCHEMAS).length, Object.keys(document.components.schemas).length);
});

test('the server serves the document', async () => {
  await using server = await startTestServer();
  const { status, headers, text } = await get(server, '/openapi.json');
  assert.deepEqual([status, headers['content-type']], [200, 'application/json']);
  assert.deepEqual(JSON.parse(text), JSON.parse(JSON.stringify(openApiDocument())));
});

test('every refusal that is known of a route is among the errors of its operation', () => {
  const router = new Router(OPERATIONS);
  let found = 0;
  for (const { name, method = 'GET', path, code } of REFUSALS) {
    // A path that cannot be decoded leads nowhere; it is refused before there is a route.
    if (path.includes('%ff')) continue;
    const match = router.find(method, path.split('?', 1)[0] ?? '');
    if (match.kind !== 'found') continue;
    found += 1;
    const codes = failuresOf(match.route).map((kind) => kind.code);
    assert.ok(codes.includes(code), `${name}: add '${code}' to the errors of ${labelOf(match.route)}`);
  }
  assert.ok(found > 90, String(found));
});
