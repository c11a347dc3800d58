import { invariant } from '@actionbase/core/failure';
import type { LogPosition } from '@actionbase/core/model/position';
import type { LoadCounts } from '@actionbase/core/wire/load-json';
import type { LoadResult } from './apply-load.ts';

/** What a load did, and where it stands in the log; null for a load without edges. */
export interface LoadAnswer extends LoadCounts {
  readonly position: LogPosition | null;
}

/** A load without edges does nothing. */
export const EMPTY_LOAD: LoadAnswer = { position: null, created: 0, updated: 0, idle: 0, refused: 0, refusals: [] };

/** What is answered of a result; of the refused edges the first ones by the rows of the request. */
export function answerOfLoad(
  { counts, refusals }: LoadResult,
  where: { readonly position: LogPosition; readonly requestRows: Int32Array; readonly refusalsMax: number },
): LoadAnswer {
  const { position, requestRows, refusalsMax } = where;
  const byRow = refusals.map(({ place, code, message }) => {
    const row = requestRows[place];
    invariant(row !== undefined, 'every edge of a load comes from a row of the request');
    return { row, code, message };
  });
  byRow.sort((a, b) => a.row - b.row);
  return {
    position,
    created: counts.CREATED ?? 0,
    updated: counts.UPDATED ?? 0,
    idle: counts.IDLE ?? 0,
    refused: refusals.length,
    refusals: byRow.slice(0, refusalsMax),
  };
}
