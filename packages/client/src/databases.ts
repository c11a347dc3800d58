import { type DatabaseDescriptor, readDatabase } from './descriptors.ts';
import type { CallOptions, HttpTransport } from './http-transport.ts';
import { readAnswer } from './read-answer.ts';

/** Which entities a list shows. */
export type StatusFilter = 'ACTIVE' | 'INACTIVE' | 'ALL';

export interface ListOptions extends CallOptions {
  /** ACTIVE when missing. */
  readonly status?: StatusFilter | undefined;
}

export interface DatabaseDeclaration {
  readonly database: string;
  readonly comment?: string | undefined;
}

/** What is left out stays as it is. */
export interface DatabaseChange extends CallOptions {
  readonly active?: boolean | undefined;
  readonly comment?: string | undefined;
}

export const DATABASES = ['graph', 'v3', 'databases'] as const;

/** The calls for databases. */
export class Databases {
  readonly #transport: HttpTransport;

  constructor(transport: HttpTransport) {
    this.#transport = transport;
  }

  async create({ database, comment = '' }: DatabaseDeclaration, options?: CallOptions): Promise<DatabaseDescriptor> {
    const body = { database, comment };
    // A second sending would find the first one's database and say that it exists.
    const call = { method: 'POST', path: DATABASES, body, repeatable: false, options } as const;
    return readAnswer(await this.#transport.send(call), readDatabase);
  }

  async list(options?: ListOptions): Promise<readonly DatabaseDescriptor[]> {
    const query = printStatus(options);
    const json = await this.#transport.send({ method: 'GET', path: DATABASES, query, repeatable: true, options });
    return readAnswer(json, (place) => place.items().map(readDatabase));
  }

  /** Answers undefined when there is none of this name. */
  async get(database: string, options?: CallOptions): Promise<DatabaseDescriptor | undefined> {
    const path = [...DATABASES, database];
    const json = await this.#transport.find({ method: 'GET', path, repeatable: true, options });
    return json === undefined ? undefined : readAnswer(json, readDatabase);
  }

  /** Throws `not-found` when there is none of this name. */
  async update(database: string, change: DatabaseChange): Promise<DatabaseDescriptor> {
    const { timeoutMs, signal, ...body } = change;
    const path = [...DATABASES, database];
    const call = { method: 'PUT', path, body, repeatable: true, options: { timeoutMs, signal } } as const;
    return readAnswer(await this.#transport.send(call), readDatabase);
  }

  /** Deletes an inactive database; does nothing when there is none of this name. */
  async delete(database: string, options?: CallOptions): Promise<void> {
    await this.#transport.send({ method: 'DELETE', path: [...DATABASES, database], repeatable: true, options });
  }
}

/** The query of a list. */
export function printStatus(options: ListOptions | undefined): (readonly [string, string])[] {
  return options?.status === undefined ? [] : [['status', options.status]];
}
