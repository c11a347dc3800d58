import type { ServerConfig } from '@actionbase/server/config/config-table';
import type { TestServer } from '@actionbase/server/testing/test-server';

/** How a behaviour of the reference is found here: the same, a better one, or not at all. */
export const VERDICTS = ['same', 'fixed', 'not'] as const;

export type Verdict = (typeof VERDICTS)[number];

/** The server that an area's cases share. */
export interface Site {
  readonly port: number;
  readonly server: TestServer;
  /** Starts one more server, for what a setting decides. It is the case's own to close. */
  readonly start: (config?: Partial<ServerConfig>) => Promise<TestServer>;
}

/** Sends requests and throws when an answer is not the one that the case tells of. */
export type Check = (site: Site) => Promise<void>;

/** A test elsewhere that shows what a case tells of: the file from the root, and the test's name as `hasTest` takes it. */
export interface ShownBy {
  readonly file: string;
  readonly test: string;
}

/** One behaviour of the reference, what became of it, and what shows that. */
export interface CompatibilityCase {
  readonly feature: string;
  readonly verdict: Verdict;
  /** One plain sentence: what happens here instead, or why there is nothing; empty where all is the same. */
  readonly how: string;
  /** Number of the rough edge that the case is about; empty for others. */
  readonly roughEdge: string;
  readonly proof: Check | ShownBy;
}

/** The cases of one part of the API, which share a server with the tables of `prepareShop`. */
export interface CompatibilityArea {
  readonly title: string;
  readonly cases: readonly CompatibilityCase[];
}

export function same(feature: string, proof: Check | ShownBy): CompatibilityCase {
  return { feature, verdict: 'same', how: '', roughEdge: '', proof };
}

export function fixed(feature: string, how: string, proof: Check | ShownBy): CompatibilityCase {
  return { feature, verdict: 'fixed', how, roughEdge: '', proof };
}

export function not(feature: string, how: string, proof: Check | ShownBy): CompatibilityCase {
  return { feature, verdict: 'not', how, roughEdge: '', proof };
}

/** Says that cases are about one rough edge. */
export function roughEdge(number: string, ...cases: readonly CompatibilityCase[]): readonly CompatibilityCase[] {
  return cases.map((each) => ({ ...each, roughEdge: number }));
}

export function shownBy(file: string, test: string): ShownBy {
  return { file, test };
}

/** The name of the test of a case. */
export function testName(area: CompatibilityArea, { roughEdge: number, feature, verdict }: CompatibilityCase): string {
  return `${area.title}: ${number === '' ? '' : `rough edge ${number}: `}${feature} (${verdict})`;
}
