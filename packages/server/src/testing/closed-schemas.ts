import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Schema } from '../openapi/schema.ts';
import { SCHEMAS } from '../openapi/schemas.ts';

/** Checks values against the schemas of the API, where members that no schema names are refused. */
export class ClosedSchemas {
  readonly #ajv = new Ajv2020({ allErrors: true, strict: false, formats: { int64: true } });

  constructor() {
    const named = Object.entries(SCHEMAS).map(([name, schema]) => [name, close(schema)]);
    this.#ajv.addSchema({ $id: 'actionbase:api', components: { schemas: Object.fromEntries(named) } });
  }

  /** What is wrong with a value; empty when nothing is. */
  problemsOf(schema: Schema, value: unknown): string {
    const text = JSON.stringify(close(schema)).replaceAll('"#/components/', '"actionbase:api#/components/');
    const validate: ValidateFunction = this.#ajv.compile(JSON.parse(text));
    return validate(value) ? '' : this.#ajv.errorsText(validate.errors);
  }
}

/** The same schema, also within, without members that are not named. */
function close(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(close);
  if (typeof schema !== 'object' || schema === null) return schema;
  const closed = Object.fromEntries(Object.entries(schema).map(([name, part]) => [name, close(part)]));
  const isOpen = 'properties' in schema && !('additionalProperties' in schema) && !('$ref' in schema);
  return isOpen ? { ...closed, additionalProperties: false } : closed;
}
