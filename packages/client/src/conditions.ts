import type { VertexInput } from './edge-shapes.ts';

/** A value that a field is compared with. */
export type ConditionValue = VertexInput | boolean;

/** A condition on a field: of `ranges`, which bound a scan, or of `filters`, which choose among what it reads. */
export type Condition =
  | { readonly field: string; readonly op: 'eq' | 'gt' | 'gte' | 'lt' | 'lte'; readonly value: ConditionValue }
  /** Both ends are included. */
  | { readonly field: string; readonly op: 'bt'; readonly from: ConditionValue; readonly to: ConditionValue }
  /** Only in filters. */
  | { readonly field: string; readonly op: 'in'; readonly values: readonly ConditionValue[] };

/** Conditions, or their text as the API has it: `at:gte:1000;color:eq:red`. */
export type Conditions = string | readonly Condition[];

/**
 * The text of conditions that all must hold. In values `:`, `;`, `,` and `\` get a backslash before them.
 *
 *     [{ field: 'at', op: 'bt', from: 1, to: 9 }, { field: 'url', op: 'eq', value: 'a:b' }] -> at:bt:1,9;url:eq:a\:b
 */
export function printConditions(conditions: Conditions): string {
  return typeof conditions === 'string' ? conditions : conditions.map(printCondition).join(';');
}

function printCondition(condition: Condition): string {
  return `${condition.field}:${condition.op}:${valuesOf(condition).map(printValue).join(',')}`;
}

function valuesOf(condition: Condition): readonly ConditionValue[] {
  if (condition.op === 'bt') return [condition.from, condition.to];
  return condition.op === 'in' ? condition.values : [condition.value];
}

function printValue(value: ConditionValue): string {
  return String(value).replaceAll(/[\\:;,]/g, '\\$&');
}
