/** How an outside observer may retry after a failure. `unknown-outcome` says that the write may have happened. */
export type RetryRule = 'never' | 'later' | 'unknown-outcome';

/** One row of a package's table of failures. `doc` tells an operator what it means and what to do. */
export interface FailureKind {
  readonly code: string;
  /** HTTP status that the server answers with. */
  readonly status: number;
  /** Which error body of the compatible API carries it: one of its two shapes, just a message, or none. */
  readonly body: 'project' | 'default' | 'message' | 'empty';
  readonly retry: RetryRule;
  readonly doc: string;
}

type FailureRow = Omit<FailureKind, 'code'>;

/** Turns a table of rows into failure kinds that know their own code. */
export function defineFailures<const T extends Record<string, FailureRow>>(
  rows: T,
): { readonly [K in keyof T & string]: FailureKind } {
  const kinds: Record<string, FailureKind> = {};
  for (const [code, row] of Object.entries(rows)) kinds[code] = { code, ...row };
  return kinds as { readonly [K in keyof T & string]: FailureKind };
}

/** What a failure is about: the field, the value that was given, and what is allowed. Printed in messages and logs. */
export type FailureDetails = Readonly<Record<string, string | number | boolean | null>>;

/**
 * The outside said no: bad input, a missing table, a full disk. Never used for our own mistakes (see `invariant`).
 * `message` is for people; programs use `kind.code`.
 */
export class Failure extends Error {
  readonly kind: FailureKind;
  readonly details: FailureDetails;

  constructor(kind: FailureKind, message: string, details: FailureDetails = {}, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause });
    this.name = 'Failure';
    this.kind = kind;
    this.details = details;
  }

  get code(): string {
    return this.kind.code;
  }
}

/** An invariant is broken: our code is wrong, or the bytes are. Nothing may carry on after it. */
export class BrokenInvariant extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'BrokenInvariant';
  }
}

/** Throws `BrokenInvariant` with the sentence when the condition is false. */
export function invariant(condition: boolean, sentence: string): asserts condition {
  if (!condition) throw new BrokenInvariant(sentence);
}

/** Ends a `switch` over a union: reaching it is a type error, or a broken invariant when the types were lied to. */
export function unreachable(value: never): never {
  throw new BrokenInvariant(`unexpected ${JSON.stringify(value) ?? String(value)}`);
}
