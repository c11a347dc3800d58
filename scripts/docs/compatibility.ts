import { AREAS, ROUGH_EDGES } from '../../e2e/compatibility/areas.ts';
import {
  type CompatibilityArea,
  type CompatibilityCase,
  VERDICTS,
} from '../../e2e/compatibility/compatibility-case.ts';
import type { GeneratedBlock } from './generated-block.ts';

/** What the tests of `e2e/compatibility` show, one row for each. */
export const compatibilityTables: GeneratedBlock = {
  file: 'docs/compatibility.md',
  marker: 'compatibility',
  print: () =>
    [
      '## By area',
      '',
      ...AREAS.flatMap(printArea),
      '## Rough edges of the reference',
      '',
      ...ROUGH_EDGES.flatMap(printRoughEdges),
      '## In numbers',
      '',
      ...printCounts(),
    ].join('\n'),
};

function printArea({ title, cases }: CompatibilityArea): string[] {
  const rows = cases.map(({ feature, verdict, how }) => `| ${cell(feature)} | ${verdict} | ${cell(how)} |`);
  return [`### ${title}`, '', '| what | verdict | how |', '|---|---|---|', ...rows, ''];
}

function printRoughEdges({ title, cases }: CompatibilityArea): string[] {
  const rows = cases.map(
    ({ roughEdge, feature, verdict, how }) => `| ${roughEdge} | ${cell(feature)} | ${verdict} | ${cell(how)} |`,
  );
  return [`### ${title}`, '', '| # | what | verdict | how |', '|---|---|---|---|', ...rows, ''];
}

function printCounts(): string[] {
  const row = (name: string, cases: readonly CompatibilityCase[]): string => {
    const counts = VERDICTS.map((verdict) => cases.filter((each) => each.verdict === verdict).length);
    return `| ${[name, ...counts, cases.length].join(' | ')} |`;
  };
  const areas = AREAS.flatMap((area) => area.cases);
  const edges = ROUGH_EDGES.flatMap((area) => area.cases);
  return [
    `| tests | ${VERDICTS.join(' | ')} | together |`,
    '|---|---|---|---|---|',
    row('areas', areas),
    row('rough edges', edges),
    row('together', [...areas, ...edges]),
  ];
}

/** Text that may stand in a cell of a table. */
function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '&lt;');
}
