/**
 * Goal: every sentence of docs/compatibility.md holds. Method: one test per case; the cases of an area share a server, and
 * what only a restart, a crash or damage can show is a test elsewhere, which must exist under the name that the case gives.
 */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { LOAD_ROUTES } from '@actionbase/server/routes/load';
import { ROUTES } from '@actionbase/server/routes/routes';
import { startTestServer, type TestServer } from '@actionbase/server/testing/test-server';
import { AREAS, ROUGH_EDGES } from './areas.ts';
import { type CompatibilityArea, type Site, testName } from './compatibility-case.ts';
import { hasTest } from './has-test.ts';
import { prepareShop } from './shop.ts';

const ROOT = join(import.meta.dirname, '../..');
/** The rows of the list of rough edges. */
const ROUGH_EDGE_NUMBERS = [...Array.from({ length: 59 }, (_, place) => String(place + 1)), '12a'];

for (const area of [...AREAS, ...ROUGH_EDGES]) testArea(area);

function testArea(area: CompatibilityArea): void {
  describe(area.title, () => {
    let server: TestServer | undefined;
    const start = startTestServer;
    before(async () => {
      server = await start();
      await prepareShop(server);
    });
    after(async () => {
      await server?.[Symbol.asyncDispose]();
    });
    for (const each of area.cases) {
      const { proof } = each;
      test(testName(area, each), async () => {
        if (typeof proof === 'object') {
          assert.ok(hasTest(readFileSync(join(ROOT, proof.file), 'utf8'), proof.test), `${proof.file} lacks the test`);
          return;
        }
        assert.ok(server !== undefined, 'the server of the area runs');
        const site: Site = { port: server.port, server, start };
        const told = server.notices.length;
        await proof(site);
        assert.deepEqual(server.notices.slice(told), [], 'no answer is a mistake of the server');
      });
    }
  });
}

test('every rough edge has a case', () => {
  const cases = ROUGH_EDGES.flatMap((area) => area.cases);
  const seen = new Set(cases.map((each) => each.roughEdge));
  assert.deepEqual([...seen].sort(), [...ROUGH_EDGE_NUMBERS].sort());
});

/** Calls beside those of the reference, which has nothing to compare them with. */
const OWN_CALLS = LOAD_ROUTES.map((route) => route.label);

test('every call of the v2 and the v3 API has a case, under its own name', () => {
  const features = AREAS.flatMap((area) => area.cases.map((each) => each.feature));
  const calls = ROUTES.filter(({ template }) => /^\/graph\/v[23]/.test(template)).map((route) => route.label);
  const missing = calls.filter(
    (label) => !OWN_CALLS.includes(label) && !features.some((feature) => feature.startsWith(`${label} answers `)),
  );
  assert.deepEqual(missing, []);
});

test('no two cases have one name, and what is not the same says how', () => {
  const names = [...AREAS, ...ROUGH_EDGES].flatMap((area) => area.cases.map((each) => testName(area, each)));
  assert.deepEqual(
    names.filter((name, place) => names.indexOf(name) !== place),
    [],
  );
  for (const { feature, verdict, how } of [...AREAS, ...ROUGH_EDGES].flatMap((area) => area.cases)) {
    assert.equal(how === '', verdict === 'same', feature);
  }
});
