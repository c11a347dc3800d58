import { hasSteps } from '@actionbase/core/model/rework';
import { NIL_TABLE_ID } from '@actionbase/engine/catalog/nil-table';
import type { Engine } from '@actionbase/engine/engine';

const STATUSES = [
  'running',
  'log-down',
  'store-down',
  'broken',
  'stopped',
] as const satisfies Engine['status']['kind'][];

/** The lines of the text format of Prometheus that tell how the database is. */
export function printEngineMetrics(engine: Engine): string[] {
  const { position, status, catalog } = engine;
  const tables = [...catalog.tables.values()].filter(({ table }) => table.id !== NIL_TABLE_ID).length;
  const reworks = [...catalog.reworks.values()].flatMap(({ list }) => list);
  return [
    '# HELP actionbase_engine_status 1 for the state in which the engine is.',
    '# TYPE actionbase_engine_status gauge',
    ...STATUSES.map((kind) => `actionbase_engine_status{status="${kind}"} ${kind === status.kind ? 1 : 0}`),
    '# HELP actionbase_log_offset Offset of the last frame that was applied; -1 before the first.',
    '# TYPE actionbase_log_offset gauge',
    `actionbase_log_offset{partition="0"} ${position?.offset ?? -1}`,
    '# HELP actionbase_log_epoch Epoch of the log.',
    '# TYPE actionbase_log_epoch gauge',
    `actionbase_log_epoch{partition="0"} ${position?.epoch ?? 0}`,
    '# HELP actionbase_queue_waiting 1 while asynchronous mutations wait to take effect.',
    '# TYPE actionbase_queue_waiting gauge',
    `actionbase_queue_waiting ${engine.isQueueEmpty ? 0 : 1}`,
    '# HELP actionbase_tables Tables in the catalog, inactive ones included, sys.nil not.',
    '# TYPE actionbase_tables gauge',
    `actionbase_tables ${tables}`,
    '# HELP actionbase_reworks Changes of schemas whose indexes, groups and caches are still being built or removed.',
    '# TYPE actionbase_reworks gauge',
    `actionbase_reworks ${reworks.filter(hasSteps).length}`,
    '# HELP actionbase_rework_states States that these have passed so far.',
    '# TYPE actionbase_rework_states gauge',
    `actionbase_rework_states ${reworks.filter(hasSteps).reduce((sum, { states }) => sum + states, 0)}`,
    '# HELP actionbase_rework_failures Indexes, groups and caches that could not be built and wait to be dropped.',
    '# TYPE actionbase_rework_failures gauge',
    `actionbase_rework_failures ${reworks.reduce((sum, { failed }) => sum + failed.length, 0)}`,
  ];
}
