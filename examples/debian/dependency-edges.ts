import { type PackageParagraph, parseRelations, type RelationKind, relationKinds } from './packages-text.ts';

/**
 * The edge from a package to a package that it names, as a line of the file that `actionbase load` reads.
 *
 * Identity: (package, dependency), one edge however often and in however many fields the package names it.
 * - `kind`, `position`, `alternative`, `qualifier` and `restriction` come from the first naming in the most binding
 *   field, in the order of `relationKinds`.
 * - `constraint` joins the distinct constraints of that field: `>= 0.0.26, <= 0.0.26-3`.
 * - `kinds` lists all fields that name it, `times` counts all namings.
 *
 * Several versions or architectures of a package are several paragraphs. Their edges have the same key, and the place
 * of the paragraph in the text is the edge's version: so the last paragraph that names a dependency decides its
 * properties, in whatever order the lines arrive, and the converter needs to remember nothing.
 */
export interface DependencyEdge {
  /** Place of the paragraph in the text, from 1. */
  readonly version: number;
  readonly source: string;
  readonly target: string;
  readonly properties: DependencyProperties;
}

export interface DependencyProperties {
  readonly kind: RelationKind;
  readonly position: number;
  readonly alternative: number;
  readonly constraint: string | null;
  readonly qualifier: string | null;
  readonly restriction: string | null;
  readonly kinds: string;
  readonly times: number;
  readonly packageVersion: string | null;
}

/** The schema of the table that the edges go to. */
export const dependencySchema = {
  type: 'EDGE',
  source: { type: 'string', comment: 'package' },
  target: { type: 'string', comment: 'package that it names' },
  direction: 'BOTH',
  properties: [
    { name: 'kind', type: 'string', comment: 'most binding field that names it', nullable: false },
    { name: 'position', type: 'int', comment: 'place in that field, from 0', nullable: false },
    { name: 'alternative', type: 'int', comment: 'place among alternatives, from 0', nullable: false },
    { name: 'constraint', type: 'string', comment: 'version constraint', nullable: true },
    { name: 'qualifier', type: 'string', comment: 'architecture qualifier', nullable: true },
    { name: 'restriction', type: 'string', comment: 'architectures and build profiles', nullable: true },
    { name: 'kinds', type: 'string', comment: 'all fields that name it', nullable: false },
    { name: 'times', type: 'int', comment: 'how often it is named', nullable: false },
    { name: 'packageVersion', type: 'string', comment: 'version of the package', nullable: true },
  ],
  indexes: [
    { index: 'newest', fields: [{ field: 'version', order: 'DESC' }], comment: 'last in the text first' },
    {
      index: 'by_kind',
      fields: [
        { field: 'kind', order: 'ASC' },
        { field: 'position', order: 'ASC' },
      ],
      comment: 'by field, then by place in it',
    },
  ],
} as const;

/** The edges of one paragraph, which is the `place`-th of its text, counted from 1. */
export function edgesOfPackage(paragraph: PackageParagraph, place: number): DependencyEdge[] {
  const drafts = new Map<string, EdgeDraft>();
  for (const kind of relationKinds) {
    for (const relation of parseRelations(paragraph.relations.get(kind) ?? '')) {
      const draft = drafts.get(relation.name);
      if (draft === undefined) {
        const constraints = new Set(relation.constraint === null ? [] : [relation.constraint]);
        drafts.set(relation.name, { ...relation, kind, constraints, kinds: new Set([kind]), times: 1 });
      } else {
        draft.times += 1;
        draft.kinds.add(kind);
        if (draft.kind === kind && relation.constraint !== null) draft.constraints.add(relation.constraint);
      }
    }
  }
  return [...drafts].map(([target, draft]) => ({
    version: place,
    source: paragraph.name,
    target,
    properties: finishDraft(draft, paragraph.version),
  }));
}

interface EdgeDraft {
  readonly kind: RelationKind;
  readonly position: number;
  readonly alternative: number;
  readonly constraints: Set<string>;
  readonly qualifier: string | null;
  readonly restriction: string | null;
  readonly kinds: Set<RelationKind>;
  times: number;
}

function finishDraft(draft: EdgeDraft, packageVersion: string | null): DependencyProperties {
  const { kind, position, alternative, qualifier, restriction, times } = draft;
  const constraint = draft.constraints.size === 0 ? null : [...draft.constraints].join(', ');
  const kinds = [...draft.kinds].join(', ');
  return { kind, position, alternative, constraint, qualifier, restriction, kinds, times, packageVersion };
}
