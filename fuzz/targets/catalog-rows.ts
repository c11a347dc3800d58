import { BrokenInvariant, Failure } from '@actionbase/core/failure';
import { readCatalog } from '@actionbase/engine/catalog/catalog-rows';
import { aShop } from '@actionbase/engine/testing/a-shop';
import { TEST_STAMP } from '@actionbase/engine/testing/wish-tables';
import { MemoryStore } from '@actionbase/ports/memory/memory-store';
import { joinBytes, mutateBytes } from '../mutate-bytes.ts';
import { mutateJson } from '../mutate-json.ts';
import { type MutationGiven, pureTarget, type Target } from '../target.ts';

const ENGINE_SPACE = 0;
/** No store takes a longer key. */
const KEY_BYTES_MAX = 1_900;

/** Rows of the catalog. Layout of an input: the key, a zero, the value. */
export const CATALOG_ROWS: Target = {
  name: 'catalog-rows',
  promise: 'any catalog row is read as what it says, or the start is refused by a sentence of ours',
  code: /\/packages\/(?:core\/src\/(?:model|record)|engine\/src\/catalog)\//,
  batch: 16,
  seeds: seedRows,
  words: ['database/', 'table/1', 'alias/', 'rework/1', 'schema/1/1', 'dropped/', 'catalog', '{', 'null', '[]', '"'],
  mutate: mutateRow,
  open: () => pureTarget(playRow),
};

async function seedRows(): Promise<Uint8Array[]> {
  const shop = await aShop();
  await shop.engine.changeCatalog(
    { kind: 'create-alias', database: 'shop', alias: 'fav', table: 'wish', comment: '' },
    TEST_STAMP,
  );
  await shop.engine.changeCatalog(
    { kind: 'create-query', database: 'shop', query: 'top', text: 'SELECT', stats: ['a'], comment: '' },
    TEST_STAMP,
  );
  await shop.engine.changeCatalog(
    { kind: 'create-storage', storage: 's', type: 'HBASE', conf: '{}', comment: '' },
    TEST_STAMP,
  );
  const page = await shop.store.scan({ space: ENGINE_SPACE, limit: 100 });
  const rows = page.rows.map(({ key, value }) => joinBytes(key, Uint8Array.of(0), value));
  await shop[Symbol.asyncDispose]();
  const more = [
    'rework/1\0[{"builds":[{"kind":"index","name":"newest"}],"removes":[],"failed":[],"phase":"rows","cursor":"","rows":0,"states":0}]',
    'dropped/9\0{}',
  ];
  return [
    ...rows.filter((row) => !Buffer.from(row).toString().startsWith('queue/')),
    ...more.map((row) => Buffer.from(row)),
  ];
}

async function playRow(input: Uint8Array): Promise<string | undefined> {
  const end = input.indexOf(0);
  if (end < 1 || end > KEY_BYTES_MAX) return undefined;
  const store = new MemoryStore();
  const row = { space: ENGINE_SPACE, key: input.slice(0, end), value: input.slice(end + 1) };
  await store.write(0, [{ epoch: 1, offset: 0, stampMs: 1, rows: [row], feed: new Uint8Array(1), inbox: [] }]);
  try {
    await readCatalog(store, 0);
    return undefined;
  } catch (error) {
    if (error instanceof BrokenInvariant || error instanceof Failure) return undefined;
    throw error;
  }
}

function mutateRow(input: Uint8Array, given: MutationGiven): Uint8Array {
  const end = input.indexOf(0);
  const changed =
    given.random.below(3) > 0 ? mutateJson(Buffer.from(input.subarray(end + 1)).toString(), given.random) : undefined;
  if (changed === undefined) return mutateBytes(input, given);
  return joinBytes(input.subarray(0, end + 1), Buffer.from(changed));
}
