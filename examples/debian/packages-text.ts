/** A paragraph of a package index: one version of one package for one architecture. */
export interface PackageParagraph {
  readonly name: string;
  /** The package's own version, as written; null when the paragraph has none. */
  readonly version: string | null;
  /** The relation fields that the paragraph has, each whole: continuation lines are joined by a space. */
  readonly relations: ReadonlyMap<RelationKind, string>;
}

/** One alternative of one item of a relation field. */
export interface Relation {
  readonly name: string;
  /** Place of the comma-separated item within its field, from 0. */
  readonly position: number;
  /** Place among the alternatives `a | b` of the item, from 0. */
  readonly alternative: number;
  /** What stands in parentheses, with one space after the operator: `>= 1.2`. */
  readonly constraint: string | null;
  /** The architecture qualifier after the name, without its colon: `any` of `python3:any`. */
  readonly qualifier: string | null;
  /** Architecture and build-profile restrictions as written, with single spaces: `[amd64] <!nocheck>`. */
  readonly restriction: string | null;
}

/**
 * The fields that name other packages, the most binding first: what the package needs or wants, then what it
 * can't stand. `Provides` isn't among them (it offers a name, it doesn't ask for one), nor is `Built-Using`
 * (it names source packages).
 */
export const relationKinds = [
  'Pre-Depends',
  'Depends',
  'Recommends',
  'Suggests',
  'Enhances',
  'Conflicts',
  'Breaks',
  'Replaces',
] as const;

export type RelationKind = (typeof relationKinds)[number];

/** Field names compare without case. */
const kindsByLowerCase = new Map<string, RelationKind>(relationKinds.map((kind) => [kind.toLowerCase(), kind]));

/**
 * Cuts the text of a package index into paragraphs, line by line, holding one paragraph at a time. Blank lines part
 * paragraphs; a line that begins with a space or a tab continues the field above it. A paragraph without a `Package`
 * field is left out. A field that comes twice counts as one with both values.
 */
export async function* readParagraphs(lines: AsyncIterable<string>): AsyncGenerator<PackageParagraph> {
  let fields = new Map<string, string>();
  let current = '';
  for await (const line of lines) {
    if (line.trim() === '') {
      const paragraph = toParagraph(fields);
      if (paragraph !== undefined) yield paragraph;
      fields = new Map();
      current = '';
    } else if (line.startsWith(' ') || line.startsWith('\t')) {
      if (isRead(current)) fields.set(current, `${fields.get(current) ?? ''} ${line.trim()}`);
    } else {
      const colon = line.indexOf(':');
      current = colon < 0 ? '' : line.slice(0, colon).trim().toLowerCase();
      if (isRead(current)) addValue(fields, current, line.slice(colon + 1).trim());
    }
  }
  const last = toParagraph(fields);
  if (last !== undefined) yield last;
}

function isRead(field: string): boolean {
  return field === 'package' || field === 'version' || kindsByLowerCase.has(field);
}

function addValue(fields: Map<string, string>, field: string, value: string): void {
  const before = fields.get(field);
  fields.set(field, before === undefined ? value : `${before}, ${value}`);
}

function toParagraph(fields: ReadonlyMap<string, string>): PackageParagraph | undefined {
  const name = fields.get('package');
  if (name === undefined || name === '') return undefined;
  const relations = new Map<RelationKind, string>();
  for (const [field, kind] of kindsByLowerCase) {
    const value = fields.get(field);
    if (value !== undefined) relations.set(kind, value);
  }
  return { name, version: fields.get('version') ?? null, relations };
}

/** Reads one relation field. Empty items and alternatives, as a trailing comma makes them, are left out. */
export function parseRelations(field: string): Relation[] {
  const relations: Relation[] = [];
  for (const [position, item] of field.split(',').entries()) {
    for (const [alternative, text] of item.split('|').entries()) {
      const relation = parseRelation(text.trim(), position, alternative);
      if (relation !== undefined) relations.push(relation);
    }
  }
  return relations;
}

/** For example `libssl3:any (>= 3.0.0) [amd64 !i386] <!nocheck>`. */
const relationPattern = /^(?<name>[^\s:([<]+)(?::(?<qualifier>[^\s([<]+))?(?<rest>.*)$/s;
const constraintPattern = /\(\s*(?<operator>[<>=]*)\s*(?<version>[^)]*?)\s*\)/;
const restrictionPattern = /\[[^\]]*\]|<[^>]*>/g;

function parseRelation(text: string, position: number, alternative: number): Relation | undefined {
  const parts = relationPattern.exec(text)?.groups;
  if (parts?.name === undefined) return undefined;
  const rest = parts.rest ?? '';
  const constraint = constraintPattern.exec(rest)?.groups;
  const restrictions = rest.replace(constraintPattern, ' ').match(restrictionPattern);
  return {
    name: parts.name,
    position,
    alternative,
    constraint: constraint === undefined ? null : `${constraint.operator} ${constraint.version}`.trim(),
    qualifier: parts.qualifier ?? null,
    restriction: restrictions === null ? null : restrictions.join(' ').replaceAll(/\s+/g, ' '),
  };
}
