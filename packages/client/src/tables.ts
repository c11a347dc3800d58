import type { JsonObject } from '@actionbase/core/codec/json-value';
import type { MutationMode } from '@actionbase/core/model/catalog';
import { DATABASES, type ListOptions, printStatus } from './databases.ts';
import { readTable, type TableDescriptor } from './descriptors.ts';
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

  /** Throws `not-found` when there is none of this name. */
  async update(database: string, table: string, change: TableChange): Promise<TableDescriptor> {
    const { schema, timeoutMs, signal, ...rest } = change;
    const body: JsonObject = schema === undefined ? rest : { ...rest, schema: shapeSchema(schema) };
    const path = [...pathOf(database), table];
    const call = { method: 'PUT', path, body, repeatable: true, options: { timeoutMs, signal } } as const;
    return readAnswer(await this.#transport.send(call), readTable);
  }

  /** Deletes an inactive table with all its edges; does nothing when there is none of this name. */
  async delete(database: string, table: string, options?: CallOptions): Promise<void> {
    await this.#transport.send({ method: 'DELETE', path: [...pathOf(database), table], repeatable: true, options });
  }
}

function pathOf(database: string): readonly string[] {
  return [...DATABASES, database, 'tables'];
}
