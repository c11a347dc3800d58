import type { ColumnForm } from '@actionbase/ports/legacy';
import type {
  ColumnMapping,
  CountsMapping,
  EdgeMapping,
  Gates,
  Migration,
  Throttle,
  VersionSource,
} from './migration.ts';

/** A column by its name alone, or with the form of its value. */
export type ColumnDeclaration = string | ColumnMapping;

/** What the file of a migration says; what is left out has its default. */
export interface MigrationDeclaration {
  /** Lower-case letters, digits and "-": names the migration's rows, files and names on both sides. */
  readonly name: string;
  /** The old table. */
  readonly from: string;
  /** The new table, as "database.table". */
  readonly to: string;
  readonly edge: {
    readonly source: ColumnDeclaration;
    readonly target: ColumnDeclaration;
    /** A column that every writer raises, or `fromLog`. */
    readonly version: string | VersionSource;
    readonly properties?: Readonly<Record<string, ColumnDeclaration>> | undefined;
  };
  readonly counts?: readonly CountsMapping[] | undefined;
  readonly throttle?: Partial<Throttle> | undefined;
  readonly gates?: Partial<Gates> | undefined;
  readonly forwardOnly?: boolean | undefined;
}

/** Versions that are positions of the old database's change log. */
export const fromLog: VersionSource = { kind: 'log' };

/** A column whose value takes another form in the edge. */
export function column(name: string, form: ColumnForm = 'plain'): ColumnMapping {
  return { column: name, form };
}

export const THROTTLE_DEFAULT: Throttle = { rowsPerSMax: 1_000_000, threadsRunningMax: 24, chunkRows: 5_000 };

export const GATES_DEFAULT: Gates = {
  cleanWindows: 30,
  shadowReads: 1_000,
  shadowMismatchShareMax: 0,
  shadowP99MsMax: 50,
  cleanDays: 90,
};

/**
 * A migration from its declaration: what the file that `actionbase migrate --file` names exports as `migration`. Throws an error that
 * names every field that is wrong, its value and what is allowed.
 */
export function defineMigration(declaration: MigrationDeclaration): Migration {
  const problems = problemsOf(declaration);
  if (problems.length > 0) throw new TypeError(`The migration can't be used:\n  ${problems.join('\n  ')}`);
  const { name, from, to, edge, counts = [], throttle, gates, forwardOnly = false } = declaration;
  const [database = '', table = ''] = to.split('.');
  return {
    name,
    from,
    to: { database, table },
    edge: edgeOf(edge),
    counts,
    throttle: { ...THROTTLE_DEFAULT, ...throttle },
    gates: { ...GATES_DEFAULT, ...gates },
    forwardOnly,
  };
}

function edgeOf({ source, target, version, properties = {} }: MigrationDeclaration['edge']): EdgeMapping {
  return {
    source: columnOf(source),
    target: columnOf(target),
    version: typeof version === 'string' ? { kind: 'column', column: version } : version,
    properties: Object.fromEntries(Object.entries(properties).map(([name, from]) => [name, columnOf(from)])),
  };
}

function columnOf(declaration: ColumnDeclaration): ColumnMapping {
  return typeof declaration === 'string' ? column(declaration) : declaration;
}

const NAME = /^[a-z][a-z0-9-]{0,31}$/;
const FORMS: readonly ColumnForm[] = ['plain', 'milliseconds', 'boolean'];

function problemsOf(declaration: MigrationDeclaration): string[] {
  const { name, from, to, edge, counts = [], throttle, gates } = declaration;
  const problems = declaration.forwardOnly === true ? problemsOfForwardOnly(edge.version, counts) : [];
  if (!NAME.test(name)) problems.push(`name: ${show(name)} should be 1 to 32 of a-z, 0-9 and "-", a letter first`);
  if (from === '') problems.push('from: "" should be the name of a table');
  if (!/^[^.]+\.[^.]+$/.test(to)) problems.push(`to: ${show(to)} should be "database.table"`);
  for (const [field, declared] of Object.entries({ source: edge.source, target: edge.target, ...edge.properties })) {
    const { column: columnName, form } = columnOf(declared);
    if (columnName === '') problems.push(`edge ${field}: "" should be the name of a column`);
    if (!FORMS.includes(form)) problems.push(`edge ${field}: form ${show(form)} should be one of ${FORMS.join(', ')}`);
  }
  const names = new Set(counts.map((count) => count.name));
  if (names.size < counts.length) problems.push('counts: each should have a name of its own');
  for (const [field, value] of Object.entries({ ...throttle, ...gates })) {
    const isShare = field === 'shadowMismatchShareMax';
    const isFit = isShare ? value >= 0 && value <= 1 : Number.isSafeInteger(value) && value >= 0;
    if (!isFit) problems.push(`${field}: ${value} should be ${isShare ? 'from 0 to 1' : 'an integer from 0 on'}`);
  }
  return problems;
}

/** Old rows are told from new ones by their versions, and the new side knows the edges of new ones only. */
function problemsOfForwardOnly(
  version: MigrationDeclaration['edge']['version'],
  counts: readonly CountsMapping[],
): string[] {
  const problems: string[] = [];
  if (typeof version !== 'string' && version.kind === 'log') {
    problems.push(
      'forwardOnly: rows that were there before are told from new ones by their versions, which a row has not when versions come from the log (fromLog): name a column of versions',
    );
  }
  if (counts.length > 0) {
    problems.push(
      'forwardOnly: counts can not be kept, since the new side does not have the edges that were there before: leave counts out, and the old side goes on with its own',
    );
  }
  return problems;
}

function show(value: unknown): string {
  return JSON.stringify(value);
}
