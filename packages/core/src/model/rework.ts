/** What of a schema has rows of its own that a rework builds or removes. */
export const REWORK_KINDS = ['index', 'group', 'cache'] as const;

/** An index, group or cache of a table, by its name. */
export interface ReworkName {
  readonly kind: (typeof REWORK_KINDS)[number];
  readonly name: string;
}

/**
 * What is left to do for one change of a table's schema while the table holds rows: rows of new indexes, groups and caches
 * are built from the states, rows of dropped ones are removed. It is done in steps; what lies up to the cursor is done.
 * First all plain rows of the table are passed (phase rows), which builds everything and removes index rows; then, when
 * groups or caches were dropped, all cells of wide rows (phase cells).
 */
export interface Rework {
  /** Names whose rows are not complete yet. */
  readonly builds: readonly ReworkName[];
  readonly removes: readonly ReworkName[];
  /** Names that an existing state cannot have rows of. They stay incomplete until they are dropped. */
  readonly failed: readonly ReworkFailure[];
  readonly phase: 'rows' | 'cells';
  /** Key of the last row that was passed in this phase, as base64url; '' before the first. Of a cell: its row's key and its qualifier. */
  readonly cursor: string;
  /** Plain rows and cells passed. */
  readonly rows: number;
  /** States among them. */
  readonly states: number;
}

/** Why the rows of one name could not be built. */
export interface ReworkFailure extends ReworkName {
  /** The edge that cannot have the row, as text. */
  readonly edge: string;
  readonly reason: string;
}

/** A name as people read it: `index newest`. */
export function printReworkName({ kind, name }: ReworkName): string {
  return `${kind} ${name}`;
}

/** Whether steps of a rework are left: one whose names all failed has none. */
export function hasSteps(rework: Rework): boolean {
  return rework.builds.length + rework.removes.length > 0;
}
