import type { LegacyRow } from '@actionbase/ports/legacy';
import type { ColumnKind } from '../column-kind.ts';

/** A column of a followed table, as the log itself describes it. */
export interface LoggedColumn {
  readonly name: string;
  /** The type as the log knows it, for comparisons. */
  readonly type: string;
  readonly kind: ColumnKind;
}

/** What the log says, as far as following cares. */
export type LogEvent =
  /** A transaction, or a statement on its own, begins. */
  | { readonly kind: 'begin'; readonly gtid: string; readonly atMs: number; readonly isAlone: boolean }
  | { readonly kind: 'statement'; readonly text: string; readonly schema: string }
  /** The columns of a followed table, before its rows. */
  | { readonly kind: 'table'; readonly table: string; readonly columns: readonly LoggedColumn[] }
  | { readonly kind: 'rows'; readonly table: string; readonly bytes: number; readonly rows: readonly LoggedRow[] }
  | { readonly kind: 'commit' }
  /** The rows so far may still be rolled back by somebody who comes later. */
  | { readonly kind: 'prepared' };

/** One changed row: its images. */
export interface LoggedRow {
  readonly before: LegacyRow | undefined;
  readonly after: LegacyRow | undefined;
}
