import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NodeDisk } from '@actionbase/adapter-node/node-disk';
import { SystemClock } from '@actionbase/adapter-node/system-clock';
import { SystemRandom } from '@actionbase/adapter-node/system-random';
import type { ActionbaseClient } from '@actionbase/client';
import { ClientNewFeed } from '@actionbase/migrate/back/new-feed';
import { BulkLoader } from '@actionbase/migrate/copy/loader';
import { column, defineMigration } from '@actionbase/migrate/declare/define-migration';
import type { Migration } from '@actionbase/migrate/declare/migration';
import { RowMapping } from '@actionbase/migrate/declare/row-mapping';
import { Director } from '@actionbase/migrate/direct/director';
import { ClientNewTable } from '@actionbase/migrate/operate/client-new-table';
import { Coordinator } from '@actionbase/migrate/operate/coordinator';
import type { MigrationStatus } from '@actionbase/migrate/operate/migration-status';
import { FileCheckpoint } from '@actionbase/migrate/send/checkpoint';
import { EdgeSender } from '@actionbase/migrate/send/edge-sender';
import type { StageCommand } from '@actionbase/migrate/stages/plan-move';
import { MemoryLegacy, memoryColumns } from '@actionbase/ports/memory/memory-legacy';
import { MemoryLegacyCounts } from '@actionbase/ports/memory/memory-legacy-counts';
import { MemoryLegacySource } from '@actionbase/ports/memory/memory-legacy-source';
import { MemoryLegacyStore } from '@actionbase/ports/memory/memory-legacy-store';
import { startTestServer, type TestServer } from '@actionbase/server/testing/test-server';
import { createWish } from './wish-side.ts';

const DAY_MS = 86_400_000;

/** A migration of wishes with gates that a test can pass. */
export function aWishMigration({ forwardOnly = false } = {}): Migration {
  return defineMigration({
    name: 'wish',
    from: 'wish',
    to: 'shop.wish',
    edge: {
      source: 'user_id',
      target: 'sku',
      version: 'version',
      properties: { note: 'note', at: column('at', 'milliseconds'), gift: column('gift', 'boolean') },
    },
    counts: forwardOnly ? [] : [{ name: 'wishers', of: 'target', prefix: 'wishers:' }],
    gates: { cleanWindows: 2, shadowReads: 5, shadowP99MsMax: 1_000 },
    forwardOnly,
  });
}

/**
 * A migration with everything but a real old database: that is in memory, the server of Actionbase answers over HTTP, and the
 * coordinator is the real one, which may be ended and started again on its folder. Its calendar is the test's.
 */
export class CoordinatedWorld implements AsyncDisposable {
  readonly clock = new SystemClock();
  readonly legacy = new MemoryLegacy(this.clock);
  readonly counts = new MemoryLegacyCounts();
  readonly events: string[] = [];
  readonly migration: Migration;
  readonly folder: string;
  readonly #server: TestServer;
  /** Of the new side. */
  readonly client: ActionbaseClient;
  #store = new MemoryLegacyStore(this.legacy);
  #coordinator: Coordinator | undefined;
  #director: Director | undefined;
  #passedDays = 0;

  private constructor(migration: Migration, folder: string, server: TestServer, client: ActionbaseClient) {
    this.migration = migration;
    this.folder = folder;
    this.#server = server;
    this.client = client;
    this.legacy.createTable('wish', {
      columns: memoryColumns({
        user_id: 'integer',
        sku: 'text',
        note: 'text?',
        at: 'time?',
        gift: 'integer?',
        version: 'integer',
      }),
      primaryKey: ['user_id', 'sku'],
    });
  }

  static async make(migration: Migration): Promise<CoordinatedWorld> {
    const server = await startTestServer();
    const folder = await mkdtemp(join(tmpdir(), 'actionbase-coordinator-'));
    return new CoordinatedWorld(migration, folder, server, await createWish(server.url));
  }

