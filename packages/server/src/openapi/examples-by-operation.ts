import { invariant } from '@actionbase/core/failure';
import { Router } from '../http/router.ts';
import type { Example } from './examples/example.ts';
import { EXAMPLES } from './examples.ts';
import { OPERATIONS } from './families.ts';
import { labelOf, type Operation } from './operation.ts';

const ROUTER = new Router(OPERATIONS);

/** The operation that answers an example. */
export function operationOf({ method, path }: Pick<Example, 'method' | 'path'>): Operation {
  const match = ROUTER.find(method, path.split('?', 1)[0] ?? '');
  invariant(match.kind === 'found', `an example's path ${method} ${path} is that of an operation`);
  return match.route;
}

/** The examples of each operation, by its label, in the order of the story. */
export function examplesByOperation(): ReadonlyMap<string, readonly Example[]> {
  return Map.groupBy(EXAMPLES, (example) => labelOf(operationOf(example)));
}
