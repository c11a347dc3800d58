import { parseJson } from '@actionbase/core/codec/json-text';
import type { JsonObject, JsonValue } from '@actionbase/core/codec/json-value';
import { isJsonObject, memberOf } from '@actionbase/core/wire/json-place';
import { ActionbaseError } from './actionbase-error.ts';
import { retryRuleOf } from './retry-plan.ts';

/** A line of a stream, which is a JSON object. */
export function parseLine(text: string): JsonObject {
  try {
    const line = parseJson(text);
    if (isJsonObject(line)) return line;
  } catch (cause) {
    throw malformed(text, cause);
  }
  throw malformed(text, undefined);
}

function malformed(text: string, cause: unknown): ActionbaseError {
  const message = `a line of the stream is not JSON: ${text.slice(0, 100)}`;
  return new ActionbaseError({ status: 200, code: 'malformed-answer', message, retry: 'never', cause });
}

/** What the last line of a stream that broke off tells. */
export function errorOfLine(error: JsonValue): ActionbaseError {
  const member = (name: string): JsonValue => (isJsonObject(error) ? (memberOf(error, name) ?? null) : null);
  const [status, code, message] = [Number(member('status')), String(member('code')), String(member('message'))];
  const retry = member('retry') === 'never' ? 'never' : retryRuleOf(status, code);
  return new ActionbaseError({ status, code, message, retry });
}
