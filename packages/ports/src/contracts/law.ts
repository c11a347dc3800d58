import { test } from 'node:test';

/** One checkable sentence of a numbered law of a port. */
export interface Law<Home extends AsyncDisposable> {
  readonly law: string;
  readonly title: string;
  /** Why a home cannot show this sentence; undefined when it can. */
  readonly cannotShow?: (home: Home) => string | undefined;
  /** Throws when what lives in the home breaks the law. */
  run(home: Home): Promise<void>;
}

export type MakeHome<Home extends AsyncDisposable> = () => Promise<Home>;

/** Registers one test per sentence. */
export function testLaws<Home extends AsyncDisposable>(
  name: string,
  laws: readonly Law<Home>[],
  make: MakeHome<Home>,
): void {
  for (const law of laws) {
    test(`${law.law} ${law.title} (${name})`, async (t) => {
      await using home = await make();
      const reason = law.cannotShow?.(home);
      if (reason === undefined) await law.run(home);
      else t.skip(reason);
    });
  }
}

/** What the sentences of one law say about a home: the errors of those that are broken. Sentences it can't show are left out. */
export async function brokenSentences<Home extends AsyncDisposable>(
  laws: readonly Law<Home>[],
  law: string,
  make: MakeHome<Home>,
): Promise<readonly unknown[]> {
  const errors: unknown[] = [];
  for (const sentence of laws) {
    if (sentence.law !== law) continue;
    const home = await make();
    try {
      if (sentence.cannotShow?.(home) === undefined) await sentence.run(home);
    } catch (error) {
      errors.push(error);
    } finally {
      await home[Symbol.asyncDispose]();
    }
  }
  return errors;
}
