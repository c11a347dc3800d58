/** The fields of a CSV row; one that is empty and not quoted is null. */
export type CsvFields = readonly (string | null)[];

/**
 * Parses one row after RFC 4180: fields between commas; a field in quotes may hold commas, line breaks and doubled quotes.
 * Undefined when a quote stands where none may: inside a field that does not begin with one, or before more text.
 *
 *     7,"a ""b"", c",,"" -> ['7', 'a "b", c', null, '']
 */
export function parseCsvRow(text: string): CsvFields | undefined {
  const fields: (string | null)[] = [];
  for (let at = 0; ; at += 1) {
    const field = text[at] === '"' ? readQuoted(text, at) : readPlain(text, at);
    if (field === undefined) return undefined;
    fields.push(field.value);
    at = field.end;
    if (at >= text.length) return fields;
    if (text[at] !== ',') return undefined;
  }
}

interface Field {
  readonly value: string | null;
  /** Place behind the field. */
  readonly end: number;
}

function readPlain(text: string, start: number): Field | undefined {
  const comma = text.indexOf(',', start);
  const end = comma < 0 ? text.length : comma;
  const value = text.slice(start, end);
  if (value.includes('"')) return undefined;
  return { value: value === '' ? null : value, end };
}

function readQuoted(text: string, start: number): Field | undefined {
  let value = '';
  for (let from = start + 1; ; ) {
    const quote = text.indexOf('"', from);
    if (quote < 0) return undefined;
    value += text.slice(from, quote);
    if (text[quote + 1] !== '"') return { value, end: quote + 1 };
    value += '"';
    from = quote + 2;
  }
}
