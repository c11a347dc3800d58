import { printJson } from '@actionbase/core/codec/json-text';
import type { OutputObject, OutputValue } from '@actionbase/core/codec/output-value';
import type { CommandCall } from '../command.ts';
import { printJsonLine } from '../print/json-output.ts';

/** Prints what a command found out: one document with `--json`, else a line per fact, `nowCalled` as "now called". */
export async function printFacts({ terminal, asJson }: CommandCall, facts: OutputObject): Promise<void> {
  if (asJson) return terminal.print(printJsonLine(facts));
  const rows = Object.entries(facts).map(([name, value]) => [
    name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`),
    printFact(value),
  ]);
  await terminal.printTable({ columns: ['WHAT', 'VALUE'], rows });
}

function printFact(value: OutputValue | undefined): string {
  if (value === undefined || value === null) return '-';
  return typeof value === 'string' ? value : printJson(value);
}
