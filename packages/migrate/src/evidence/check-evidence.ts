import type { KeyObject } from 'node:crypto';
import { BUCKETS } from '@actionbase/core/digest/row-digest';
import { streamOrderOf } from '@actionbase/core/model/stream-order';
import { parseStreamPosition } from '@actionbase/core/model/stream-position';
import type { DigestSum } from '@actionbase/ports/legacy';
import { CHAIN_START, type ChainEnd, parseChainLine, problemOfLine } from './chain.ts';
import { parseSums } from './print-sums.ts';

/** What a file of evidence says, and what is wrong with it. */
export interface EvidenceVerdict {
  readonly lines: number;
  /** Names the whole file up to its last line. */
  readonly lastHash: string;
  readonly windows: number;
  readonly fullPasses: number;
  readonly secondPaths: number;
  /** Rows on each side at the last full pass. */
  readonly rows: number;
  /** Mismatches that were found at any time, and those that the last line of each check still has. */
  readonly mismatchesFound: number;
  readonly mismatchesOpen: number;
  /** Sentences, each with its line; empty when the evidence holds. */
  readonly problems: readonly string[];
}

/**
 * Checks a file of evidence without trusting the program that wrote it: that the chain is whole and signed with the key, and that
 * every conclusion in it follows from the digests and positions beside it.
 */
export function checkEvidence(text: string, key?: KeyObject): EvidenceVerdict {
  const checker = new EvidenceChecker(key);
  for (const line of text.split('\n').slice(0, -1)) checker.take(line);
  if (!text.endsWith('\n')) checker.tell('the last line is cut short');
  return checker.verdict;
}

type Body = Readonly<Record<string, unknown>>;

class EvidenceChecker {
  readonly #key: KeyObject | undefined;
  readonly #problems: string[] = [];
  readonly #open = new Map<string, number>();
  #end: ChainEnd = { number: 0, previous: CHAIN_START };
  #line = 0;
  #window = 0;
  #windows = 0;
  #fullPasses = 0;
  #secondPaths = 0;
  #rows = 0;
  #found = 0;
  #newOrder = -1n;

  constructor(key: KeyObject | undefined) {
    this.#key = key;
  }

  get verdict(): EvidenceVerdict {
    return {
      lines: this.#line,
      lastHash: this.#end.previous,
      windows: this.#windows,
      fullPasses: this.#fullPasses,
      secondPaths: this.#secondPaths,
      rows: this.#rows,
      mismatchesFound: this.#found,
      mismatchesOpen: [...this.#open.values()].reduce((sum, count) => sum + count, 0),
      problems: this.#problems,
    };
  }

  tell(problem: string): void {
    this.#problems.push(`line ${this.#line}: ${problem}`);
  }

  take(text: string): void {
    this.#line += 1;
    const line = parseChainLine(text);
    const problem = problemOfLine(this.#end, line, this.#key);
    if (problem !== undefined) this.tell(problem);
    if (line === undefined) return;
    this.#end = { number: line.number + 1, previous: line.hash };
    const body = parseBody(line.body);
    if (body === undefined) this.tell('its body is no JSON object');
    else this.#takeBody(body);
  }

  #takeBody(body: Body): void {
    const mismatches = Array.isArray(body.mismatches) ? body.mismatches.length : 0;
    switch (body.kind) {
      case 'base':
        this.#window = 0;
        return;
      case 'window':
        this.#takeWindow(body);
        break;
      case 'full-pass':
        this.#fullPasses += 1;
        this.#takePass(body, mismatches);
        break;
      case 'second-path':
        this.#secondPaths += 1;
        this.#compare('the change feed', body.folded, body.expected, mismatches);
        break;
      case 'shadow':
        return;
      case 'derived':
        break;
      default:
        this.tell(`kind ${JSON.stringify(body.kind)} is not known`);
        return;
    }
    this.#found += mismatches;
    this.#open.set(String(body.kind), mismatches);
  }

  #takeWindow(body: Body): void {
    if (body.number !== this.#window) this.tell(`it is window ${body.number}, expected is ${this.#window}`);
    this.#window += 1;
    this.#windows += 1;
    const instants = Array.isArray(body.instants) ? body.instants : [];
    for (const instant of instants) this.#takeInstant(instant);
    const buckets = new Set<number>();
    for (const proof of listOf(body.proven)) {
      const bucket = this.#takeProof(proof, instants.length);
      if (bucket !== undefined) buckets.add(bucket);
    }
    if (body.equal !== buckets.size) this.tell(`it counts ${body.equal} equal buckets and proves ${buckets.size}`);
    for (const bucket of listOf(body.carried)) buckets.add(Number(bucket));
    if (buckets.size !== BUCKETS) this.tell(`it speaks of ${buckets.size} buckets, and there are ${BUCKETS}`);
  }

  /** Positions of the change feed never go back. */
  #takeInstant(instant: unknown): void {
    const text = isBody(instant) && typeof instant.new === 'string' ? instant.new : '';
    const position = parseStreamPosition(text);
    if (position === undefined) {
      this.tell(`${JSON.stringify(text)} is no position of the change feed`);
      return;
    }
    const order = streamOrderOf(position);
    if (order < this.#newOrder) this.tell(`position ${text} lies before one that came before it`);
    this.#newOrder = order;
  }

  #takeProof(proof: unknown, instants: number): number | undefined {
    const match = /^(\d+)@(\d+)=(\S+)=(\S+)$/.exec(String(proof));
    const [, bucket = '', instant = '', left = '', right = ''] = match ?? [];
    if (match === null || Number(bucket) >= BUCKETS || Number(instant) >= instants) {
      this.tell(`${JSON.stringify(proof)} is no proof of a bucket`);
      return undefined;
    }
    if (left !== right) this.tell(`bucket ${bucket} is called equal, with digests ${left} and ${right}`);
    return Number(bucket);
  }

  #takePass(body: Body, mismatches: number): void {
    const [stored, log] = [body.stored, body.log];
    if (!isBody(stored) || !isBody(log)) {
      this.tell('it has no digests');
      return;
    }
    this.#compare('the old side', stored.legacy, log.legacy, mismatches);
    this.#rows = this.#compare('the new side', stored.new, log.new, mismatches);
  }

  /** Compares two lists of digests; answers the rows of the first. */
  #compare(name: string, a: unknown, b: unknown, mismatches: number): number {
    const [left, right] = [parseSums(String(a)), parseSums(String(b))];
    if (left?.length !== BUCKETS || right?.length !== BUCKETS) {
      this.tell(`of ${name}, it has not one digest per bucket`);
      return 0;
    }
    const differing = left.filter((sum, bucket) => !isSame(sum, right[bucket])).length;
    if (differing > 0 && mismatches === 0)
      this.tell(`${differing} digests of ${name} differ, and it tells no mismatch`);
    return left.reduce((sum, { rows }) => sum + rows, 0);
  }
}

function isSame(a: DigestSum, b: DigestSum | undefined): boolean {
  return b !== undefined && a.rows === b.rows && a.sum === b.sum;
}

function parseBody(text: string): Body | undefined {
  const body: unknown = JSON.parse(text);
  return isBody(body) ? body : undefined;
}

function isBody(value: unknown): value is Body {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
