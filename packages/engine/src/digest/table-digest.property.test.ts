/**
 * Goal: a digest is that of the table as of the position that it tells, whatever is written meanwhile. Method: generated
 * programs, loads included, write between and during the pages of a digest whose pages are as small as can be; then the feed
 * is folded up to the position, and what it gives is digested state by state.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeStateValue } from '@actionbase/core/codec/row-value';
import { BUCKETS, bucketOfText, digestText, hashOfText } from '@actionbase/core/digest/row-digest';
import type { EdgeKey, EdgeState } from '@actionbase/core/model/edge';
import type { Table } from '@actionbase/core/model/table';
import { bindEntry } from '@actionbase/core/record/bind-entry';
import fc from 'fast-check';
import { type ProgramLoad, programLoad } from '../testing/load-programs.ts';
import { mixedRequest, type ProgramRequest } from '../testing/programs.ts';
import { TestInstance } from '../testing/test-instance.ts';
import { TEST_STAMP, wishSchema } from '../testing/wish-tables.ts';
import type { DigestRequest } from './digest-run.ts';
import type { DigestedEdge, DigestSummary } from './table-digest.ts';

type Step = ProgramRequest | ProgramLoad;

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: mixedRequest },
  { weight: 2, arbitrary: programLoad },
);
const run = fc.record({
  before: fc.array(step, { maxLength: 8 }),
  during: fc.array(step, { minLength: 1, maxLength: 20 }),
  pageRows: fc.integer({ min: 1, max: 5 }),
  perPage: fc.integer({ min: 0, max: 3 }),
  waits: fc.boolean(),
});
type Run = typeof run extends fc.Arbitrary<infer T> ? T : never;

const WISH = { database: 'shop', table: 'wish', fields: ['source', 'target', 'at', 'qty', 'note', 'version'] } as const;
const ORDERS = { database: 'shop', table: 'orders', fields: ['id', 'source', 'target', 'amount'] } as const;
const LINKS = { database: 'shop', table: 'links', fields: ['target', 'source', 'color'] } as const;

function send(instance: TestInstance, one: Step): Promise<unknown> {
  if ('rows' in one) return instance.load(one);
  return instance.mutate(one.table, one.items, { rules: one.rules });
}

async function aShop({ pageRows, before }: Pick<Run, 'pageRows' | 'before'>): Promise<TestInstance> {
  const limits = { digestPageRowsMax: pageRows, auditFeedFramesMax: 2 };
  const instance = await TestInstance.open({ limits });
  await instance.createShop();
  await instance.createLayouts();
  for (const one of before) await send(instance, one);
  return instance;
}

async function digestAmongWrites(
  instance: TestInstance,
  request: DigestRequest,
  between: () => Promise<void>,
): Promise<{ summary: DigestSummary; edges: DigestedEdge[] }> {
  const { events, close } = instance.engine.digest(request);
  const edges: DigestedEdge[] = [];
  try {
    for await (const event of events) {
      if (event.kind === 'digest') return { summary: event, edges };
      if (event.kind === 'edge') edges.push(event);
      else await between();
    }
  } finally {
    close();
  }
  return assert.fail('a digest ends with its sums');
}

/** Texts of the fields of the active edges as of an offset, by the fold of the feed. */
async function textsAt(instance: TestInstance, request: DigestRequest, offset: number): Promise<(string | null)[][]> {
  const table = instance.table(request.table);
  const states = new Map<string, { edge: EdgeKey; state: EdgeState }>();
  for (let from = 0; from <= offset; ) {
    const page = await instance.engine.feed(from, offset + 1 - from);
    for (const { outcomes } of page) {
      for (const outcome of outcomes) {
        if (outcome.kind !== 'edge' || outcome.table !== table.id) continue;
        const edge = bindEntry(table, { key: outcome.key, events: [] })?.key;
        assert.ok(edge !== undefined);
        const { after, status } = outcome;
        if (status === 'ERROR' || status === 'QUEUED') continue;
        const name = JSON.stringify(outcome.key, (_, value) => (typeof value === 'bigint' ? String(value) : value));
        if (after === null) states.delete(name);
        else states.set(name, { edge, state: decodeStateValue(table, after) });
      }
    }
    from = (page.at(-1)?.offset ?? offset) + 1;
  }
  return [...states.values()]
    .filter(({ state }) => state.active)
    .map(({ edge, state }) => request.fields.map((name) => plainText(table, { edge, state, name })));
}

