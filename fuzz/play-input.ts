import type { OpenTarget } from './target.ts';

/** What a play of an input says: the sentence of the target, or what it threw; undefined when all is well. */
export async function playInput(open: OpenTarget, input: Uint8Array): Promise<string | undefined> {
  try {
    return await open.play(input);
  } catch (error) {
    return describeError(error);
  }
}

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return `threw ${String(error)}`;
  const place = error.stack?.split('\n').find((line) => line.includes('/packages/'));
  return `threw ${error.name}: ${error.message}${place === undefined ? '' : ` ${place.trim().replace(/file:.*\/packages\//, 'packages/')}`}`;
}

/** What two problems share when they are the same one: their words, without the values in them. */
export function kindOfProblem(problem: string): string {
  return problem.replace(/"[^"]*"|\d+/g, '#').slice(0, 60);
}
