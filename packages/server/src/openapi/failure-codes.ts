import type { FailureKind } from '@actionbase/core/failure';
import { coreFailures } from '@actionbase/core/failures';
import { engineFailures } from '@actionbase/engine/failures';
import { portFailures } from '@actionbase/ports/failures';
import { serverFailures } from '../failures.ts';

const KINDS = { ...serverFailures, ...coreFailures, ...engineFailures, ...portFailures };

/** Code of a failure that an answer may carry. */
export type FailureCode = keyof typeof KINDS;

/** The row of the tables of failures that has this code. */
export function kindOf(code: FailureCode): FailureKind {
  return KINDS[code];
}
