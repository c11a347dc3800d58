import type { ColumnForm, LegacyColumn, LegacyTableDescription, LegacyUniqueKey } from '@actionbase/ports/legacy';
import type { ColumnMapping, EdgeMapping, Migration } from './migration.ts';

/** Sentences that say why the old table can't be migrated as declared; empty when it can. */
export function obstaclesOf({ edge }: Migration, description: LegacyTableDescription): readonly string[] {
  const ends = [edge.source, edge.target];
  const used = [...ends, ...Object.values(edge.properties)];
  return [
    ...description.obstacles,
    ...used.flatMap((mapping) => columnObstacles(mapping, description.columns)),
    ...ends.flatMap((mapping) => endObstacles(mapping, description.columns)),
    ...keyObstacles(ends, description.primaryKey),
    ...(edge.version.kind === 'column' ? versionObstacles(edge.version.column, description.columns) : []),
    ...(bringsRowsBack(edge) ? description.uniqueKeys.flatMap((key) => uniqueKeyObstacles(ends, key)) : []),
  ];
}

/** Sentences on what to think of before keys move, each with what to do; empty when there is nothing. */
export function warningsOf({ edge }: Migration, { warnings }: LegacyTableDescription): readonly string[] {
  return bringsRowsBack(edge) ? warnings : [];
}

/** Where versions come from the log, nobody writes the old table for the new side. */
function bringsRowsBack({ version }: EdgeMapping): boolean {
  return version.kind === 'column';
}

const FORM_KINDS: Readonly<Record<ColumnForm, readonly LegacyColumn['kind'][]>> = {
  plain: ['integer', 'decimal', 'float', 'text', 'time', 'binary'],
  boolean: ['integer'],
  milliseconds: ['time'],
};

function columnObstacles({ column: name, form }: ColumnMapping, columns: readonly LegacyColumn[]): string[] {
  const column = find(name, columns);
  if (column === undefined) return [`It has no column ${name}, which the declaration names.`];
  if (!FORM_KINDS[form].includes(column.kind)) {
    return [`Column ${name} has the type ${column.type}, which can't take the form ${form}.`];
  }
  if (column.kind === 'float') {
    return [
      `Column ${name} is a floating number, whose text is not the same everywhere: make it a DECIMAL, or leave it out.`,
    ];
  }
  return [];
}

function endObstacles({ column: name, form }: ColumnMapping, columns: readonly LegacyColumn[]): string[] {
  const column = find(name, columns);
  if (column === undefined) return [];
  if (form === 'boolean') return [`Column ${name} is an end of the edge, which can't be a boolean.`];
  return column.nullable ? [`Column ${name} is an end of the edge and may be NULL: make it NOT NULL.`] : [];
}

/** An edge is known by its ends, a row by its primary key: they must be the same columns. */
function keyObstacles(ends: readonly ColumnMapping[], primaryKey: readonly string[]): string[] {
  const names = ends.map(({ column }) => column);
  const isSame = names.length === primaryKey.length && names.every((name) => primaryKey.includes(name));
  if (isSame || primaryKey.length === 0) return [];
  return [`Its primary key is (${primaryKey.join(', ')}); it should be (${names.join(', ')}), the ends of the edge.`];
}

/** A unique key with both ends in it refuses nothing that the primary key takes. */
function uniqueKeyObstacles(ends: readonly ColumnMapping[], { name, columns }: LegacyUniqueKey): string[] {
  const names = ends.map(({ column }) => column);
  if (names.every((end) => columns.includes(end))) return [];
  return [
    `Its unique key ${name} (${columns.join(', ')}) refuses rows that the new side takes, and a row that comes back from ` +
      `there must not be refused: drop it, or add ${names.join(' and ')} to it.`,
  ];
}

function versionObstacles(name: string, columns: readonly LegacyColumn[]): string[] {
  const column = find(name, columns);
  if (column === undefined) {
    return [`It has no column ${name} for versions: add one of the type BIGINT NOT NULL that every writer raises.`];
  }
  const isFit = column.kind === 'integer' && /^(bigint|integer)/i.test(column.type) && !column.nullable;
  return isFit
    ? []
    : [`Column ${name} has the type ${column.type}${column.nullable ? ', NULL' : ''}: make it BIGINT NOT NULL.`];
}

function find(name: string, columns: readonly LegacyColumn[]): LegacyColumn | undefined {
  return columns.find((column) => column.name === name);
}
