import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A value of a table in a report. */
export type Figure = string | number;

/** What one step of a story has shown: sentences that it has checked, and figures that it has measured. */
export interface StepReport {
  /** The requirements that it shows, `WISH-01`. */
  readonly ids: readonly string[];
  readonly title: string;
  /** What held; a step of which something does not hold throws instead. */
  readonly held: readonly string[];
  readonly tables: readonly FigureTable[];
}

export interface FigureTable {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Figure[])[];
}

/** Something that a story promised to show is not so. */
export class StoryFailure extends Error {
  override readonly name = 'StoryFailure';
}

/** Throws a `StoryFailure` unless the condition holds; the message says what was found. */
export function check(condition: boolean, id: string, found: () => string): asserts condition {
  if (!condition) throw new StoryFailure(`${id}: ${found()}`);
}

/** Writes `NAME.md` for people and `NAME.json` for programs into a folder, which it makes. */
export async function writeStoryReport(folder: string, name: string, steps: readonly StepReport[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, `${name}.json`), `${JSON.stringify(steps, undefined, 2)}\n`);
  await writeFile(join(folder, `${name}.md`), steps.map(printStep).join('\n'));
}

/** A step as Markdown. */
export function printStep({ ids, title, held, tables }: StepReport): string {
  const lines = [`## ${ids.join(', ')}: ${title}`, '', ...held.map((sentence) => `- ${sentence}`), ''];
  for (const { title: heading, columns, rows } of tables) {
    lines.push(`**${heading}**`, '', row(columns), row(columns.map(() => '---')), ...rows.map(row), '');
  }
  return lines.join('\n');
}

function row(cells: readonly Figure[]): string {
  return `| ${cells.map((cell) => (typeof cell === 'number' ? cell.toLocaleString('en-US') : cell)).join(' | ')} |`;
}
