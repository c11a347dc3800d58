import { Failure } from '@actionbase/core/failure';
import type { Direction } from '@actionbase/core/model/value';
import { type Predicate, parsePredicates } from '@actionbase/core/query/predicate';
import { engineFailures } from '@actionbase/engine/failures';
import { serverFailures } from '../failures.ts';
import type { Parameters } from '../http/parameters.ts';
import { shorten } from '../shorten.ts';

/** A parameter of one value that must be there; it may be empty. */
export function requireText(parameters: Parameters, name: string): string {
  const text = parameters.text(name);
  if (text === undefined) throw missing(name);
  return text;
}

/** A list that must be there; it may be empty. */
export function requireList(parameters: Parameters, name: string): readonly string[] {
  const list = parameters.list(name);
  if (list === undefined) throw missing(name);
  return list;
}

export function readDirection(parameters: Parameters): Direction {
  const text = requireText(parameters, 'direction');
  if (text === 'OUT' || text === 'IN') return text;
  throw invalid('direction', text, 'OUT or IN, in upper case');
}

export interface LimitBounds {
  readonly fallback: number;
  readonly max: number;
  /** Whether a negative number means 0; without it, it is refused. */
  readonly takesNegative?: boolean;
}

/** The number of edges that a page may have: 0 to `max`. Failures: `invalid-parameter`, `limit-out-of-range`. */
export function readLimit(parameters: Parameters, bounds: LimitBounds): number {
  const text = parameters.text('limit')?.trim();
  if (text === undefined) return bounds.fallback;
  if (!/^[+-]?\d+$/.test(text)) throw invalid('limit', text, `an integer from 0 to ${bounds.max}`);
  const limit = bounds.takesNegative ? Math.max(0, Number(text)) : Number(text);
  if (limit < 0 || limit > bounds.max) {
    const message = `limit is ${shorten(text)}; allowed are 0..${bounds.max}`;
    throw new Failure(engineFailures['limit-out-of-range'], message, { limit: shorten(text), max: bounds.max });
  }
  return limit;
}

const SWITCH_WORDS: ReadonlyMap<string, boolean> = new Map([
  ['true', true],
  ['on', true],
  ['yes', true],
  ['1', true],
  ['false', false],
  ['off', false],
  ['no', false],
  ['0', false],
]);

/** A switch; missing or empty it is `fallback`. */
export function readSwitch(parameters: Parameters, name: string, fallback: boolean): boolean {
  const text = parameters.text(name);
  if (text === undefined || text === '') return fallback;
  const value = SWITCH_WORDS.get(text.toLowerCase());
  if (value === undefined) throw invalid(name, text, 'true or false');
  return value;
}

/** Predicates of a `ranges` or `filters` text; none when it is missing. An empty text is refused. */
export function readPredicates(text: string | undefined, name: 'ranges' | 'filters'): readonly Predicate[] {
  return text === undefined ? [] : parsePredicates(text, name);
}

/** Refuses a parameter that the call does not have, even an empty one. */
export function refuseGiven(text: string | undefined, name: string, sentence: string): void {
  if (text !== undefined) throw new Failure(engineFailures['not-supported'], sentence, { parameter: name });
}

/** Refuses features besides those that the query knows. */
export function refuseFeatures(features: readonly string[], query: string, known: readonly string[]): void {
  const unknown = features.filter((feature) => !known.includes(feature));
  if (unknown.length === 0) return;
  const allowed = known.length === 0 ? 'It has none.' : `It has: ${known.join(', ')}.`;
  const message = `\`features\` ${shorten(unknown.join(', '))} are not supported in ${query} query. ${allowed}`;
  throw new Failure(engineFailures['not-supported'], message, { parameter: 'features' });
}

/** The failure of a parameter with a value that it does not take. */
export function invalid(name: string, value: string, allowed: string): Failure {
  const message = `${name} is "${shorten(value)}"; allowed is ${allowed}`;
  return new Failure(serverFailures['invalid-parameter'], message, { parameter: name, value: shorten(value) });
}

/** The failure of a parameter that the call needs. */
export function missing(name: string): Failure {
  const message = `Required query parameter '${name}' is not present.`;
  return new Failure(serverFailures['missing-parameter'], message, { parameter: name });
}
