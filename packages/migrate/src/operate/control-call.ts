import type { StageCommand } from '../stages/plan-move.ts';
import type { Pass } from './proof-loop.ts';

/** What the command line asks the process that runs a migration. */
export type ControlCall =
  | { readonly kind: 'status' }
  | { readonly kind: 'explain' }
  /** Looks now at everything, or at some of it. */
  | { readonly kind: 'verify'; readonly only?: readonly Pass[] }
  | { readonly kind: 'incident'; readonly what: string; readonly who: string }
  | { readonly kind: 'stage'; readonly command: StageCommand; readonly who: string; readonly why: string };

/** Its answer. A refusal has the code of a failure and every reason. */
export type ControlAnswer =
  | { readonly kind: 'done'; readonly body: unknown }
  | { readonly kind: 'refused'; readonly code: string; readonly message: string };

/** Characters of a call. */
export const CALL_LENGTH_MAX = 65_536;

/** The socket of a migration, in its folder: whoever may write there may give orders. */
export function socketPathOf(directory: string): string {
  return `${directory}/control.sock`;
}
