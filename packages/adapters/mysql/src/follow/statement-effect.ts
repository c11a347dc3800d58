/** A table by its names. */
export interface TableName {
  readonly schema: string;
  readonly table: string;
}

/**
 * What a statement in the log, which stands there as text, does to followed tables:
 *
 *   none     nothing that rows would not tell
 *   schema   it changes columns, or the table as such, or empties it without a trace of its rows
 *   rows     it changes rows that the log doesn't name
 */
export type StatementEffect =
  | { readonly kind: 'none' }
  | { readonly kind: 'schema' | 'rows'; readonly table: TableName };

const NONE: StatementEffect = { kind: 'none' };
const NAME = '(?:`(?:[^`]|``)+`|[\\w$]+)';
const PATH = `${NAME}(?:\\s*\\.\\s*${NAME})?`;
const BEFORE_NAME = '(?:\\s+(?:IF\\s+(?:NOT\\s+)?EXISTS|IGNORE|WAIT\\s+\\d+|NOWAIT))*\\s*';
/** `ALTER TABLE a …`, `TRUNCATE a`, `CREATE TABLE a …`: one name. */
const ONE = new RegExp(
  `^(ALTER(?:\\s+ONLINE)?(?:\\s+IGNORE)?\\s+TABLE|TRUNCATE(?:\\s+TABLE)?|CREATE(?:\\s+OR\\s+REPLACE)?\\s+TABLE)\\b${BEFORE_NAME}(${PATH})`,
  'i',
);
/** `DROP TABLE a, b`, `RENAME TABLE a TO b, c TO d`: all that follows are names. */
const MANY = /^(?:DROP|RENAME)\s+TABLES?\b([\s\S]*)$/i;
const DROP_DATABASE = new RegExp(`^DROP\\s+(?:DATABASE|SCHEMA)\\b${BEFORE_NAME}(${NAME})`, 'i');
const ROWS = /^(?:INSERT|UPDATE|DELETE|REPLACE|LOAD)\b/i;
/** Parts of an ALTER TABLE that leave columns and rows alone. */
const HARMLESS =
  /^(?:(?:ADD|DROP)\s+(?:(?:UNIQUE|FULLTEXT|SPATIAL)\s+)?(?:INDEX|KEY)\b|ADD\s+(?:UNIQUE|FULLTEXT|SPATIAL)\b|(?:ALTER|RENAME)\s+(?:INDEX|KEY)\b|(?:COMMENT|AUTO_INCREMENT|ALGORITHM|LOCK|ROW_FORMAT|STATS_\w+|ENGINE)\s*=?\s*\S+$|FORCE$|(?:ENABLE|DISABLE)\s+KEYS$)/i;

/** Judges a statement by its text; `schema` is the database that it was said in. */
export function statementEffect(text: string, schema: string, followed: readonly TableName[]): StatementEffect {
  const statement = withoutComments(text).trim();
  const find = (path: string) => findTable(path, schema, followed);

  const one = ONE.exec(statement);
  if (one !== null) {
    const table = find(one[2] ?? '');
    if (table === undefined) return NONE;
    const isAlter = /^ALTER/i.test(one[1] ?? '');
    return isAlter && isHarmless(statement.slice(one[0].length)) ? NONE : { kind: 'schema', table };
  }
  const many = MANY.exec(statement);
  if (many !== null) return firstNamed(many[1] ?? '', find, 'schema');
  const dropped = DROP_DATABASE.exec(statement);
  if (dropped !== null) {
    const table = followed.find((table) => same(table.schema, unquote(dropped[1] ?? '')));
    return table === undefined ? NONE : { kind: 'schema', table };
  }
  return ROWS.test(statement) ? firstNamed(statement, find, 'rows') : NONE;
}

function firstNamed(
  text: string,
  find: (path: string) => TableName | undefined,
  kind: 'schema' | 'rows',
): StatementEffect {
  for (const [path] of withoutTexts(text).matchAll(new RegExp(PATH, 'g'))) {
    const table = find(path);
    if (table !== undefined) return { kind, table };
  }
  return NONE;
}

function findTable(path: string, schema: string, followed: readonly TableName[]): TableName | undefined {
  const names = path.match(new RegExp(NAME, 'g'))?.map(unquote) ?? [];
  const table = names.at(-1) ?? '';
  const of = names.length > 1 ? (names[0] ?? '') : schema;
  return followed.find((candidate) => same(candidate.table, table) && same(candidate.schema, of));
}

/** Servers differ in whether names with other capitals are the same; taking them for the same stops once too often at most. */
function same(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}

function unquote(name: string): string {
  return name.startsWith('`') ? name.slice(1, -1).replaceAll('``', '`') : name;
}

function isHarmless(clauses: string): boolean {
  return splitClauses(withoutTexts(clauses)).every((clause) => HARMLESS.test(clause));
}

/** Parts between the commas that stand in no brackets. */
function splitClauses(text: string): string[] {
  const clauses: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(') depth++;
    else if (text[i] === ')') depth--;
    else if (text[i] === ',' && depth === 0) {
      clauses.push(text.slice(start, i).trim());
      start = i + 1;
    }
  }
  return [...clauses, text.slice(start).trim()];
}

const QUOTED = '`(?:[^`]|``)*`|\'(?:[^\'\\\\]|\\\\.|\'\')*\'|"(?:[^"\\\\]|\\\\.|"")*"';
const COMMENT = '/\\*(?![!M])[\\s\\S]*?\\*/|--[ \\t][^\\n]*|#[^\\n]*';

/** Comments are left out; what stands in quotes stays as it is, and so do the parts that only some servers run. */
function withoutComments(text: string): string {
  const plain = text.replace(new RegExp(`(${QUOTED})|${COMMENT}`, 'g'), (_, quoted?: string) => quoted ?? ' ');
  return plain.replace(/\/\*M?!\d*/g, ' ').replaceAll('*/', ' ');
}

/** Texts in quotes become empty ones, so that no word in them counts. */
function withoutTexts(text: string): string {
  return text.replace(new RegExp(QUOTED, 'g'), (quoted) => (quoted.startsWith('`') ? quoted : "''"));
}
