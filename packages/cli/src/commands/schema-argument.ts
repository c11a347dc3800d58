import { readFile } from 'node:fs/promises';
import { parseJson } from '@actionbase/core/codec/json-text';
import type { JsonArray, JsonObject, JsonValue } from '@actionbase/core/codec/json-value';
import { Failure } from '@actionbase/core/failure';
import type { TableSchema } from '@actionbase/core/model/schema';
import { isJsonObject } from '@actionbase/core/wire/json-place';
import { parseTableSchema } from '@actionbase/core/wire/schema-json';
import { UsageError } from '../arguments/usage-error.ts';

/**
 * Reads the value of `--schema`: JSON, or the name of a file that holds it. It is a schema as the API has it, or something
 * with such a member, like what `table show --json` prints. Comments may be left out, type (edge) and direction (BOTH) too.
 */
export async function readSchemaArgument(argument: string): Promise<TableSchema> {
  const isText = argument.trimStart().startsWith('{');
  const text = isText ? argument : await readSchemaFile(argument);
  try {
    const json = parseJson(text);
    if (!isJsonObject(json)) throw new UsageError('--schema is not a JSON object.');
    return parseTableSchema(completeSchema(isJsonObject(json.schema) ? json.schema : json), 'schema');
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    throw new UsageError(`--schema${isText ? '' : ` ${argument}`}: ${cause.message}.`, cause);
  }
}

async function readSchemaFile(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`--schema is "${file}"; expected JSON in { } or a file that can be read: ${reason}.`, cause);
  }
}

function completeSchema(schema: JsonObject): JsonObject {
  const { id, source, target, properties } = schema;
  return {
    type: id === undefined ? 'EDGE' : 'MULTI_EDGE',
    direction: 'BOTH',
    ...schema,
    ...(id === undefined ? {} : { id: withComment(id) }),
    source: withComment(source),
    target: withComment(target),
    ...(isList(properties) ? { properties: properties.map(withComment) } : {}),
  };
}

/** A type alone stands for itself with an empty comment. What is missing is left to the parser, which says so. */
function withComment(value: JsonValue | undefined): JsonValue {
  if (typeof value === 'string') return { type: value, comment: '' };
  return isJsonObject(value) ? { comment: '', ...value } : (value ?? null);
}

/** `Array.isArray` does not narrow a readonly array. */
function isList(value: JsonValue | undefined): value is JsonArray {
  return Array.isArray(value);
}
