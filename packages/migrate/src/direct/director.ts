import type { ActionbaseClient, TableHandle } from '@actionbase/client';
import type { JsonObject } from '@actionbase/core/codec/json-value';
import { bucketOfText } from '@actionbase/core/digest/row-digest';
import { Failure } from '@actionbase/core/failure';
import type { Clock } from '@actionbase/ports/clock';
import type { Disk } from '@actionbase/ports/disk';
import type { LegacyStore } from '@actionbase/ports/legacy';
import type { Random } from '@actionbase/ports/random';
import type { Migration } from '../declare/migration.ts';
import { RowMapping, unfitInteger } from '../declare/row-mapping.ts';
import { migrateFailures } from '../failures.ts';
import { DebtQueue } from './debt-queue.ts';
import { DirectReads, type Read } from './direct-reads.ts';
import { DirectWrites, type PlannedWrite, type TruthSource, type WriteResult } from './direct-writes.ts';
import { DIRECT_LIMITS } from './limits.ts';
import { ClientNewSide, type KeyedEdge, type NewSide } from './new-side.ts';
import { VERSION_SLOTS } from './new-versions.ts';
import type { DirectReport } from './report.ts';
import { retiredTruth } from './route-write.ts';
import { SETTINGS_DEFAULT } from './settings.ts';
import { TruthKeeper } from './truth-keeper.ts';

export interface DirectorOptions {
  readonly migration: Migration;
  /** The old side; undefined after it was retired. */
  readonly legacy: LegacyStore | undefined;
  readonly client: ActionbaseClient;
  /** Where debts and the report are kept: a folder on this disk, of this process alone, the same at each start. */
  readonly disk: Disk;
  readonly directory: string;
  readonly clock: Clock;
  readonly random: Random;
  /** Names this director in reports; the folder when missing. */
  readonly name?: string | undefined;
  /**
   * Set where no follower of the old change log runs: each dual write is recorded before the old side is written, and after a
   * crash what the old side holds then is asked by this, under the bucket's lock: the row of a key with its version, or, when
   * there is none, a version that none of its rows was above and all later ones are.
   */
  readonly current?: ((key: CurrentKey) => Promise<Pick<KeyedEdge, 'version' | 'properties'>>) | undefined;
  /** Told about once a second how this director stands. */
  readonly onReport?: ((report: DirectReport) => void) | undefined;
}

export type CurrentKey = Pick<KeyedEdge, 'source' | 'target'> & { readonly bucket: number };

/** What the application writes: an edge with all its properties (those left out are null), or its deletion. */
export type Write =
  | { readonly kind?: 'put' | undefined; readonly source: End; readonly target: End; readonly properties: JsonObject }
  | { readonly kind: 'delete'; readonly source: End; readonly target: End };

type End = string | number | bigint;

/** What a director stands on, besides the client: replaced in tests. */
export interface DirectorParts extends Omit<DirectorOptions, 'client'> {
  readonly newSide: NewSide;
  readonly table: TableHandle;
  /** Tells its versions from those of other directors, from 0 to 63. */
  readonly slot: bigint;
}

/**
 * The application's one way to its data while the truth moves. Each key is written and read where its truth is; the other side
 * is kept right without costing the user an error: while the old side decides, the edge follows to the new one, or is owed
 * durably; where the new side decides, its change feed brings the old side what it needs (`back/`). Share one per process.
 *
 * A write that was acknowledged is never lost. One that failed may have happened, and may be sent again.
 */
export class Director implements AsyncDisposable {
  readonly #parts: DirectorParts;
  readonly #mapping: RowMapping;
  readonly #truth: TruthSource;
  readonly #debt: DebtQueue;
  readonly #writes: DirectWrites;
  readonly #reads: DirectReads;
  readonly #sinceMs: number;
  readonly #stopping = new AbortController();
  readonly #reporting: Promise<void>;

