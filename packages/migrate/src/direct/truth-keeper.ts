import { parseJson, printJson } from '@actionbase/core/codec/json-text';
import { Failure } from '@actionbase/core/failure';
import { parseWhole } from '@actionbase/core/wire/json-place';
import type { Clock } from '@actionbase/ports/clock';
import type { Disk } from '@actionbase/ports/disk';
import type { LegacyStore, TruthMap } from '@actionbase/ports/legacy';
import { migrateFailures } from '../failures.ts';
import { type Checkpoint, FileCheckpoint } from '../send/checkpoint.ts';
import { DIRECT_LIMITS } from './limits.ts';
import { type Truth, truthOf } from './route-write.ts';
import { parseSettings, SETTINGS_DEFAULT } from './settings.ts';

export interface TruthParts {
  readonly legacy: LegacyStore;
  readonly migration: string;
  readonly disk: Disk;
  readonly directory: string;
  readonly clock: Clock;
}

/** How the knowledge of the truth stands. */
export interface TruthStatus {
  /** Time since the map was read last, milliseconds. */
  readonly ageMs: number;
  /** Why it could not be read last time, or null. */
  readonly failing: string | null;
  /** Why the settings that stand there are not used, or null. */
  readonly settingsRefused: string | null;
}

/**
 * Knows who is the truth: reads the map about once a second, and at once when a write was turned away. It never goes back to
 * an older map. Settings that cannot be read leave the last good ones in force. The last map is kept on disk, for a start
 * while the old side is down: an old map misleads nobody, since both sides turn away writes that go by it.
 */
export class TruthKeeper implements AsyncDisposable {
  readonly #parts: TruthParts;
  readonly #kept: Checkpoint;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  #map: TruthMap;
  #truth: Truth;
  #readMs: number;
  #failing: string | null = null;
  #settingsRefused: string | null = null;
  #keptText = '';
  #waits = 0;
  #look: Promise<void> | undefined;
  #keeping: Promise<void> | undefined;

  private constructor(parts: TruthParts, map: TruthMap, truth: Truth) {
    this.#parts = parts;
    this.#kept = keptOn(parts);
    this.#map = map;
    this.#truth = truth;
    this.#readMs = parts.clock.monotonicMs();
    this.#running = this.#run();
  }

  /** Reads the map. Failure `truth-unknown` when neither the old side nor the disk tells. */
  static async open(parts: TruthParts): Promise<TruthKeeper> {
    const [map, isFresh] = await readMap(parts);
    const settings = parseSettings(map.settings);
    const truth = truthOf(map, typeof settings === 'string' ? SETTINGS_DEFAULT : settings);
    const keeper = new TruthKeeper(parts, map, truth);
    if (typeof settings === 'string') keeper.#settingsRefused = settings;
    if (isFresh) await keeper.#keep();
    return keeper;
  }

  get truth(): Truth {
    return this.#truth;
  }

  get status(): TruthStatus {
    const ageMs = Math.round(this.#parts.clock.monotonicMs() - this.#readMs);
    return { ageMs, failing: this.#failing, settingsRefused: this.#settingsRefused };
  }

  /** Writes that wait for a newer map. */
  get waits(): number {
    return this.#waits;
  }

  /** Takes over a map that a write was turned away with. */
  adopt(map: TruthMap): void {
    this.#readMs = this.#parts.clock.monotonicMs();
    if (map.revision < this.#map.revision) return;
    this.#map = map;
    const settings = parseSettings(map.settings);
    this.#settingsRefused = typeof settings === 'string' ? settings : null;
    this.#truth = truthOf(map, typeof settings === 'string' ? this.#truth.settings : settings);
  }

  /** Looks until the map has a higher revision than this, for about `waitMs` at most. Throws `move-takes-long` when too many wait. */
  async waitForNewer(revision: number, waitMs: number): Promise<void> {
    if (this.#waits >= DIRECT_LIMITS.moveWaitsMax) {
      const message = `${this.#waits} writes wait for a move to end, no more may; send it again later`;
      throw new Failure(migrateFailures['move-takes-long'], message, { waits: this.#waits });
    }
    this.#waits += 1;
    try {
      const untilMs = this.#parts.clock.monotonicMs() + waitMs;
      while (this.#map.revision <= revision && this.#parts.clock.monotonicMs() < untilMs) {
        // All that wait share one look.
        this.#look ??= this.#lookSoon();
        await this.#look;
        this.#stopping.signal.throwIfAborted();
      }
    } finally {
      this.#waits -= 1;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stopping.abort(new Failure(migrateFailures['truth-unknown'], 'the director was closed'));
    await this.#running;
    await this.#look;
    await this.#keeping;
  }

  async #lookSoon(): Promise<void> {
    await this.#parts.clock.sleep(DIRECT_LIMITS.truthPollMovingMs, this.#stopping.signal).catch(() => undefined);
    await this.#refresh();
    this.#look = undefined;
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await this.#parts.clock.sleep(DIRECT_LIMITS.truthPollMs, signal).catch(() => undefined);
      if (!signal.aborted) await this.#refresh();
    }
  }

  async #refresh(): Promise<void> {
    try {
      this.adopt(await this.#parts.legacy.truth(this.#parts.migration));
      this.#failing = null;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      this.#failing = error.message;
      return;
    }
    // Nobody waits for the disk.
    this.#keeping ??= this.#keep().finally(() => {
      this.#keeping = undefined;
    });
  }

  /** The map on disk is a help for a start without the old side; that it cannot be written harms nothing now. */
  async #keep(): Promise<void> {
    const text = printMap(this.#map);
    if (text === this.#keptText || this.#settingsRefused !== null) return;
    try {
      await this.#kept.save(text);
      this.#keptText = text;
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
    }
  }
}

async function readMap(parts: TruthParts): Promise<readonly [map: TruthMap, isFresh: boolean]> {
  try {
    return [await parts.legacy.truth(parts.migration), true];
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const kept = await readKept(parts).catch(() => undefined);
    if (kept !== undefined) return [kept, false];
    throw new Failure(migrateFailures['truth-unknown'], `the truth map cannot be read: ${error.message}`, {}, error);
  }
}

async function readKept(parts: TruthParts): Promise<TruthMap | undefined> {
  const text = await keptOn(parts).load();
  return text === undefined ? undefined : parseMap(text);
}

function keptOn({ disk, directory }: TruthParts): Checkpoint {
  return new FileCheckpoint(disk, directory, 'truth.json');
}

function printMap({ revision, newBuckets, versionFloor, settings }: TruthMap): string {
  return printJson({ revision, newBuckets, versionFloor: String(versionFloor), settings });
}

function parseMap(text: string): TruthMap {
  return parseWhole(parseJson(text), '', (place) => {
    const body = place.object();
    return {
      revision: body.member('revision').integer(0, Number.MAX_SAFE_INTEGER),
      newBuckets: body.member('newBuckets').integer(0, Number.MAX_SAFE_INTEGER),
      versionFloor: BigInt(body.member('versionFloor').text()),
      settings: body.member('settings').text(),
    };
  });
}
