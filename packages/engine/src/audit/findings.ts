import type { CellAddress } from '@actionbase/core/codec/derived-row';
import type { Finding } from './finding.ts';
import { rowName } from './row-name.ts';

/** What an audit has found, each row once. Keeps so many of them; of the others it keeps the number. */
export class Findings {
  readonly #max: number;
  readonly #byName = new Map<string, Finding>();
  /** How many did not fit; a row that is met twice may count twice. */
  #unlisted = 0;

  constructor(max: number) {
    this.#max = max;
  }

  add(finding: Finding): void {
    const name = rowName(finding.address);
    if (this.#byName.has(name)) return;
    if (this.#byName.size < this.#max) this.#byName.set(name, finding);
    else this.#unlisted += 1;
  }

  has(address: CellAddress): boolean {
    return this.#byName.has(rowName(address));
  }

  /** How many were found, those included that are not listed. */
  get count(): number {
    return this.#byName.size + this.#unlisted;
  }

  get listed(): readonly Finding[] {
    return [...this.#byName.values()];
  }

  /** By the names of their rows. */
  get byName(): ReadonlyMap<string, Finding> {
    return this.#byName;
  }

  /** How it stands, for `restore`. */
  mark(): FindingsMark {
    return { names: this.#byName.size, unlisted: this.#unlisted };
  }

  /** Forgets what was found since. */
  restore({ names, unlisted }: FindingsMark): void {
    for (const name of [...this.#byName.keys()].slice(names)) this.#byName.delete(name);
    this.#unlisted = unlisted;
  }
}

export interface FindingsMark {
  readonly names: number;
  readonly unlisted: number;
}
