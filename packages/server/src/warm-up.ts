import { setImmediate } from 'node:timers/promises';
import { recordTypeOf } from '@actionbase/core/codec/record-type';
import { decodeStateKey } from '@actionbase/core/codec/row-key';
import { Failure } from '@actionbase/core/failure';
import type { EdgeKey } from '@actionbase/core/model/edge';
import type { Table } from '@actionbase/core/model/table';
import { directionsOf } from '@actionbase/core/model/value';
import type { Instance, OnNotice } from './instance.ts';
import { SERVER_LIMITS } from './limits.ts';

/**
 * Reads the first rows of every active table that may have some, and some of their edges through each kind of query, so that
 * pages and code are warm when the first client comes. Changes nothing; a table that cannot be read is left out, and told.
 */
export async function warmUp(instance: Instance, onNotice: OnNotice): Promise<void> {
  const { engine } = instance;
  const tables = [...engine.catalog.tables].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, table]) => table);
  const active = tables
    .filter(({ definition, table }) => definition.active && table.layout !== 'NIL')
    .slice(0, SERVER_LIMITS.warmUpTablesMax);
  for (const { table } of active) {
    try {
      await readTable(instance, table);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      onNotice(`the warm-up leaves ${table.database}.${table.name} out: ${error.message}`);
    }
    // Probes get their turn between two tables, also where the store reads without waiting.
    await setImmediate();
  }
  onNotice(`warmed up with ${active.length} tables`);
}

async function readTable({ engine, store }: Instance, table: Table): Promise<void> {
  const { warmUpRowsMax, warmUpEdgesMax } = SERVER_LIMITS;
  const { rows } = await store.scan({ space: table.id, limit: warmUpRowsMax });
  const states = rows.filter(({ key }) => recordTypeOf(key, table.saltBytes) === 'state').slice(0, warmUpEdgesMax);
  const keys = states.map(({ key }) => decodeStateKey(table, key));
  await readEdges(engine, table, keys);
}

async function readEdges(engine: Instance['engine'], table: Table, keys: readonly EdgeKey[]): Promise<void> {
  const { rows } = await engine.get(table, keys, []);
  // A table of states only has no other rows.
  if (table.layout === 'HASH') return;
  for (const direction of directionsOf(table.direction)) {
    const vertices = rows.map(({ source, target }) => (direction === 'OUT' ? source : target));
    await engine.counts(table, direction, vertices);
    const [start] = vertices;
    if (start === undefined) continue;
    const page = { direction, start, limit: SERVER_LIMITS.warmUpEdgesMax, offset: undefined };
    for (const { name } of table.indexes) {
      await engine.scan(table, { ...page, index: name, ranges: [], filters: [], withTotal: false });
    }
    for (const { name } of table.caches) await engine.seek(table, { ...page, cache: name });
  }
}
