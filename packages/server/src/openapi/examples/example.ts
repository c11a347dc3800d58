import type { Method } from '../../http/router.ts';

/**
 * A request with the answer that a server gives to it. Examples are steps of one story: each finds what those before it have
 * left. A test plays them against a server whose clock stands still, and compares every byte of the answers.
 */
export interface Example {
  /** One sentence of the story. */
  readonly title: string;
  readonly method: Method;
  /** With the query. */
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** JSON text; its white space is for people, and is not sent. */
  readonly body?: string;
  readonly status: number;
  /** Missing: an answer without a body. */
  readonly answer?: ExampleAnswer;
}

/** What is expected: JSON text, whose white space is for people; or a plain text; or lines of JSON; or only a part. */
export type ExampleAnswer = string | PlainAnswer | LinesAnswer | PartialAnswer;

export interface PlainAnswer {
  readonly text: string;
}

export interface LinesAnswer {
  /** JSON texts. */
  readonly lines: readonly string[];
}

export interface PartialAnswer {
  /** Lines that the answer has among others. */
  readonly among: readonly string[];
  /** Why the others are not compared. */
  readonly why: string;
}

/** What the clock of the story says all the time: 2026-04-01T00:00:00Z. */
export const STORY_TIME_MS = 1_775_001_600_000;
