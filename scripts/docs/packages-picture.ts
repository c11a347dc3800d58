import { type ImportArrow, readArrows } from '../arrows.ts';
import { findPackage, isTestCode, type PackagePlace, packageTable } from '../package-table.ts';
import { root } from '../root.ts';
import type { GeneratedBlock } from './generated-block.ts';

/** The packages and the arrows that production code really has. */
export const packagesPicture: GeneratedBlock = {
  file: 'docs/architecture.md',
  marker: 'packages',
  print: async () => printPackages((await readArrows(root)).imports),
};

/** Draws the packages in their rows, the top row first, and the arrows between them. */
export function printPackages(imports: readonly ImportArrow[]): string {
  const targets = new Map(packageTable.map((place) => [place, findTargets(place, imports)]));
  const rows = [...new Set(packageTable.map((place) => place.row))].sort((a, b) => b - a);
  const nameLength = Math.max(...packageTable.map((place) => place.name.length));
  const lines = rows.flatMap((row) => [
    ...packageTable
      .filter((place) => place.row === row)
      .map((place) => ` ${row}  ${place.name.padEnd(nameLength)}  ->  ${targets.get(place)?.join(', ') || '-'}`),
    '',
  ]);
  return ['```text', ...lines.slice(0, -1), '```', '', '```mermaid', ...drawGraph(rows, targets), '```'].join('\n');
}

function findTargets(place: PackagePlace, imports: readonly ImportArrow[]): string[] {
  const names = imports
    .filter(({ from }) => findPackage(from) === place && !isTestCode(from))
    .flatMap(({ to }) => findPackage(to)?.name ?? [])
    .filter((name) => name !== place.name);
  return [...new Set(names)].sort();
}

function drawGraph(rows: readonly number[], targets: ReadonlyMap<PackagePlace, readonly string[]>): string[] {
  const boxes = rows.flatMap((row) => packageTable.filter((place) => place.row === row).map(({ name }) => `  ${name}`));
  const arrows = [...targets].flatMap(([place, names]) => names.map((name) => `  ${place.name} --> ${name}`));
  return ['graph TD', ...boxes, ...arrows];
}
