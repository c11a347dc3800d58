import { DATABASES, type ListOptions, printStatus } from './databases.ts';
import { type AliasDescriptor, readAlias } from './descriptors.ts';
import type { CallOptions, HttpTransport } from './http-transport.ts';
import { readAnswer } from './read-answer.ts';

export interface AliasDeclaration {
  readonly alias: string;
  /** A table of the same database. */
  readonly table: string;
  readonly comment?: string | undefined;
}

/** What is left out stays as it is. */
export interface AliasChange extends CallOptions {
  readonly active?: boolean | undefined;
  readonly table?: string | undefined;
  readonly comment?: string | undefined;
}

/** The calls for aliases. */
export class Aliases {
  readonly #transport: HttpTransport;

  constructor(transport: HttpTransport) {
    this.#transport = transport;
  }

  async create(database: string, declaration: AliasDeclaration, options?: CallOptions): Promise<AliasDescriptor> {
    const { alias, table, comment = '' } = declaration;
    const body = { alias, table, comment };
    // A second sending would find the first one's alias and say that it exists.
    const call = { method: 'POST', path: pathOf(database), body, repeatable: false, options } as const;
    return readAnswer(await this.#transport.send(call), readAlias);
  }

  async list(database: string, options?: ListOptions): Promise<readonly AliasDescriptor[]> {
    const call = { method: 'GET', path: pathOf(database), query: printStatus(options), repeatable: true } as const;
    return readAnswer(await this.#transport.send({ ...call, options }), (place) => place.items().map(readAlias));
  }

  /** Answers undefined when there is none of this name. */
  async get(database: string, alias: string, options?: CallOptions): Promise<AliasDescriptor | undefined> {
    const path = [...pathOf(database), alias];
    const json = await this.#transport.find({ method: 'GET', path, repeatable: true, options });
    return json === undefined ? undefined : readAnswer(json, readAlias);
  }

  /** Throws `not-found` when there is none of this name. */
  async update(database: string, alias: string, change: AliasChange): Promise<AliasDescriptor> {
    const { timeoutMs, signal, ...body } = change;
    const path = [...pathOf(database), alias];
    const call = { method: 'PUT', path, body, repeatable: true, options: { timeoutMs, signal } } as const;
    return readAnswer(await this.#transport.send(call), readAlias);
  }

  /** Deletes an inactive alias; does nothing when there is none of this name. */
  async delete(database: string, alias: string, options?: CallOptions): Promise<void> {
    await this.#transport.send({ method: 'DELETE', path: [...pathOf(database), alias], repeatable: true, options });
  }
}

function pathOf(database: string): readonly string[] {
  return [...DATABASES, database, 'aliases'];
}
