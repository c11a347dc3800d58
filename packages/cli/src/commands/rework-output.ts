import type { TableRework } from '@actionbase/client';
import type { TextTable } from '../print/text-table.ts';

/** What changes of a schema have left to do, and what of them cannot be done; no rows when there is nothing. */
export function reworkTable(reworks: readonly TableRework[]): TextTable {
  return {
    columns: ['REWORK', 'NAME', 'EDGES PASSED', 'PROBLEM'],
    rows: reworks.flatMap(({ builds, removes, states, failed }) => [
      ...builds.map((name) => ['building', name, printCount(states), '']),
      ...removes.map((name) => ['removing', name, printCount(states), '']),
      ...failed.map(({ name, edge, reason }) => ['failed', name, printCount(states), `${edge}: ${reason}`]),
    ]),
  };
}

/** How far the first rework is, in one line for people: `building index by_size, removing cache top: 12,000 edges, 60,000 rows`. */
export function printReworkLine(reworks: readonly TableRework[]): string {
  const [current] = reworks.filter(({ builds, removes }) => builds.length + removes.length > 0);
  if (current === undefined) return '';
  const names = [
    ...current.builds.map((name) => `building ${name}`),
    ...current.removes.map((name) => `removing ${name}`),
  ].join(', ');
  return `${names}: ${printCount(current.states)} edges, ${printCount(current.rows)} rows`;
}

function printCount(value: number): string {
  return value.toLocaleString('en-US');
}
