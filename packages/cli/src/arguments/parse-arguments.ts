import { parseArgs } from 'node:util';
import { nearestName } from '@actionbase/server/config/nearest-name';
import type { Flag, Positional, ValueFlag } from './flag.ts';
import { ParsedArguments } from './parsed-arguments.ts';
import { UsageError } from './usage-error.ts';

/** What a command takes. */
export interface ArgumentShape {
  readonly positionals: readonly Positional[];
  readonly flags: readonly Flag[];
}

/** Parses what follows the command's words. The first mistake is a `UsageError` that names it. */
export function parseArguments(args: readonly string[], shape: ArgumentShape): ParsedArguments {
  const flagByName = new Map(shape.flags.map((flag) => [flag.name, flag]));
  const values = new Map<string, string[]>();
  const places: string[] = [];
  for (const token of tokensOf(args, shape.flags)) {
    if (token.kind === 'positional') places.push(token.value);
    if (token.kind !== 'option') continue;
    const flag = flagByName.get(token.name);
    if (flag === undefined) throw unknownFlag(token.rawName, flagByName.keys());
    addValue(values, flag, checkValue(flag, token.value, token.inlineValue === true));
  }
  for (const flag of shape.flags) {
    if (flag.kind !== 'switch' && flag.required === true && !values.has(flag.name)) {
      throw new UsageError(`--${flag.name} ${flag.value} is missing. ${flag.help}`);
    }
  }
  return new ParsedArguments(values, placePositionals(places, shape.positionals));
}

function tokensOf(args: readonly string[], flags: readonly Flag[]) {
  const options = Object.fromEntries(
    flags.map((flag) => {
      const type: 'boolean' | 'string' = flag.kind === 'switch' ? 'boolean' : 'string';
      return [flag.name, flag.name === 'help' ? { type, short: 'h' } : { type }];
    }),
  );
  return parseArgs({ args: [...args], options, strict: false, allowPositionals: true, tokens: true }).tokens;
}

function checkValue(flag: Flag, value: string | undefined, isInline: boolean): string {
  if (flag.kind === 'switch') {
    if (value !== undefined) throw new UsageError(`--${flag.name} takes no value, and got "${value}".`);
    return '';
  }
  // `--start --direction OUT`: the next flag is not meant as a value.
  if (value === undefined || (!isInline && value.startsWith('--'))) {
    throw new UsageError(`--${flag.name} lacks its value ${flag.value}. ${flag.help}`);
  }
  if (flag.kind === 'integer') return checkInteger(flag, value);
  return flag.kind === 'choice' ? checkChoice(flag, value) : value;
}

function checkInteger(flag: ValueFlag, value: string): string {
  const { min = 0, max = Number.MAX_SAFE_INTEGER } = flag;
  const number = /^\d{1,16}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= min && number <= max) return value;
  throw new UsageError(`--${flag.name} is "${value}"; expected an integer from ${min} to ${max}.`);
}

/** The choice as the flag writes it. */
function checkChoice(flag: ValueFlag, value: string): string {
  const choices = flag.choices ?? [];
  const found = choices.find((choice) => choice.toLowerCase() === value.toLowerCase());
  if (found !== undefined) return found;
  throw new UsageError(`--${flag.name} is "${value}"; expected ${choices.join(', ')}.`);
}

function addValue(values: Map<string, string[]>, flag: Flag, value: string): void {
  const given = values.get(flag.name);
  if (given === undefined) {
    values.set(flag.name, [value]);
  } else if (flag.kind !== 'switch' && flag.repeated === true) {
    given.push(value);
  } else if (flag.kind !== 'switch') {
    throw new UsageError(`--${flag.name} is given twice: "${given[0]}" and "${value}".`);
  }
}

function unknownFlag(rawName: string, known: Iterable<string>): UsageError {
  const nearest = nearestName(rawName.replace(/^-+/, ''), known);
  return new UsageError(`${rawName} is not a flag of this command; did you mean --${nearest}?`);
}

function placePositionals(
  places: readonly string[],
  positionals: readonly Positional[],
): Map<string, readonly string[]> {
  const surplus = positionals.at(-1)?.repeated === true ? undefined : places[positionals.length];
  if (surplus !== undefined) {
    const expected = positionals.length === 0 ? 'none' : positionals.map(({ name }) => name).join(' ');
    throw new UsageError(`"${surplus}" is one argument too many; expected ${expected}.`);
  }
  const values = new Map<string, readonly string[]>();
  for (const [place, { name, optional, repeated }] of positionals.entries()) {
    const given = places.slice(place, repeated === true ? undefined : place + 1);
    if (given.length > 0) values.set(name, given);
    else if (optional !== true) throw new UsageError(`The argument ${name} is missing.`);
  }
  return values;
}
