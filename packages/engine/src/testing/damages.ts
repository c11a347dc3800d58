import { encodeIndexKey } from '@actionbase/core/codec/row-key';
import { encodeCount, encodeIndexValue } from '@actionbase/core/codec/row-value';
import { invariant } from '@actionbase/core/failure';
import type { Table } from '@actionbase/core/model/table';
import type { MutationItem } from '@actionbase/core/wire/mutation-json';
import type { RowAddress } from '@actionbase/ports/store';
import type { Finding } from '../audit/finding.ts';
import { aShop, wishItem } from './a-shop.ts';
import { anItem } from './model.ts';
import { cacheCell, countRow, edgeValue, groupCell, indexKey, sumCell } from './row-addresses.ts';
import type { TestInstance, TestInstanceOptions } from './test-instance.ts';

/** Two users, two products, three wishes, two orders. */
export async function aBusyShop(options: TestInstanceOptions = {}): Promise<TestInstance> {
  const shop = await aShop(options);
  await shop.createLayouts();
  await shop.mutate('wish', [wishItem, anItem({ version: 11n, source: 7, target: 'sku-b', properties: { at: 2000 } })]);
  await shop.mutate('wish', [
    anItem({ version: 12n, source: 8, target: 'sku-a', properties: { at: 3000, color: 'red' } }),
  ]);
  await shop.mutate('orders', [anOrder(1, { amount: 10 }), anOrder(2, { amount: 5 })]);
  return shop;
}

function anOrder(id: number, properties: { readonly amount: number }): MutationItem {
  return anItem({ version: 1n, id, source: 7, target: 5, properties: { paidAt: 1_750_000_000, ...properties } });
}

const DAY = '2025-06-16';

/** One row that is changed behind the back of an engine, and what an audit has to say about it. */
export interface Damage {
  readonly table: 'wish' | 'orders';
  readonly at: (table: Table) => RowAddress;
  /** Undefined deletes the row. */
  readonly value: (table: Table) => Uint8Array | undefined;
  readonly problem: Finding['problem'];
  readonly kind: Finding['kind'];
  /** Numbers, versions or 'bytes'; null: no row. */
  readonly expected: bigint | 'bytes' | null;
  readonly found: bigint | 'bytes' | null;
  /** How many log records the audit must name. */
  readonly touches: number;
}

const none = (): undefined => undefined;

