import { invariant } from '@actionbase/core/failure';

/** The arguments of one command, checked against its flags. Asking for one that the command does not declare is our mistake. */
export class ParsedArguments {
  readonly #flags: ReadonlyMap<string, readonly string[]>;
  readonly #positionals: ReadonlyMap<string, readonly string[]>;

  constructor(flags: ReadonlyMap<string, readonly string[]>, positionals: ReadonlyMap<string, readonly string[]>) {
    this.#flags = flags;
    this.#positionals = positionals;
  }

  positional(name: string): string {
    const value = this.#positionals.get(name)?.[0];
    invariant(value !== undefined, `${name} is a required argument of this command`);
    return value;
  }

  /** Everything that was given for a repeated argument. */
  positionals(name: string): readonly string[] {
    return this.#positionals.get(name) ?? [];
  }

  /** The last value that was given; undefined when the flag is missing. */
  text(name: string): string | undefined {
    return this.#flags.get(name)?.at(-1);
  }

  /** The value of a flag that the command requires. */
  required(name: string): string {
    const value = this.text(name);
    invariant(value !== undefined, `--${name} is a required flag of this command`);
    return value;
  }

  texts(name: string): readonly string[] {
    return this.#flags.get(name) ?? [];
  }

  integer(name: string): number | undefined {
    const text = this.text(name);
    return text === undefined ? undefined : Number(text);
  }

  has(name: string): boolean {
    return this.#flags.has(name);
  }
}
