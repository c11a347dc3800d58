import { unreachable } from '@actionbase/core/failure';
import type { DebtLine } from './debt-line.ts';
import type { KeyedEdge } from './new-side.ts';

/** A write of the old side whose end was not seen: the process died, or the old side did not answer. */
export interface DoubtfulWrite {
  readonly id: number;
  readonly edge: Pick<KeyedEdge, 'source' | 'target'>;
}

/**
 * What the new side lacks, as far as this director knows: of each key the newest edge, in the order in which the keys were
 * first owed. Older edges of a key are not needed: an INSERT names all properties, and versions decide.
 */
export interface DebtState {
  readonly owed: Map<string, KeyedEdge>;
  readonly doubtful: Map<number, DoubtfulWrite>;
  /** How many of the owed and doubtful edges each source has. */
  readonly sources: Map<string, number>;
}

export function emptyDebt(): DebtState {
  return { owed: new Map(), doubtful: new Map(), sources: new Map() };
}

/** Takes a line into account. */
export function applyDebtLine(state: DebtState, line: DebtLine): void {
  switch (line.kind) {
    case 'owed': {
      const key = debtKey(line.edge);
      const before = state.owed.get(key);
      if (before !== undefined && before.version >= line.edge.version) return;
      state.owed.set(key, line.edge);
      if (before === undefined) countSource(state, line.edge, 1);
      return;
    }
    case 'paid': {
      const key = debtKey(line.edge);
      const before = state.owed.get(key);
      if (before === undefined || before.version > line.edge.version) return;
      state.owed.delete(key);
      countSource(state, line.edge, -1);
      return;
    }
    case 'meant':
      if (state.doubtful.has(line.id)) return;
      state.doubtful.set(line.id, { id: line.id, edge: line.edge });
      countSource(state, line.edge, 1);
      return;
    case 'settled': {
      const before = state.doubtful.get(line.id);
      if (before === undefined) return;
      state.doubtful.delete(line.id);
      countSource(state, before.edge, -1);
      return;
    }
    default:
      unreachable(line);
  }
}

/** The lines that say what the state says, and nothing more. */
export function linesOf({ owed, doubtful }: DebtState): readonly DebtLine[] {
  return [
    ...[...owed.values()].map((edge) => ({ kind: 'owed', edge }) as const),
    ...[...doubtful.values()].map(({ id, edge }) => ({ kind: 'meant', id, edge }) as const),
  ];
}

/** The first edges to pay, but those of the keys in `without`. */
export function nextToPay(
  { owed }: DebtState,
  without: { readonly has: (key: string) => boolean },
  edgesMax: number,
): readonly KeyedEdge[] {
  const edges: KeyedEdge[] = [];
  for (const [key, edge] of owed) {
    if (edges.length === edgesMax) break;
    if (!without.has(key)) edges.push(edge);
  }
  return edges;
}

export function debtKey({ source, target }: Pick<KeyedEdge, 'source' | 'target'>): string {
  return JSON.stringify([String(source), String(target)]);
}

function countSource({ sources }: DebtState, { source }: Pick<KeyedEdge, 'source'>, by: 1 | -1): void {
  const text = String(source);
  const count = (sources.get(text) ?? 0) + by;
  if (count === 0) sources.delete(text);
  else sources.set(text, count);
}
