import type { RetryRule } from '../failure.ts';

/** The error body that tells a message. `timestampMs` is printed as a number. */
export interface ProjectError {
  readonly timestampMs: number;
  readonly status: number;
  /** The reason phrase; see `reasonPhrase`. */
  readonly error: string;
  readonly message: string;
  /** Code of the failure: what programs go by. */
  readonly code: string;
  readonly retry: RetryRule;
}

/** The error body without a message. `timestampMs` is printed as an ISO time with "+00:00". */
export interface DefaultError {
  readonly timestampMs: number;
  readonly path: string;
  readonly status: number;
  readonly error: string;
  readonly requestId: string;
  readonly code: string;
  readonly retry: RetryRule;
}

/** Prints the project body: the reference's members in their order, then `code` and `retry`. */
export function printProjectError({ timestampMs, ...rest }: ProjectError): string {
  const { status, error, message, code, retry } = rest;
  return JSON.stringify({ timestamp: timestampMs, status, error, message, code, retry });
}

/** Prints the default body: the reference's members in their order, then `code` and `retry`. */
export function printDefaultError({ timestampMs, ...rest }: DefaultError): string {
  const { path, status, error, requestId, code, retry } = rest;
  const timestamp = new Date(timestampMs).toISOString().replace('Z', '+00:00');
  return JSON.stringify({ timestamp, path, status, error, requestId, code, retry });
}

const REASON_PHRASES: ReadonlyMap<number, string> = new Map([
  [400, 'Bad Request'],
  [401, 'Unauthorized'],
  [403, 'Forbidden'],
  [404, 'Not Found'],
  [405, 'Method Not Allowed'],
  [406, 'Not Acceptable'],
  [408, 'Request Timeout'],
  [409, 'Conflict'],
  [413, 'Payload Too Large'],
  [414, 'URI Too Long'],
  [415, 'Unsupported Media Type'],
  [429, 'Too Many Requests'],
  [431, 'Request Header Fields Too Large'],
  [500, 'Internal Server Error'],
  [501, 'Not Implemented'],
  [502, 'Bad Gateway'],
  [503, 'Service Unavailable'],
  [504, 'Gateway Timeout'],
  [507, 'Insufficient Storage'],
]);

/** The words that stand for an HTTP status of 400 or above in the member `error`. */
export function reasonPhrase(status: number): string {
  return REASON_PHRASES.get(status) ?? `Status ${status}`;
}
