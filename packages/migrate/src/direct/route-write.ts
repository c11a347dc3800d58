import type { TruthMap, TruthSide } from '@actionbase/ports/legacy';
import type { DirectSettings } from './settings.ts';

/** What a director goes by: the map with the last settings that could be read. */
export interface Truth {
  readonly revision: number;
  readonly newBuckets: number;
  readonly versionFloor: bigint;
  readonly settings: DirectSettings;
}

/** The way of a write. */
export type WriteRoute =
  /** To the old side, and then, when `both`, to the new one. */
  | { readonly kind: 'legacy'; readonly both: boolean }
  /** To the new side, under this name. */
  | { readonly kind: 'new'; readonly name: string };

/** The map as directors go by it. In stage `retired` there is nothing but the new side. */
export function truthOf(map: TruthMap, settings: DirectSettings): Truth {
  const { revision, newBuckets, versionFloor } = map;
  return { revision, newBuckets, versionFloor, settings };
}

/** The truth where there is no old side any more. */
export function retiredTruth(settings: DirectSettings, newBuckets: number): Truth {
  return { revision: 0, newBuckets, versionFloor: 0n, settings: { ...settings, stage: 'retired' } };
}

/** The side that decides about the keys of a bucket, and answers reads for them. */
export function truthSideOf({ settings, newBuckets }: Truth, bucket: number): TruthSide {
  return settings.stage === 'retired' || bucket < newBuckets ? 'new' : 'legacy';
}

/**
 * Where a write of a bucket goes. While the old side exists, the new side is written as the truth under the alias of the
 * map's revision only: that is the fence which a move closes.
 */
export function routeWrite(truth: Truth, bucket: number, table: string): WriteRoute {
  const { stage } = truth.settings;
  if (stage === 'retired') return { kind: 'new', name: table };
  if (truthSideOf(truth, bucket) === 'new') return { kind: 'new', name: fenceAlias(table, truth.revision) };
  return { kind: 'legacy', both: stage !== 'off' };
}

/** The alias under which directors write to the new side while this revision of the map holds. */
export function fenceAlias(table: string, revision: number): string {
  return `${table}--r${revision}`;
}

/** Whether an alias ("database.alias", as records have it) is one under which directors write to this table. */
export function isFenceAlias(alias: string, table: { readonly database: string; readonly table: string }): boolean {
  const prefix = `${table.database}.${table.table}--r`;
  return alias.startsWith(prefix) && /^\d+$/.test(alias.slice(prefix.length));
}
