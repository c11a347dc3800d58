import { Failure } from '@actionbase/core/failure';
import { serverFailures } from '../failures.ts';

/** The parameters of a query string. Names and values are percent-decoded, "+" is a blank. */
export class Parameters {
  static readonly NONE = new Parameters(new Map());
  readonly #values: ReadonlyMap<string, readonly string[]>;

  private constructor(values: ReadonlyMap<string, readonly string[]>) {
    this.#values = values;
  }

  /** Parses what follows the "?". */
  static parse(query: string): Parameters {
    if (query === '') return Parameters.NONE;
    const values = new Map<string, string[]>();
    for (const piece of query.split('&')) {
      if (piece === '') continue;
      const equals = piece.indexOf('=');
      const name = decode(equals < 0 ? piece : piece.slice(0, equals));
      const value = equals < 0 ? '' : decode(piece.slice(equals + 1));
      const before = values.get(name);
      if (before === undefined) values.set(name, [value]);
      else before.push(value);
    }
    return new Parameters(values);
  }

  /** The one value of a parameter; of a repeated one the values with commas between them; undefined when it is missing. */
  text(name: string): string | undefined {
    const values = this.#values.get(name);
    return values === undefined || values.length === 1 ? values?.[0] : values.join(',');
  }

  /**
   * The values of a list. One value is split at its commas, without the blanks around the pieces; an empty one is an empty
   * list; the values of a repeated parameter are taken as they are. Undefined when it is missing.
   */
  list(name: string): readonly string[] | undefined {
    const values = this.#values.get(name);
    const only = values?.length === 1 ? values[0] : undefined;
    if (only === undefined) return values;
    return only === '' ? [] : only.split(',').map((piece) => piece.trim());
  }
}

function decode(text: string): string {
  if (!text.includes('%') && !text.includes('+')) return text;
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch (cause) {
    const message = `query part "${text}" is not percent-encoded UTF-8`;
    throw new Failure(serverFailures['invalid-parameter'], message, { value: text }, cause);
  }
}
