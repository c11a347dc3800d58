import assert from 'node:assert/strict';
import { SystemClock } from '@actionbase/adapter-node/system-clock';
import { MemoryLogStorage } from '@actionbase/ports/memory/memory-log-storage';
import { MemoryStore } from '@actionbase/ports/memory/memory-store';
import { engineOptions } from '../../engine-options.ts';
import { openMemoryInstance } from '../memory-instance.ts';
import { post, send } from '../send.ts';
import { startTestServer, type TestServer } from '../test-server.ts';
import { DECLARATIONS, LINKS_LABEL, schemaOf, type TableName } from './model-table.ts';
import { type PlainJson, printPlain } from './plain-json.ts';

export const TABLES_PATH = '/graph/v3/databases/shop/tables';
export const LINKS_PATH = '/graph/v2/service/shop/label/links';
/** An alias of another service. */
export const FAR_PATH = '/graph/v2/service/other/alias/far';

/** A server over a memory database that survives its restarts, with the tables of the model and aliases of `wish`. */
export class ModelServer implements AsyncDisposable {
  readonly #storage = new MemoryLogStorage();
  #store = new MemoryStore();
  #server: TestServer | undefined;

  static async start(): Promise<ModelServer> {
    const model = new ModelServer();
    await model.#open();
    await post(model.server, '/graph/v3/databases', '{"database":"shop","comment":""}');
    await model.createTable('wish');
    await model.createTable('orders');
    await model.createTable('links');
    const alias = '{"alias":"fav","table":"wish","comment":""}';
    assert.equal((await post(model.server, '/graph/v3/databases/shop/aliases', alias)).status, 200);
    assert.equal((await post(model.server, '/graph/v2/service/other', '{"desc":""}')).status, 200);
    assert.equal((await post(model.server, FAR_PATH, '{"desc":"","target":"shop.wish"}')).status, 200);
    return model;
  }

  get server(): TestServer {
    assert.ok(this.#server !== undefined, 'the server has been started');
    return this.#server;
  }

  async createTable(table: TableName): Promise<void> {
    const schema = schemaOf(DECLARATIONS[table]);
    const body = { table, schema, storage: `datastore://shop/${table}`, comment: '' };
    const created =
      table === 'links'
        ? await post(this.server, LINKS_PATH, JSON.stringify(LINKS_LABEL))
        : await post(this.server, TABLES_PATH, JSON.stringify(body));
    assert.equal(created.status, 200, created.text);
  }

  /** Resolves when every asynchronous mutation has taken effect. */
  async drained(): Promise<void> {
    const { engine } = this.server.instance;
    while (!engine.isQueueEmpty) await new Promise((resolve) => setImmediate(resolve));
  }

  /** Sends a request and answers its status and text. */
  async send(method: string, path: string, body?: PlainJson): Promise<{ status: number; text: string }> {
    return send(this.server, { method, path, body: body === undefined ? undefined : printPlain(body) });
  }

  /** Stops the server and starts it again on what the log has; the store has lost all that was not flushed, and more. */
  async restart(): Promise<void> {
    await this.server[Symbol.asyncDispose]();
    this.#store = new MemoryStore();
    await this.#open();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#server?.[Symbol.asyncDispose]();
  }

  async #open(): Promise<void> {
    const clock = new SystemClock();
    const parts = { storage: this.#storage, store: this.#store };
    this.#server = await startTestServer(
      {},
      {
        parts: { open: (config, onNotice) => openMemoryInstance(clock, engineOptions(config, onNotice), parts) },
      },
    );
  }
}
