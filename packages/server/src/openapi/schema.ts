/** A JSON schema (2020-12), as far as the document of the API needs it. */
export interface Schema {
  readonly $ref?: string;
  readonly description?: string;
  readonly type?: SchemaType | readonly SchemaType[];
  readonly format?: 'int64';
  readonly enum?: readonly (string | null)[];
  readonly const?: string;
  readonly default?: string | number | boolean;
  readonly minimum?: number;
  readonly pattern?: string;
  readonly maxLength?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Schema;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly deprecated?: true;
}

export type SchemaType = 'string' | 'integer' | 'number' | 'boolean' | 'object' | 'array' | 'null';

/** Where a document keeps the schemas that have a name. */
const NAMED = '#/components/schemas/';

/** A schema that stands elsewhere under its name, here with a meaning of its own. */
export function named(name: string, description?: string): Schema {
  return { $ref: `${NAMED}${name}`, ...described(description) };
}

/** The name that a schema refers to; undefined when it refers to none. */
export function nameOf({ $ref }: Schema): string | undefined {
  return $ref?.startsWith(NAMED) ? $ref.slice(NAMED.length) : undefined;
}

/** An object. A member whose name ends with "?" may be missing, all others are there. */
export function object(members: Readonly<Record<string, Schema>>, description?: string): Schema {
  const entries = Object.entries(members);
  return {
    type: 'object',
    ...described(description),
    properties: Object.fromEntries(entries.map(([name, schema]) => [name.replace(/\?$/, ''), schema])),
    required: entries.map(([name]) => name).filter((name) => !name.endsWith('?')),
  };
}

export function array(items: Schema, description?: string): Schema {
  return { type: 'array', ...described(description), items };
}

export function text(description: string): Schema {
  return { type: 'string', description };
}

export function textOrNull(description: string): Schema {
  return { type: ['string', 'null'], description };
}

export function flag(description: string): Schema {
  return { type: 'boolean', description };
}

/** A whole number that a JavaScript number holds. */
export function integer(description: string): Schema {
  return { type: 'integer', description };
}

/** A whole number of 64 bits. */
export function int64(description: string): Schema {
  return named('Int64', description);
}

/** One of these words. */
export function word(words: readonly string[], description: string): Schema {
  return { type: 'string', enum: words, description };
}

/** Exactly this word: what tells the variants of a union apart. */
export function tag(value: string): Schema {
  return { type: 'string', const: value };
}

/** Any JSON value. */
export function anything(description: string): Schema {
  return { description };
}

/** One of the schemas that stand under these names. */
export function oneOf(names: readonly string[], description?: string): Schema {
  return { ...described(description), oneOf: names.map((name) => named(name)) };
}

/** The schema, whose value is this when the request says nothing. */
export function byDefault(value: string | number | boolean, schema: Schema): Schema {
  return { ...schema, default: value };
}

function described(description: string | undefined): Pick<Schema, 'description'> {
  return description === undefined ? {} : { description };
}