  get coordinator(): Coordinator {
    if (this.#coordinator === undefined) throw new Error('the coordinator does not run');
    return this.#coordinator;
  }

  get director(): Director {
    if (this.#director === undefined) throw new Error('there is no director');
    return this.#director;
  }

  get table() {
    return this.client.table('shop', 'wish');
  }

  /** Rows as the application had them before there was any migration. */
  putOldRows(rows: number): void {
    this.legacy.transact((writer) => {
      for (let i = 0; i < rows; i += 1) {
        const at = '2024-05-06 07:08:09.123';
        const version = 1_700_000_000_000_000n + BigInt(i);
        writer.put('wish', {
          user_id: BigInt(i),
          sku: `sku-${i % 7}`,
          note: `note ${i}`,
          at,
          gift: BigInt(i % 2),
          version,
        });
      }
    });
  }

  async start(): Promise<void> {
    const { migration, folder, clock } = this;
    this.#store = new MemoryLegacyStore(this.legacy);
    const disk = new NodeDisk();
    this.#coordinator = await Coordinator.open({
      migration,
      directory: folder,
      directors: join(folder, 'directors'),
      source: new MemoryLegacySource(this.legacy),
      store: this.#store,
      counts: new Map([['wishers', this.counts]]),
      client: this.client,
      feed: new ClientNewFeed(this.client, migration.to),
      newTable: new ClientNewTable({ client: this.client, to: migration.to, mapping: new RowMapping(migration.edge) }),
      loader: new BulkLoader({ table: this.table, clock }),
      sender: new EdgeSender({ table: this.table, clock }),
      checkpoint: (name) => new FileCheckpoint(disk, folder, `${name}.checkpoint`),
      clock,
      calendarMs: () => clock.nowMs() + this.#passedDays * DAY_MS,
      pace: { tickMs: 10, windowMs: 60, passMs: 100 },
      shares: { shadowShare: 1, compareShare: 1, noiseShare: 0 },
      key: undefined,
      onEvent: (text) => this.events.push(text),
    });
  }

  /** Ends the process of the coordinator and starts another one on its folder. */
  async restart(): Promise<void> {
    await this.stop();
    await this.start();
  }

  async stop(): Promise<void> {
    await this.#coordinator?.[Symbol.asyncDispose]();
    await this.#store[Symbol.asyncDispose]();
    this.#coordinator = undefined;
  }

  async openDirector(): Promise<void> {
    const { migration, clock } = this;
    this.#director = await Director.open({
      migration,
      legacy: new MemoryLegacyStore(this.legacy),
      client: this.client,
      disk: new NodeDisk(),
      directory: join(this.folder, 'directors', 'a'),
      clock,
      random: new SystemRandom(),
    });
  }

  /** Lets days pass by the calendar, and nothing else. */
  passDays(days: number): void {
    this.#passedDays += days;
  }

  async wish(user: number, sku: string, note: string | undefined): Promise<void> {
    const key = { source: user, target: sku };
    if (note === undefined) await this.director.write({ kind: 'delete', ...key });
    else await this.director.write({ ...key, properties: { note, at: 1_000n, gift: true } });
  }

  /** Reads a note as the application does. */
  note(user: number, sku: string): Promise<string | null> {
    return this.director.read({
      name: 'get',
      key: String(user),
      legacy: async () => textOf(this.legacy.get('wish', { user_id: BigInt(user), sku })?.note),
      target: async (table) => textOf((await table.get(user, sku))?.properties.note),
    });
  }

  order(command: StageCommand) {
    return this.coordinator.order(command, 'ann', 'a test');
  }

  /** Opens a stage when it is ready for it. */
  async advance(to: Extract<StageCommand, { kind: 'advance' }>['to']): Promise<void> {
    await this.until((status) => status.next === to && status.missing.length === 0);
    await this.order({ kind: 'advance', to });
  }

  /** Looks until the status is as it should be; the test's own limit of time ends a wait in vain. */
  async until(isSo: (status: MigrationStatus) => boolean): Promise<MigrationStatus> {
    for (;;) {
      const status = await this.coordinator.status();
      if (isSo(status)) return status;
      if (status.failures.length > 0) throw new Error(`${status.failures.join('; ')}\n${this.events.join('\n')}`);
      await this.clock.sleep(10);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#director?.[Symbol.asyncDispose]();
    await this.stop();
    await this.#server[Symbol.asyncDispose]();
    await rm(this.folder, { recursive: true });
  }
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}
