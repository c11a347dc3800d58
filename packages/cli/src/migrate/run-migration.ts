import { join } from 'node:path';
import type { MysqlSettings } from '@actionbase/adapter-mysql/mysql-settings';
import { MysqlSource } from '@actionbase/adapter-mysql/mysql-source';
import { MysqlStore } from '@actionbase/adapter-mysql/mysql-store';
import { NodeDisk } from '@actionbase/adapter-node/node-disk';
import { SystemClock } from '@actionbase/adapter-node/system-clock';
import { RedisCounts } from '@actionbase/adapter-redis/redis-counts';
import type { ActionbaseClient } from '@actionbase/client';
import { ClientNewFeed } from '@actionbase/migrate/back/new-feed';
import { BulkLoader } from '@actionbase/migrate/copy/loader';
import type { Migration } from '@actionbase/migrate/declare/migration';
import { RowMapping } from '@actionbase/migrate/declare/row-mapping';
import { answerControl } from '@actionbase/migrate/operate/answer-control';
import { ClientNewTable } from '@actionbase/migrate/operate/client-new-table';
import { ControlServer } from '@actionbase/migrate/operate/control-server';
import { Coordinator } from '@actionbase/migrate/operate/coordinator';
import type { ProofPace } from '@actionbase/migrate/operate/proof-loop';
import type { ShadowShares } from '@actionbase/migrate/operate/settings-of-stage';
import { FileCheckpoint } from '@actionbase/migrate/send/checkpoint';
import { EdgeSender } from '@actionbase/migrate/send/edge-sender';
import { openEvidenceKey } from './evidence-keys.ts';
import type { CountsSettings } from './old-side-settings.ts';

export interface RunOptions {
  readonly migration: Migration;
  readonly directory: string;
  readonly directors: string;
  readonly legacy: MysqlSettings;
  readonly counts: readonly CountsSettings[];
  readonly client: ActionbaseClient;
  readonly pace: ProofPace;
  readonly shares: ShadowShares;
  /** Days and windows pass so many times faster: for rehearsals. */
  readonly speed: number;
  /** Rows per second that audits of the new table read; the server's own rate without. */
  readonly auditRowsPerS: number | undefined;
  readonly keyPath: string | undefined;
  readonly onEvent: (text: string) => void;
}

/** Runs a migration until the signal is aborted: the composition of its parts with MariaDB, Redis and a server of Actionbase. */
export async function runMigration(
  options: RunOptions,
  signal: AbortSignal,
  onReady: (coordinator: Coordinator) => void,
): Promise<void> {
  const { migration, directory, client, speed, onEvent } = options;
  const onWaiting = tellOnce(onEvent);
  const clock = new SystemClock();
  const disk = new NodeDisk();
  await disk.makeDirectory(directory);
  await using stack = new AsyncDisposableStack();
  stack.use(await disk.lock(join(directory, 'lock')));
  const source = stack.use(new MysqlSource(options.legacy));
  const store = stack.use(new MysqlStore(options.legacy));
  const counts = new Map<string, RedisCounts>();
  for (const { name, host, port, password } of options.counts) {
    const prefix = migration.counts.find((declared) => declared.name === name)?.prefix ?? '';
    const given = password === undefined ? {} : { password };
    counts.set(name, stack.use(await RedisCounts.open({ host, port, prefix, clock, ...given })));
  }
  const table = client.table(migration.to.database, migration.to.table);
  const startedMs = clock.nowMs();
  const coordinator = stack.use(
    await Coordinator.open({
      migration,
      directory,
      directors: options.directors,
      source,
      store,
      counts,
      client,
      feed: new ClientNewFeed(client, migration.to),
      newTable: new ClientNewTable({
        client,
        to: migration.to,
        mapping: new RowMapping(migration.edge),
        auditRowsPerS: options.auditRowsPerS,
      }),
      loader: new BulkLoader({ table, clock, onWaiting }),
      sender: new EdgeSender({ table, clock, onWaiting }),
      checkpoint: (name) => new FileCheckpoint(disk, directory, `${name}.checkpoint`),
      clock,
      calendarMs: () => startedMs + (clock.nowMs() - startedMs) * speed,
      pace: options.pace,
      shares: options.shares,
      key: await openEvidenceKey(directory, options.keyPath),
      onEvent,
    }),
  );
  stack.use(await ControlServer.open(directory, (call) => answerControl(coordinator, call)));
  onReady(coordinator);
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
}

/** What is tried again and again is told once, and again when it is something else. */
function tellOnce(tell: (text: string) => void): (text: string) => void {
  let told = '';
  return (text) => {
    if (text !== told) tell(`It waits for ${text}`);
    told = text;
  };
}
