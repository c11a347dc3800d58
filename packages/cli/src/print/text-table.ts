import { textWidth } from './text-width.ts';

/** A table of texts; every row has a cell for each column. */
export interface TextTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Whether it goes on below rows that were printed before, and needs no names. */
  readonly isContinued?: boolean;
}

const COLUMN_GAP = '  ';

/**
 * Prints a table for people: columns are aligned, and those that hold only numbers stand to the right. `styleHead` gets
 * each line's text of the head.
 */
export function printAligned({ columns, rows, isContinued }: TextTable, styleHead: (text: string) => string): string {
  const cells = rows.map((row) => row.map(visible));
  const widths = columns.map((column, place) =>
    Math.max(textWidth(column), ...cells.map((row) => textWidth(row[place] ?? ''))),
  );
  const isNumeric = columns.map((_, place) => cells.length > 0 && cells.every((row) => isNumber(row[place] ?? '')));
  const line = (row: readonly string[]): string =>
    columns
      .map((_, place) => pad(row[place] ?? '', widths[place] ?? 0, isNumeric[place] === true))
      .join(COLUMN_GAP)
      .trimEnd();
  const head = isContinued === true ? [] : [styleHead(line(columns))];
  return [...head, ...cells.map(line)].map((text) => `${text}\n`).join('');
}

/** Prints a table for programs: a line of names, then one line a row, with tabs between the cells. */
export function printTabbed({ columns, rows, isContinued }: TextTable): string {
  const head = isContinued === true ? [] : [columns];
  return [...head, ...rows.map((row) => row.map(visible))].map((row) => `${row.join('\t')}\n`).join('');
}

/** A text without characters that move a cursor or begin a new line or cell: those are written as in JSON. */
export function visible(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not reach a terminal.
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, (character) => {
    const short = { '\n': '\\n', '\r': '\\r', '\t': '\\t' }[character];
    return short ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

function isNumber(text: string): boolean {
  return text === '' || /^-?\d[\d,.]*$/.test(text);
}

function pad(text: string, width: number, toTheRight: boolean): string {
  const blanks = ' '.repeat(Math.max(0, width - textWidth(text)));
  return toTheRight ? blanks + text : text + blanks;
}
