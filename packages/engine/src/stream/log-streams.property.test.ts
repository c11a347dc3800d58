import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseJson } from '@actionbase/core/codec/json-text';
import { JsonDecimal, type JsonObject, type JsonValue } from '@actionbase/core/codec/json-value';
import { parseStreamPosition } from '@actionbase/core/model/stream-position';
import { castForWrite } from '@actionbase/core/reduce/cast';
import { printEdgeFrame } from '@actionbase/core/wire/edge-frame-json';
import { isJsonObject } from '@actionbase/core/wire/json-place';
import fc from 'fast-check';
import { mixedRequest, type ProgramRequest } from '../testing/programs.ts';
import { readMutations, readStream } from '../testing/read-streams.ts';
import { TestInstance } from '../testing/test-instance.ts';

const program = fc.array(mixedRequest, { minLength: 1, maxLength: 12 });

async function run(requests: readonly ProgramRequest[], recordsMax = 500): Promise<TestInstance> {
  const instance = await TestInstance.open({ limits: { streamRecordsMax: recordsMax } });
  await instance.createShop();
  await instance.createLayouts();
  await Promise.all(requests.map(({ table, rules, items }) => instance.mutate(table, items, { rules })));
  return instance;
}

test('L5 a reader that stops anywhere and goes on after its last position gets every record once, in order', async () => {
  await fc.assert(
    fc.asyncProperty(program, fc.integer({ min: 1, max: 4 }), async (requests, recordsMax) => {
      await using instance = await run(requests, recordsMax);
      for (const stream of ['wal', 'cdc'] as const) {
        const whole = await readStream(instance.engine, stream);
        for (let place = 0; place < whole.length; place += 1) {
          const from = parseStreamPosition(whole[place]?.position ?? '');
          assert.ok(from !== undefined);
          assert.deepEqual(await readStream(instance.engine, stream, { from }), whole.slice(place + 1));
        }
      }
    }),
    { numRuns: 40 },
  );
});

test('the WAL has one record per mutation item, each with a trace id of its own', async () => {
  await fc.assert(
    fc.asyncProperty(program, async (requests) => {
      await using instance = await run(requests);
      const wal = await readMutations(instance.engine, 'wal');
      assert.equal(
        wal.length,
        requests.reduce((sum, { items }) => sum + items.length, 0),
      );
      const ids = wal.map(({ text }) => /"traceId":"([^"]+)"/.exec(text)?.[1]);
      assert.equal(new Set(ids).size, wal.length);
      assert.deepEqual(ids.toSorted(), ids);
    }),
    { numRuns: 60 },
  );
});

/** Method: every key that the CDC ever named is asked for; what the last image says must be what get answers. */
test('L4 the last after image of every key is the edge that get answers', async () => {
  await fc.assert(
    fc.asyncProperty(program, async (requests) => {
      await using instance = await run(requests);
      const last = new Map<string, { readonly record: JsonObject; readonly id: JsonValue }>();
      for (const { key, text } of await readMutations(instance.engine, 'cdc')) {
        const record = objectOf(parseJson(text));
        if (record.status === 'ERROR') continue;
        const id = objectOf(objectOf(record.edge).props)._id ?? null;
        last.set(`${String(record.label)} ${key}`, { record, id });
      }
      for (const { record, id } of last.values()) await assertSameAsGet(instance, record, id);
    }),
    { numRuns: 60 },
  );
});

async function assertSameAsGet(instance: TestInstance, record: JsonObject, id: JsonValue): Promise<void> {
  const table = instance.table(String(record.label).slice('shop.'.length));
  const edge = objectOf(record.edge);
  const key =
    table.idType !== null
      ? ({ kind: 'multiEdge', id: castForWrite(table.idType, id, 'id') } as const)
      : ({
          kind: 'edge',
          source: castForWrite(table.sourceType, edge.src ?? null, 'src'),
          target: castForWrite(table.targetType, edge.tgt ?? null, 'tgt'),
        } as const);
  const frame = await instance.engine.get(table, [key], []);
  const answer = objectOf(parseJson(printEdgeFrame(table, frame)));
  const after = record.after ?? null;
  const image = isJsonObject(after) && after.active === true ? after : undefined;
  const expected = image === undefined ? [] : [edgeOf(image, table.idType === null ? undefined : id)];
  assert.deepEqual(plain(answer.edges ?? null), plain(expected));
}

/** An image in the shape of a v3 answer. */
function edgeOf(image: JsonObject, id: JsonValue | undefined): JsonObject {
  const { _source, _target, ...properties } = objectOf(image.props);
  const { ts, src, tgt } = image;
  return {
    version: ts,
    source: src,
    target: tgt,
    properties: id === undefined ? properties : { _id: id, ...properties },
    context: {},
  };
}

function objectOf(value: JsonValue | undefined): JsonObject {
  assert.ok(isJsonObject(value));
  return value;
}

/** For comparison: decimals by their text, members in any order. */
function plain(value: JsonValue): unknown {
  if (value instanceof JsonDecimal) return `decimal ${value.text}`;
  if (Array.isArray(value)) return value.map((item: JsonValue) => plain(item));
  if (!isJsonObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, plain(member ?? null)]));
}
