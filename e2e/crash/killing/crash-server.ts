/**
 * A server that ends itself at a named point: `node crash-server.ts OPTIONS`, with OPTIONS as JSON. It is the real server on
 * the real ports; what is between them counts and kills. Its log has small segments and a short retention, and its limits are
 * small, so that rolls, trims and steps of reworks are many.
 */
import { flushCompileCache } from 'node:module';
import { FileLog } from '@actionbase/adapter-file-log/file-log';
import { LmdbStore } from '@actionbase/adapter-lmdb/lmdb-store';
import { NodeDisk } from '@actionbase/adapter-node/node-disk';
import { SystemClock } from '@actionbase/adapter-node/system-clock';
import { SystemRandom } from '@actionbase/adapter-node/system-random';
import { Engine } from '@actionbase/engine/engine';
import { defaultConfig } from '@actionbase/server/config/read-config';
import { claimDataDirectory } from '@actionbase/server/data-directory';
import { engineOptions } from '@actionbase/server/engine-options';
import type { Instance } from '@actionbase/server/instance';
import { ROUTES } from '@actionbase/server/routes/routes';
import { startServer } from '@actionbase/server/server';
import { KillDisk } from './kill-disk.ts';
import { type FrameRecords, killLog, killRoutes, killStore } from './kill-ports.ts';
import { type KillPlan, KillSwitch } from './kill-switch.ts';
import { markRoutes } from './mark-routes.ts';
import { PLANTED, type Planted, type PlantedName } from './planted.ts';

export interface CrashServerOptions {
  readonly dataDir: string;
  readonly kill: KillPlan | null;
  /** A mistake to make, which the run must find. */
  readonly planted: PlantedName | null;
  /** Whether it ends once it has started: what it has compiled is kept for the servers after it. */
  readonly warmUp: boolean;
  /** File to which the id of each request is written before its answer is sent; null for none. */
  readonly marks: string | null;
}

const SEGMENT_BYTES = 48 * 1024;
const PREALLOCATED_BYTES = 12 * 1024;
const RETENTION = { ageMs: 86_400_000, bytes: 400 * 1024 };
const HOUSEKEEPING_PAUSE_MS = 40;
const LIMITS = { reworkRowsMax: 40, reworkStatesInCallMax: 80, clearRowsMax: 30, queueGroupMax: 4 };

const options: CrashServerOptions = JSON.parse(process.argv[2] ?? '{}');
const kill = new KillSwitch(options.kill);
const planted: Partial<Planted> = options.planted === null ? {} : PLANTED[options.planted];
const { port } = await startServer(defaultConfig({ port: 0, dataDir: options.dataDir, requestLog: false }), {
  clock: new SystemClock(),
  random: new SystemRandom(),
  routes: killRoutes(options.marks === null ? ROUTES : markRoutes(ROUTES, options.marks), kill),
  open: openInstance,
  writeLog: () => undefined,
  onNotice: (text) => console.error(text),
});
process.stdout.write(`http://127.0.0.1:${port} pid ${process.pid}\n`);
if (options.warmUp) {
  flushCompileCache();
  process.exit(0);
}

async function openInstance(): Promise<Instance> {
  const config = defaultConfig({ dataDir: options.dataDir });
  const directory = options.dataDir;
  const clock = new SystemClock();
  const disk = new KillDisk(new NodeDisk(), kill);
  const claimed = await claimDataDirectory(disk, directory);
  const isNew = (await disk.list(`${directory}/store`)).length === 0;
  const realStore = await LmdbStore.open({ directory: `${directory}/store`, mapBytes: 2 ** 28, diskReserveBytes: 0 });
  if (isNew) kill.pass('store.made');
  const progress = realStore.progress(0);
  const durableAtLeast = progress && { epoch: progress.epoch, offset: progress.offset + 1 };
  const realLog = await FileLog.open({
    directory: `${directory}/log`,
    disk: planted.disk?.(disk) ?? disk,
    clock,
    segmentBytes: SEGMENT_BYTES,
    preallocatedBytes: PREALLOCATED_BYTES,
    durableAtLeast,
    onNotice: (text) => console.error(text),
  });
  kill.pass('start.log-open');
  const records: FrameRecords = new Map();
  const log = killLog(planted.log?.(realLog) ?? realLog, kill, records);
  const store = killStore(planted.store?.(realStore) ?? realStore, kill, records);
  const engine = await Engine.open(
    { log, store, clock },
    {
      ...engineOptions(config, (text) => console.error(text)),
      limits: LIMITS,
      retention: RETENTION,
      housekeepingPauseMs: HOUSEKEEPING_PAUSE_MS,
    },
  );
  kill.phase = 'serve';
  return {
    engine,
    log,
    store,
    async [Symbol.asyncDispose]() {
      await engine[Symbol.asyncDispose]();
      await realLog[Symbol.asyncDispose]();
      await realStore[Symbol.asyncDispose]();
      await claimed[Symbol.asyncDispose]();
    },
  };
}