/** Damage of every kind to the shop of `aBusyShop`. */
export const DAMAGES: Readonly<Record<string, Damage>> = {
  'a missing index row OUT': {
    table: 'wish',
    kind: 'index',
    problem: 'missing',
    expected: 10n,
    found: null,
    touches: 1,
    at: (table) => indexKey(table, 'OUT', [7n, 1000n, 'sku-a']),
    value: none,
  },
  'a missing index row IN': {
    table: 'wish',
    kind: 'index',
    problem: 'missing',
    expected: 12n,
    found: null,
    touches: 1,
    at: (table) => indexKey(table, 'IN', ['sku-a', 3000n, 8n]),
    value: none,
  },
  'an index row with the value of another version': {
    table: 'wish',
    kind: 'index',
    problem: 'wrong',
    expected: 10n,
    found: 9n,
    touches: 1,
    at: (table) => indexKey(table, 'OUT', [7n, 1000n, 'sku-a']),
    value: (table) => edgeValue(table, 9n, 1000n),
  },
  'an index row with a value that lost its properties': {
    table: 'wish',
    kind: 'index',
    problem: 'wrong',
    expected: 10n,
    found: 10n,
    touches: 1,
    at: (table) => indexKey(table, 'OUT', [7n, 1000n, 'sku-a']),
    value: (table) => edgeValue(table, 10n, 1000n),
  },
  'an index row whose value is no value': {
    table: 'wish',
    kind: 'index',
    problem: 'wrong',
    expected: 10n,
    found: 'bytes',
    touches: 1,
    at: (table) => indexKey(table, 'OUT', [7n, 1000n, 'sku-a']),
    value: () => Uint8Array.of(1, 2, 3),
  },
  'an orphan index row OUT of an edge that never was': {
    table: 'wish',
    kind: 'index',
    problem: 'orphan',
    expected: null,
    found: 1n,
    touches: 0,
    at: (table) => indexKey(table, 'OUT', [99n, 1n, 'ghost']),
    value: (table) => edgeValue(table, 1n, 1n),
  },
  'an orphan index row IN of an edge that lies elsewhere': {
    table: 'wish',
    kind: 'index',
    problem: 'orphan',
    expected: null,
    found: 10n,
    touches: 1,
    at: (table) => indexKey(table, 'IN', ['sku-a', 1001n, 7n]),
    value: (table) => edgeValue(table, 10n, 1001n),
  },
  'an orphan row of an index that the table does not have': {
    table: 'wish',
    kind: 'index',
    problem: 'orphan',
    expected: null,
    found: 1n,
    touches: 0,
    at: (table) => {
      const [index] = table.indexes;
      invariant(index !== undefined, 'the table has an index');
      const entry = { direction: 'OUT', vertex: 7n, values: [1n], far: 'sku-a' } as const;
      return { space: table.id, key: encodeIndexKey(table, { ...index, code: 77 }, entry) };
    },
    value: (table) => edgeValue(table, 1n, 1n),
  },
  'a missing cache cell': {
    table: 'wish',
    kind: 'cache',
    problem: 'missing',
    expected: 11n,
    found: null,
    touches: 1,
    at: (table) => cacheCell(table, 'OUT', [7n, 2000n, 'sku-b']),
    value: none,
  },
  'a wrong cache cell': {
    table: 'wish',
    kind: 'cache',
    problem: 'wrong',
    expected: 11n,
    found: 3n,
    touches: 1,
    at: (table) => cacheCell(table, 'OUT', [7n, 2000n, 'sku-b']),
    value: (table) => edgeValue(table, 3n, 2000n),
  },
  'an orphan cache cell': {
    table: 'wish',
    kind: 'cache',
    problem: 'orphan',
    expected: null,
    found: 3n,
    touches: 1,
    at: (table) => cacheCell(table, 'IN', ['sku-b', 1n, 7n]),
    value: (table) => edgeValue(table, 3n, 1n),
  },
  'a count that is too high': {
    table: 'wish',
    kind: 'count',
    problem: 'wrong',
    expected: 2n,
    found: 5n,
    touches: 2,
    at: (table) => countRow(table, 'OUT', 7n),
    value: () => encodeCount(5n),
  },
  'a count that is too low': {
    table: 'wish',
    kind: 'count',
    problem: 'wrong',
    expected: 2n,
    found: 1n,
    touches: 2,
    at: (table) => countRow(table, 'IN', 'sku-a'),
    value: () => encodeCount(1n),
  },
  'a negative count': {
    table: 'wish',
    kind: 'count',
    problem: 'wrong',
    expected: 2n,
    found: -2n,
    touches: 2,
    at: (table) => countRow(table, 'IN', 'sku-a'),
    value: () => encodeCount(-2n),
  },
  'a missing count': {
    table: 'wish',
    kind: 'count',
    problem: 'missing',
    expected: 1n,
    found: null,
    touches: 1,
    at: (table) => countRow(table, 'OUT', 8n),
    value: none,
  },
  'an orphan count': {
    table: 'wish',
    kind: 'count',
    problem: 'orphan',
    expected: null,
    found: 4n,
    touches: 0,
    at: (table) => countRow(table, 'IN', 'ghost'),
    value: () => encodeCount(4n),
  },
  'a count of zero, which is no row': {
    table: 'wish',
    kind: 'count',
    problem: 'orphan',
    expected: null,
    found: 0n,
    touches: 0,
    at: (table) => countRow(table, 'OUT', 5n),
    value: () => encodeCount(0n),
  },
  'a count that is no number': {
    table: 'wish',
    kind: 'count',
    problem: 'wrong',
    expected: 2n,
    found: 'bytes',
    touches: 2,
    at: (table) => countRow(table, 'OUT', 7n),
    value: () => Uint8Array.of(1),
  },
  'a wrong group cell': {
    table: 'wish',
    kind: 'group',
    problem: 'wrong',
    expected: 2n,
    found: 9n,
    touches: 2,
    at: (table) => groupCell(table, 'IN', ['sku-a', 'red']),
    value: () => sumCell(9n),
  },
  'a missing group cell': {
    table: 'wish',
    kind: 'group',
    problem: 'missing',
    expected: 1n,
    found: null,
    touches: 1,
    at: (table) => groupCell(table, 'OUT', [7n, null]),
    value: none,
  },
  'an orphan group cell': {
    table: 'wish',
    kind: 'group',
    problem: 'orphan',
    expected: null,
    found: 3n,
    touches: 0,
    at: (table) => groupCell(table, 'OUT', [7n, 'green']),
    value: () => sumCell(3n),
  },
  'a missing index row of a multi edge': {
    table: 'orders',
    kind: 'index',
    problem: 'missing',
    expected: 1n,
    found: null,
    touches: 1,
    at: (table) => indexKey(table, 'IN', [5n, 1_750_000_000n, 1n]),
    value: none,
  },
  'an orphan index row of a multi edge': {
    table: 'orders',
    kind: 'index',
    problem: 'orphan',
    expected: null,
    found: 1n,
    touches: 1,
    at: (table) => indexKey(table, 'OUT', [8n, 1_750_000_000n, 1n]),
    value: (table) => encodeIndexValue(table, 1n, [8n, 5n]),
  },
  'a missing cache cell of a multi edge': {
    table: 'orders',
    kind: 'cache',
    problem: 'missing',
    expected: 1n,
    found: null,
    touches: 1,
    at: (table) => cacheCell(table, 'IN', [5n, 1_750_000_000n, 2n]),
    value: none,
  },
  'a wrong count of multi edges OUT': {
    table: 'orders',
    kind: 'count',
    problem: 'wrong',
    expected: 2n,
    found: 3n,
    touches: 2,
    at: (table) => countRow(table, 'OUT', 7n),
    value: () => encodeCount(3n),
  },
  'a missing count of multi edges IN': {
    table: 'orders',
    kind: 'count',
    problem: 'missing',
    expected: 2n,
    found: null,
    touches: 2,
    at: (table) => countRow(table, 'IN', 5n),
    value: none,
  },
  'a wrong group sum of multi edges': {
    table: 'orders',
    kind: 'group',
    problem: 'wrong',
    expected: 15n,
    found: 16n,
    touches: 2,
    at: (table) => groupCell(table, 'OUT', [7n, DAY]),
    value: () => sumCell(16n),
  },
  'an orphan group cell of multi edges': {
    table: 'orders',
    kind: 'group',
    problem: 'orphan',
    expected: null,
    found: 1n,
    touches: 0,
    at: (table) => groupCell(table, 'OUT', [7n, '1999-01-01']),
    value: () => sumCell(1n),
  },
};
