/**
 * Whether two answers say the same: deep equality of plain data, where an integer is the same as a number or a bigint, members
 * have no order, and one that is undefined is missing.
 */
export function equalAnswers(a: unknown, b: unknown): boolean {
  return printAnswer(a) === printAnswer(b);
}

/** The text of an answer by which it is compared, and shown. */
export function printAnswer(answer: unknown): string {
  return JSON.stringify(canonical(answer)) ?? 'undefined';
}

function canonical(value: unknown): unknown {
  if (typeof value === 'bigint') return printInteger(value);
  if (typeof value === 'number' && Number.isSafeInteger(value)) return printInteger(BigInt(value));
  if (Array.isArray(value)) return value.map(canonical);
  if (value instanceof Map) return { map: [...value].map(canonical) };
  if (value instanceof Set) return { set: [...value].map(canonical) };
  if (value instanceof Date) return { date: value.getTime() };
  if (typeof value !== 'object' || value === null) return value;
  const members = Object.entries(value).filter(([, member]) => member !== undefined);
  return Object.fromEntries(
    members.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, member]) => [name, canonical(member)]),
  );
}

/** Small ones stay numbers, so that what is shown looks like the answer. */
function printInteger(value: bigint): number | { readonly integer: string } {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : { integer: String(value) };
}
