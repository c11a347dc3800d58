import { Failure } from '../failure.ts';
import { coreFailures } from '../failures.ts';

/** The comparisons that `ranges` and `filters` know; `bt` includes both ends. */
export const OPERATORS = ['eq', 'gt', 'gte', 'lt', 'lte', 'bt', 'in'] as const;

export type Operator = (typeof OPERATORS)[number];

/** One condition of a request, not yet cast: `values` are two for `bt`, one or more for `in`, else one. */
export interface Predicate {
  readonly field: string;
  readonly op: Operator;
  readonly values: readonly string[];
}

/** The request parameter that a predicate came from, as messages name it; `filter` is v2's. It decides the failure code. */
export type PredicateParameter = 'ranges' | 'filters' | 'filter';

/** How many predicates one parameter may hold. */
export const PREDICATES_MAX = 64;
/** How many values one `in` may list. */
export const IN_VALUES_MAX = 1_000;

/**
 * Parses `field:op:value[;field:op:value...]`.
 * A backslash before `:` `;` `,` or a backslash makes that character part of the value; before any other character it is
 * itself. `bt` takes two values with a comma between them, `in` a list with blanks around its items dropped; in the value
 * of another operator a comma is an ordinary character.
 *
 *     color:eq:red;at:gte:2000   -> [color eq "red"] [at gte "2000"]
 *     name:in:a\,b, c            -> [name in "a,b" "c"]
 *
 * A third colon must be escaped: to drop what follows it, as the reference does, would lose a part of the value.
 */
export function parsePredicates(text: string, parameter: PredicateParameter): readonly Predicate[] {
  if (text === '') throw malformed(parameter, `\`${parameter}\` is empty; expected field:op:value`);
  const pieces = splitUnescaped(text, ';');
  if (pieces.length > PREDICATES_MAX) {
    throw malformed(
      parameter,
      `\`${parameter}\` has ${pieces.length} predicates; at most ${PREDICATES_MAX} are allowed`,
    );
  }
  return pieces.map((piece) => parsePredicate(piece, parameter));
}

/** The failure of a `ranges` or `filters` parameter that cannot be used. */
export function malformed(parameter: PredicateParameter, message: string): Failure {
  const kind = parameter === 'ranges' ? coreFailures['invalid-ranges'] : coreFailures['invalid-filters'];
  return new Failure(kind, message);
}

function parsePredicate(piece: string, parameter: PredicateParameter): Predicate {
  const [field, op, value, surplus] = splitUnescaped(piece, ':');
  const place = `\`${parameter}\` piece "${piece}"`;
  if (field === undefined || field === '' || op === undefined || value === undefined) {
    throw malformed(parameter, `${place} is not field:op:value`);
  }
  if (surplus !== undefined) {
    throw malformed(parameter, `${place} has a third ":"; write "\\:" for a colon that belongs to the value`);
  }
  const operator = OPERATORS.find((known) => known === op);
  if (operator === undefined) {
    throw malformed(parameter, `Unsupported operator: ${op} in ${place}; known are ${OPERATORS.join(', ')}`);
  }
  return { field: withoutEscapes(field), op: operator, values: parseValues(operator, value, { place, parameter }) };
}

interface Place {
  readonly place: string;
  readonly parameter: PredicateParameter;
}

function parseValues(op: Operator, text: string, { place, parameter }: Place): readonly string[] {
  if (op === 'bt') {
    const ends = splitUnescaped(text, ',');
    if (ends.length !== 2) throw malformed(parameter, `${place} has ${ends.length} values; bt takes "from,to"`);
    return ends.map(withoutEscapes);
  }
  if (op === 'in') {
    const items = splitUnescaped(text, ',');
    if (items.length > IN_VALUES_MAX) {
      throw malformed(parameter, `\`in\` lists ${items.length} values; at most ${IN_VALUES_MAX} are allowed`);
    }
    return items.map((item) => withoutEscapes(item.trim()));
  }
  return [withoutEscapes(text)];
}

/** Splits at every separator that has no backslash of its own before it. The pieces keep their backslashes. */
function splitUnescaped(text: string, separator: string): string[] {
  const pieces: string[] = [];
  let start = 0;
  for (let at = 0; at < text.length; at += 1) {
    if (text[at] === '\\' && isEscapable(text[at + 1])) at += 1;
    else if (text[at] === separator) {
      pieces.push(text.slice(start, at));
      start = at + 1;
    }
  }
  pieces.push(text.slice(start));
  return pieces;
}

function withoutEscapes(text: string): string {
  return text.replace(/\\([:;,\\])/g, '$1');
}

function isEscapable(character: string | undefined): boolean {
  return character === ':' || character === ';' || character === ',' || character === '\\';
}
