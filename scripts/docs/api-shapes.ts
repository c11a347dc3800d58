import { nameOf, type Schema, type SchemaType } from '@actionbase/server/openapi/schema';
import { SCHEMAS } from '@actionbase/server/openapi/schemas';

/** The named shapes of requests and answers, each with its members. */
export function printShapes(): readonly string[] {
  const shapes = Object.entries(SCHEMAS).flatMap(([name, schema]) => printShape(name, schema));
  return [
    '## Shapes',
    '',
    'A member with "?" may be missing. Requests may hold more members than are listed; answers hold no others.',
    '',
    ...shapes,
  ];
}

function printShape(name: string, schema: Schema): readonly string[] {
  const { description, properties, required = [] } = schema;
  const head = [`### ${name}`, '', ...(description === undefined ? [] : [description, ''])];
  if (properties === undefined) return [...head, `Takes: ${printType(schema)}`, ''];
  const rows = Object.entries(properties).flatMap(([member, part]) => {
    const path = required.includes(member) ? member : `${member}?`;
    return printMember(path, part);
  });
  return [...head, '| member | takes | default | meaning |', '|---|---|---|---|', ...rows, ''];
}

/** A member, and below it the members of an object that has no name of its own. */
function printMember(path: string, schema: Schema): readonly string[] {
  const { default: fallback, description, properties, required = [] } = schema;
  const shown = fallback === undefined ? '' : `\`${JSON.stringify(fallback)}\``;
  const row = `| \`${path}\` | ${printType(schema)} | ${shown} | ${description ?? meaningOf(schema)} |`;
  const below = Object.entries(properties ?? {}).flatMap(([member, part]) =>
    printMember(`${path}.${required.includes(member) ? member : `${member}?`}`, part),
  );
  return [row, ...below];
}

/** What the named shape says about itself. */
function meaningOf(schema: Schema): string {
  const name = nameOf(schema);
  return (name === undefined ? undefined : SCHEMAS[name]?.description) ?? '';
}

/** What a schema takes, in words. */
export function printType(schema: Schema): string {
  const { enum: words, const: only, items, oneOf, type } = schema;
  const name = nameOf(schema);
  if (name !== undefined) return `[${name}](#${name.toLowerCase()})`;
  if (only !== undefined) return `\`${only}\``;
  if (words !== undefined) return words.map((word) => `\`${word}\``).join(', ');
  if (oneOf !== undefined) return oneOf.map(printType).join(' or ');
  if (items !== undefined) return `list of ${printType(items)}`;
  if (type === undefined) return 'any JSON';
  const types: readonly SchemaType[] = typeof type === 'string' ? [type] : type;
  return types.map((one) => WORDS[one]).join(' or ');
}

const WORDS = {
  string: 'text',
  integer: 'integer',
  number: 'number',
  boolean: 'true or false',
  object: 'object',
  array: 'list',
  null: 'null',
} as const satisfies Record<SchemaType, string>;
