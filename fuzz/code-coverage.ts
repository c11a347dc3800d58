import { Session } from 'node:inspector';
import { invariant } from '@actionbase/core/failure';

interface FunctionCoverage {
  readonly ranges: readonly { readonly startOffset: number; readonly endOffset: number; readonly count: number }[];
}

interface ScriptCoverage {
  readonly url: string;
  readonly functions: readonly FunctionCoverage[];
}

/**
 * Which code of this process ran, character by character, as V8 counts it for blocks. Only one may be open at a time.
 *
 * V8 merges a block with the one around it when both ran equally often, so blocks are no stable names for code: a place in
 * the text is.
 */
export class CodeCoverage implements Disposable {
  readonly #session = new Session();
  readonly #code: RegExp;
  /** By script: 1 for each character that ever ran. */
  readonly #seen = new Map<string, Uint8Array>();
  #ranCharacters = 0;

  /** `code` matches the URLs of the scripts that are looked at. */
  constructor(code: RegExp) {
    this.#code = code;
    this.#session.connect();
    this.#post('Profiler.enable');
    this.#post('Profiler.startPreciseCoverage', { callCount: true, detailed: true });
  }

  /** Characters of code that ran so far. */
  get ranCharacters(): number {
    return this.#ranCharacters;
  }

  /** Remembers what ran since the last look or peek, and answers how many characters of it had never run before. */
  look(): number {
    const found = this.#newCharacters(1);
    this.#ranCharacters += found;
    return found;
  }

  /** As `look`, but remembers nothing. */
  peek(): number {
    return this.#newCharacters(0);
  }

  [Symbol.dispose](): void {
    this.#post('Profiler.stopPreciseCoverage');
    this.#session.disconnect();
  }

  #newCharacters(mark: 0 | 1): number {
    let found = 0;
    for (const script of this.#take()) if (this.#code.test(script.url)) found += this.#newIn(script, mark);
    return found;
  }

  #newIn({ url, functions }: ScriptCoverage, mark: 0 | 1): number {
    const end = Math.max(...functions.flatMap(({ ranges }) => ranges.map(({ endOffset }) => endOffset)));
    const ran = new Uint8Array(end);
    // Ranges come from the outside in, functions too: what is painted later is more exact.
    for (const { ranges } of functions) {
      for (const { startOffset, endOffset, count } of ranges) ran.fill(count > 0 ? 1 : 0, startOffset, endOffset);
    }
    let seen = this.#seen.get(url) ?? new Uint8Array(0);
    if (seen.length < end) {
      const longer = new Uint8Array(end);
      longer.set(seen);
      seen = longer;
      this.#seen.set(url, seen);
    }
    let found = 0;
    for (let at = 0; at < end; at++) {
      if (ran[at] === 1 && seen[at] === 0) {
        seen[at] = mark;
        found++;
      }
    }
    return found;
  }

  #take(): readonly ScriptCoverage[] {
    let taken: readonly ScriptCoverage[] | undefined;
    this.#session.post('Profiler.takePreciseCoverage', (error, { result }) => {
      if (error === null) taken = result;
    });
    invariant(taken !== undefined, 'the profiler of this process answers at once');
    return taken;
  }

  #post(
    method: 'Profiler.enable' | 'Profiler.startPreciseCoverage' | 'Profiler.stopPreciseCoverage',
    given = {},
  ): void {
    this.#session.post(method, given, (error) => {
      invariant(error === null, `the profiler of this process takes ${method}`);
    });
  }
}
