import type { ActionbaseError } from '@actionbase/client';

/** What the command's exit code means. */
export const EXIT = {
  ok: 0,
  /** The server refused the request (4xx), or some mutations were refused. */
  refused: 1,
  usage: 2,
  notReachable: 3,
  /** The server failed (5xx), or the answer is not one of Actionbase. */
  serverFailed: 4,
  /** A file or folder of this computer could not be read or written. */
  fileFailed: 5,
  /** The server has stopped because another one has taken its data directory. */
  fenced: 6,
  interrupted: 130,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

const WITHOUT_ANSWER = new Set(['not-reachable', 'connection-lost', 'timed-out']);

/** The exit code of a call that failed. */
export function exitCodeOf(error: ActionbaseError): ExitCode {
  if (WITHOUT_ANSWER.has(error.code)) return EXIT.notReachable;
  if (error.code === 'bad-argument') return EXIT.usage;
  return error.status >= 400 && error.status < 500 ? EXIT.refused : EXIT.serverFailed;
}