  private constructor(parts: DirectorParts, truth: TruthSource, debt: DebtQueue) {
    const { migration, legacy, newSide, table, clock, random, slot } = parts;
    const { version } = migration.edge;
    this.#parts = parts;
    this.#truth = truth;
    this.#debt = debt;
    this.#mapping = new RowMapping(migration.edge);
    this.#writes = new DirectWrites({
      migration: migration.name,
      from: migration.from,
      versionColumn: version.kind === 'column' ? version.column : '',
      table: migration.to.table,
      mapping: this.#mapping,
      legacy,
      newSide,
      truth,
      debt,
      clock,
      slot,
      intents: parts.current !== undefined,
    });
    this.#reads = new DirectReads({ table, truth, owes: (key) => debt.owes(key), clock, random });
    this.#sinceMs = clock.nowMs();
    this.#reporting = this.#report();
  }

  /** Opens a director on a folder that no other process uses. Failures: `locked`, `truth-unknown`, `legacy-unavailable`. */
  static open(options: DirectorOptions): Promise<Director> {
    const { client, migration, random } = options;
    const newSide = new ClientNewSide(client, migration.to);
    const table = client.table(migration.to.database, migration.to.table);
    const slot = BigInt(Math.floor(random.next() * Number(VERSION_SLOTS)));
    return Director.openOn({ ...options, newSide, table, slot });
  }

  /** As `open`, on any new side. */
  static async openOn(parts: DirectorParts): Promise<Director> {
    const { migration, legacy, disk, directory, clock, newSide, current } = parts;
    const debt = await DebtQueue.open({
      disk,
      directory,
      clock,
      newSide,
      table: migration.to.table,
      current:
        current === undefined
          ? undefined
          : async (edge) => ({ ...edge, ...(await current({ ...edge, bucket: bucketOfText(String(edge.source)) })) }),
    });
    try {
      if (legacy === undefined) return new Director(parts, { truth: RETIRED, keeper: undefined }, debt);
      const keeper = await TruthKeeper.open({ legacy, migration: migration.name, disk, directory, clock });
      return new Director(parts, keptTruth(keeper), debt);
    } catch (error) {
      await debt[Symbol.asyncDispose]();
      throw error;
    }
  }

  /** Writes one key; answers when the side that decides has it durably. */
  write(write: Write): Promise<WriteResult> {
    return this.#writes.write(this.#planOf(write));
  }

  /** Reads from the side that decides. Failures of `legacy` and `target` pass through. */
  read<T>(read: Read<T>): Promise<T> {
    return this.#reads.read(read);
  }

  /** How this director stands, as plain data. */
  report(): DirectReport {
    const { migration, name, directory, clock } = this.#parts;
    const { settings, revision, newBuckets } = this.#truth.truth;
    const { keeper } = this.#truth;
    return {
      format: 1,
      director: name ?? directory,
      migration: migration.name,
      atMs: clock.nowMs(),
      sinceMs: this.#sinceMs,
      stage: settings.stage,
      revision,
      newBuckets,
      truth: keeper?.status ?? null,
      debt: this.#debt.status,
      writes: { ...this.#writes.figures, waiting: keeper?.waits ?? 0 },
      readsSinceMs: this.#reads.sinceMs,
      reads: this.#reads.reports,
      mismatches: this.#reads.mismatches,
    };
  }

  /** Waits for the shadow reads that are under way. */
  shadowsSettled(): Promise<void> {
    return this.#reads.settled();
  }

  /** Ends after the calls under way; what is owed stays on disk, for the next start. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#reads.stop();
    this.#stopping.abort();
    await this.#reads.settled();
    await this.#reporting;
    await this.#truth.keeper?.[Symbol.asyncDispose]();
    await this.#debt[Symbol.asyncDispose]();
  }

  #planOf(write: Write): PlannedWrite {
    if (this.#parts.migration.edge.version.kind === 'log') {
      const message = `${this.#parts.migration.name}: versions come from the old change log, so the director writes nothing`;
      throw new Failure(migrateFailures['versions-from-log'], message);
    }
    const [source, target] = [endOf(write.source), endOf(write.target)];
    const properties = write.kind === 'delete' ? null : this.#wholeProperties(write.properties);
    const reason = unfitInteger({ source, target, properties: properties ?? {} });
    if (reason !== undefined) throw new Failure(migrateFailures['row-unfit'], `${source} -> ${target}: ${reason}`);
    return { source, target, properties, bucket: bucketOfText(String(source)) };
  }

  /** All properties of the mapping: an edge of either side is always written whole. */
  #wholeProperties(given: JsonObject): JsonObject {
    const { propertyNames } = this.#mapping;
    const unknown = Object.keys(given).find((name) => !propertyNames.includes(name));
    if (unknown !== undefined) {
      const message = `properties: "${unknown}" is not mapped; the migration has ${propertyNames.join(', ')}`;
      throw new Failure(migrateFailures['unknown-property'], message, { property: unknown });
    }
    return Object.fromEntries(propertyNames.map((name) => [name, given[name] ?? null]));
  }

  async #report(): Promise<void> {
    const { clock, onReport } = this.#parts;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await clock.sleep(DIRECT_LIMITS.reportMs, signal).catch(() => undefined);
      const report = this.report();
      onReport?.(report);
      await this.#writeReport(report);
    }
  }

  /** A report that cannot be written harms nobody: the coordinator sees that the last one is old. */
  async #writeReport(report: DirectReport): Promise<void> {
    const { disk, directory } = this.#parts;
    try {
      const path = `${directory}/report.json`;
      const bytes = new TextEncoder().encode(`${JSON.stringify(report)}\n`);
      const file = await disk.open(`${path}.new`, { create: true });
      await file.truncate(0);
      await file.write(0, bytes);
      await file.close();
      await disk.rename(`${path}.new`, path);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
  }
}

const RETIRED = retiredTruth(SETTINGS_DEFAULT, 0);

function keptTruth(keeper: TruthKeeper): TruthSource {
  return {
    keeper,
    get truth() {
      return keeper.truth;
    },
  };
}

function endOf(end: End): string | bigint {
  return typeof end === 'number' ? BigInt(end) : end;
}
