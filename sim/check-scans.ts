import { decodeStateValue } from '@actionbase/core/codec/row-value';
import type { Remains } from './remains.ts';
import type { World } from './world.ts';

/** The edges of the table `wish` that a scan, with the vertex' count, may have found: target and version each. */
type Edges = ReadonlyMap<string, string>;

/**
 * A page of an index, and the count that comes with it, show all edges of their vertex as of one single frame between the
 * last that was acknowledged before the read began and the last that was in the log when it was answered; in order.
 */
export function checkScans({ ledger, outcomes }: Remains, { tables }: Pick<World, 'tables'>): void {
  if (ledger.scans.length === 0) return;
  const table = tables.wish;
  const versions = new Map<string, { readonly offset: number; readonly edges: Edges }[]>();
  for (const { offset, outcome } of outcomes) {
    const { key, status, after } = outcome;
    if (outcome.table !== table.id || key.kind !== 'edge' || status === 'QUEUED' || status === 'ERROR') continue;
    const source = String(key.source.value);
    const history = versions.get(source) ?? [];
    const edges = new Map(history.at(-1)?.edges ?? []);
    const state = after === null ? undefined : decodeStateValue(table, after);
    if (state?.active) edges.set(String(key.target.value), String(state.version));
    else edges.delete(String(key.target.value));
    // Entries of one frame become visible together.
    if (history.at(-1)?.offset === offset) history.pop();
    history.push({ offset, edges });
    versions.set(source, history);
  }
  for (const scan of ledger.scans) {
    const history = versions.get(String(scan.source)) ?? [];
    const before = history.findLast(({ offset }) => offset <= scan.fromOffset)?.edges ?? new Map();
    const during = history.filter(({ offset }) => offset > scan.fromOffset && offset <= scan.toOffset);
    const possible = [before, ...during.map(({ edges }) => edges)].map(textOf);
    const gave = textOf(new Map(scan.rows.map(({ target, version }) => [String(target), String(version)])));
    const where = `${scan.index} of ${scan.source} between frames ${scan.fromOffset} and ${scan.toOffset}`;
    if (!possible.includes(gave)) ledger.violate(`L6: ${where} gave ${gave || 'nothing'}`, possible);
    if (scan.total !== BigInt(scan.rows.length))
      ledger.violate(`L6: ${where} has ${scan.rows.length} rows and counts ${scan.total}`);
  }
}

function textOf(edges: Edges): string {
  return [...edges]
    .map(([target, version]) => `${target}@${version}`)
    .sort()
    .join(' ');
}
