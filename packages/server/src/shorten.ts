import { SERVER_LIMITS } from './limits.ts';

/** A text from outside as messages and logs show it: its beginning, when it is long. */
export function shorten(text: string): string {
  return text.length <= SERVER_LIMITS.shownLengthMax ? text : `${text.slice(0, SERVER_LIMITS.shownLengthMax)}…`;
}
