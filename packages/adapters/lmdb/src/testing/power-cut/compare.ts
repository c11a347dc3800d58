/**
 * Cuts the power under each way of syncing and prints how often the store was wrong afterwards:
 * `node packages/adapters/lmdb/src/testing/power-cut/compare.ts [CUTS] [SEED]`. Needs strace.
 */
import type { LmdbDurability } from '../../lmdb-tree.ts';
import { runExperiment } from './experiment.ts';

const plain: LmdbDurability = { overlappingSync: false, safeRestore: false, noMetaSync: false, noSync: false };
const overlapping: LmdbDurability = { ...plain, overlappingSync: true };
const settings = [
  { name: 'overlapping', durability: overlapping, restarted: true },
  { name: 'overlapping, same boot id', durability: overlapping, restarted: false },
  { name: 'overlapping, safe restore', durability: { ...overlapping, safeRestore: true }, restarted: false },
  {
    name: 'the same, a reader first',
    durability: { ...overlapping, safeRestore: true },
    restarted: true,
    readerFirst: true,
  },
  { name: 'synced commits', durability: plain, restarted: true },
  { name: 'synced commits, meta not', durability: { ...plain, noMetaSync: true }, restarted: true },
  { name: 'no sync', durability: { ...plain, noSync: true }, restarted: true },
];

const cuts = Number(process.argv[2] ?? 200);
const seed = Number(process.argv[3] ?? 1);
console.log('setting                        kill   cuts  wrong  syncs  first mistake');
for (const { name, ...setting } of settings) {
  for (const killAt of [null, 60]) {
    const result = await runExperiment({ ...setting, frames: 120, killAt, cuts, seed });
    const columns = [killAt === null ? 'no' : 'yes', result.cuts, result.mistakes.length, result.syncs];
    const figures = columns.map((column) => String(column).padStart(7)).join('');
    console.log(`${name.padEnd(28)}${figures}  ${result.mistakes[0]?.mistake ?? ''}`);
  }
}