function plainText(
  table: Table,
  { edge, state, name }: { readonly edge: EdgeKey; readonly state: EdgeState; readonly name: string },
): string | null {
  const property = (place: number): string | null => {
    const value = state.properties[place]?.value ?? null;
    return value === null ? null : String(value);
  };
  if (name === 'version') return String(state.version);
  if (edge.kind === 'multiEdge' && name === 'id') return String(edge.id);
  if (name === 'source') return edge.kind === 'edge' ? String(edge.source) : property(0);
  if (name === 'target') return edge.kind === 'edge' ? String(edge.target) : property(1);
  return property(table.fields.findIndex((field) => field.name === name));
}

function assertDigestOf(texts: readonly (string | null)[][], summary: DigestSummary): void {
  const rows = new Array<number>(BUCKETS).fill(0);
  const sums = new Array<bigint>(BUCKETS).fill(0n);
  for (const some of texts) {
    const bucket = bucketOfText(some[0] ?? '');
    rows[bucket] = (rows[bucket] ?? 0) + 1;
    sums[bucket] = BigInt.asUintN(64, (sums[bucket] ?? 0n) + hashOfText(digestText(some)));
  }
  assert.equal(summary.edges, texts.length);
  assert.deepEqual(summary.rows, rows);
  assert.deepEqual(summary.sums, sums);
}

for (const fields of [WISH, ORDERS, LINKS]) {
  test(`a digest of ${fields.table} among writes is that of the table at its position`, async () => {
    await fc.assert(
      fc.asyncProperty(run, async (given) => {
        await using instance = await aShop(given);
        const sent: Promise<unknown>[] = [];
        let next = 0;
        const { summary } = await digestAmongWrites(instance, { ...fields, bucket: null }, async () => {
          for (let nth = 0; nth < given.perPage; nth++) {
            const one = given.during[next++];
            if (one !== undefined) sent.push(send(instance, one));
          }
          if (given.waits) await Promise.all(sent);
        });
        await Promise.all(sent);
        assertDigestOf(await textsAt(instance, { ...fields, bucket: null }, summary.position.offset), summary);
      }),
      { numRuns: 100 },
    );
  });
}

test('the edges of a bucket are those that its digest counts', async () => {
  await fc.assert(
    fc.asyncProperty(run, async (given) => {
      await using instance = await aShop(given);
      const request = { ...WISH, bucket: bucketOfText('2') };
      let next = 0;
      const { summary, edges } = await digestAmongWrites(instance, request, async () => {
        const one = given.during[next++];
        if (one !== undefined) await send(instance, one);
      });
      const table = instance.table('wish');
      const texts = edges.map(({ edge, state }) =>
        request.fields.map((name) => plainText(table, { edge, state, name })),
      );
      assertDigestOf(texts, summary);
      const expected = await textsAt(instance, request, summary.position.offset);
      assertDigestOf(
        expected.filter(([source]) => bucketOfText(source ?? '') === request.bucket),
        summary,
      );
    }),
    { numRuns: 60 },
  );
});

test('a digest begins again when the schema of its table changes under it', async () => {
  await using instance = await aShop({
    pageRows: 1,
    before: [
      {
        table: 'wish',
        properties: ['at'],
        rows: [
          [1, 1, 'a', 5],
          [1, 2, 'b', 6],
        ],
      },
    ],
  });
  let changed = false;
  const request = { ...WISH, bucket: null };
  const { summary } = await digestAmongWrites(instance, request, async () => {
    if (changed) return;
    changed = true;
    const properties = wishSchema.properties.map((one) =>
      one.name === 'note' ? { ...one, type: 'string' as const } : one,
    );
    const schema = {
      ...wishSchema,
      properties: properties.filter(({ name }) => name !== 'color'),
      indexes: [],
      groups: [],
    };
    await instance.engine.changeCatalog({ kind: 'update-table', database: 'shop', table: 'wish', schema }, TEST_STAMP);
  });
  assert.equal(summary.edges, 2);
  assert.equal(summary.table.revision, 2);
});
