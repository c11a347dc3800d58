import { Failure, invariant } from '../failure.ts';
import { coreFailures } from '../failures.ts';
import type { PropertyType, Value } from '../model/value.ts';
import { castText } from '../reduce/cast.ts';
import type { Operator, Predicate, PredicateParameter } from './predicate.ts';

/** The values between two ends, in the order of `compareValues`. An undefined end is open. */
export interface Interval {
  readonly low: Value | undefined;
  readonly includesLow: boolean;
  readonly high: Value | undefined;
  readonly includesHigh: boolean;
}

/** What the operators but `in` mean. */
export function intervalOf(op: Exclude<Operator, 'in'>, values: readonly Value[]): Interval {
  const [first, second] = values;
  invariant(first !== undefined, 'a predicate has a value');
  switch (op) {
    case 'eq':
      return { low: first, includesLow: true, high: first, includesHigh: true };
    case 'gt':
      return { low: first, includesLow: false, high: undefined, includesHigh: false };
    case 'gte':
      return { low: first, includesLow: true, high: undefined, includesHigh: false };
    case 'lt':
      return { low: undefined, includesLow: false, high: first, includesHigh: false };
    case 'lte':
      return { low: undefined, includesLow: false, high: first, includesHigh: true };
    case 'bt':
      invariant(second !== undefined, 'bt has two values');
      return { low: first, includesLow: true, high: second, includesHigh: true };
  }
}

/** Casts the texts of a predicate to its field's type; one that does not fit is `cast-failed`. */
export function castPredicate(
  type: PropertyType,
  predicate: Predicate,
  parameter: PredicateParameter,
): readonly Value[] {
  return predicate.values.map((text) => {
    const value = castText(type, text);
    if (value !== undefined && value !== null) return value;
    throw new Failure(
      coreFailures['cast-failed'],
      `\`${parameter}\` value "${text}" of the field \`${predicate.field}\` is not of type ${type}`,
      { field: predicate.field, value: text, type },
    );
  });
}
