import type { JsonValue } from '@actionbase/core/codec/json-value';
import { Failure } from '@actionbase/core/failure';
import { type JsonPlace, parseWhole } from '@actionbase/core/wire/json-place';
import { ActionbaseError } from './actionbase-error.ts';

/** Reads an answer; one that does not have the shape of this API is the error `malformed-answer`. */
export function readAnswer<T>(json: JsonValue | undefined, read: (place: JsonPlace) => T): T {
  try {
    return parseWhole(json ?? null, '', read);
  } catch (cause) {
    if (!(cause instanceof Failure)) throw cause;
    const message = `the answer is not one of this API: ${cause.message}`;
    throw new ActionbaseError({ status: 200, code: 'malformed-answer', message, retry: 'never', cause });
  }
}
