/** A JSON value as the model holds it: integers are bigints, so that none is ever rounded. */
export type PlainJson =
  | null
  | boolean
  | bigint
  | string
  | readonly PlainJson[]
  | { readonly [name: string]: PlainJson };

/** Compact JSON text, members in the order in which they were put in. */
export function printPlain(json: PlainJson): string {
  if (typeof json === 'bigint') return String(json);
  if (json === null || typeof json !== 'object') return JSON.stringify(json);
  if (isList(json)) return `[${json.map(printPlain).join(',')}]`;
  const members = Object.entries(json).map(([name, value]) => `${JSON.stringify(name)}:${printPlain(value)}`);
  return `{${members.join(',')}}`;
}

function isList(json: readonly PlainJson[] | { readonly [name: string]: PlainJson }): json is readonly PlainJson[] {
  return Array.isArray(json);
}
