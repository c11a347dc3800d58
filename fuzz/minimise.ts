import { kindOfProblem, playInput } from './play-input.ts';
import type { Target } from './target.ts';

/** Plays that a failing input is worth. */
const PLAYS_MAX = 400;

/** The shortest input that was found to have the same problem, played against the target afresh each time. */
export async function minimise(target: Target, input: Uint8Array, problem: string): Promise<Uint8Array> {
  const kind = kindOfProblem(problem);
  let plays = 0;
  const hasProblem = async (candidate: Uint8Array): Promise<boolean> => {
    plays++;
    await using open = await target.open();
    const found = await playInput(open, candidate);
    return found !== undefined && kindOfProblem(found) === kind;
  };
  let best = input;
  for (
    let size = Math.ceil(best.length / 2);
    size >= 1 && plays < PLAYS_MAX;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  ) {
    for (let at = 0; at < best.length && plays < PLAYS_MAX; ) {
      const shorter = new Uint8Array(Buffer.concat([best.subarray(0, at), best.subarray(at + size)]));
      if (await hasProblem(shorter)) best = shorter;
      else at += size;
    }
  }
  return best;
}
