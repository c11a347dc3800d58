import type { JsonObject } from '@actionbase/core/codec/json-value';
import type { MutationMode } from '@actionbase/core/model/catalog';
import { ActionbaseError } from './actionbase-error.ts';
import { DATABASES, type ListOptions, printStatus } from './databases.ts';
import { isUnderRework, readTable, type TableDescriptor } from './descriptors.ts';
import type { CallOptions, HttpTransport } from './http-transport.ts';
import { readAnswer } from './read-answer.ts';
import { type SchemaDeclaration, shapeSchema, shapeTable, type TableDeclaration } from './table-declaration.ts';

/** What is left out stays as it is. A schema is given whole, with all its properties and indexes. */
export interface TableChange extends CallOptions {
  readonly active?: boolean | undefined;
  readonly schema?: SchemaDeclaration | undefined;
  readonly mode?: MutationMode | undefined;
  readonly comment?: string | undefined;
}

/** `timeoutMs` is that of each request; the waiting itself ends with the signal only. */
export interface WaitOptions extends CallOptions {
  /** Told what the server says of the table, each time it is asked. */
  readonly onProgress?: ((table: TableDescriptor) => void) | undefined;
}

/** Pause before a table is asked again how far it is, milliseconds; doubled each time. */
const WAIT_PAUSE_MS_MIN = 100;
/** Longest pause before a table is asked again how far it is, milliseconds. */
const WAIT_PAUSE_MS_MAX = 1_000;

/** The calls for tables. */
export class Tables {
  readonly #transport: HttpTransport;

  constructor(transport: HttpTransport) {
    this.#transport = transport;
  }

  async create(database: string, declaration: TableDeclaration, options?: CallOptions): Promise<TableDescriptor> {
    const body = shapeTable(database, declaration);
    // A second sending would find the first one's table and say that it exists.
    const call = { method: 'POST', path: pathOf(database), body, repeatable: false, options } as const;
    return readAnswer(await this.#transport.send(call), readTable);
  }

  async list(database: string, options?: ListOptions): Promise<readonly TableDescriptor[]> {
    const call = { method: 'GET', path: pathOf(database), query: printStatus(options), repeatable: true } as const;
    return readAnswer(await this.#transport.send({ ...call, options }), (place) => place.items().map(readTable));
  }

  /** Answers undefined when there is none of this name. */
  async get(database: string, table: string, options?: CallOptions): Promise<TableDescriptor | undefined> {
    const path = [...pathOf(database), table];
    const json = await this.#transport.find({ method: 'GET', path, repeatable: true, options });
    return json === undefined ? undefined : readAnswer(json, readTable);
  }

  /**
   * Throws `not-found` when there is none of this name. Indexes, groups and caches that a new schema adds to a large table
   * are built in the background; `wait` tells when they can be read.
   */
  async update(database: string, table: string, change: TableChange): Promise<TableDescriptor> {
    const { schema, timeoutMs, signal, ...rest } = change;
    const body: JsonObject = schema === undefined ? rest : { ...rest, schema: shapeSchema(schema) };
    const path = [...pathOf(database), table];
    const call = { method: 'PUT', path, body, repeatable: true, options: { timeoutMs, signal } } as const;
    return readAnswer(await this.#transport.send(call), readTable);
  }

  /**
   * Resolves when no index, group or cache of a table is being built or removed any more: those that are not named in
   * `failed` of what is left in `reworks` can be read. Throws `not-found` when there is no table of this name.
   */
  async wait(database: string, table: string, options: WaitOptions = {}): Promise<TableDescriptor> {
    const { onProgress, signal, timeoutMs } = options;
    for (let pauseMs = WAIT_PAUSE_MS_MIN; ; pauseMs = Math.min(pauseMs * 2, WAIT_PAUSE_MS_MAX)) {
      const found = await this.get(database, table, { signal, timeoutMs });
      if (found === undefined) {
        const message = `there is no table ${database}.${table}`;
        throw new ActionbaseError({ status: 404, code: 'not-found', message, retry: 'never' });
      }
      if (!isUnderRework(found)) return found;
      onProgress?.(found);
      await this.#transport.parts.sleep(pauseMs, signal);
    }
  }

  /** Deletes an inactive table with all its edges; does nothing when there is none of this name. */
  async delete(database: string, table: string, options?: CallOptions): Promise<void> {
    await this.#transport.send({ method: 'DELETE', path: [...pathOf(database), table], repeatable: true, options });
  }
}

function pathOf(database: string): readonly string[] {
  return [...DATABASES, database, 'tables'];
}
