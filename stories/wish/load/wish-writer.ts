import type { Clock } from '@actionbase/ports/clock';
import { SeededRandom } from '@actionbase/ports/memory/seeded-random';
import type { WishKey } from '../app/wish-store.ts';
import { LatencyHistogram } from './latency-histogram.ts';
import { keyOf, keyText, type Ledger, type WriteOp } from './ledger.ts';
import { Pace } from './pace.ts';
import type { WishClient } from './wish-client.ts';
import type { WishPopulation } from './wish-population.ts';
import { Zipf } from './zipf.ts';

export interface WriterOptions {
  readonly client: Pick<WishClient, 'add' | 'remove'>;
  readonly ledger: Ledger;
  readonly population: WishPopulation;
  readonly clock: Clock;
  readonly seed: number;
  /** Writes under way at once. Each lane has users of its own, so no two writes of a key ever are. */
  readonly lanes: number;
  /** Of all lanes together; as fast as they can without. */
  readonly perS?: number;
  readonly signal: AbortSignal;
  /** Writes after which it ends by itself. */
  readonly writesMax?: number;
}

export interface WriterFigures {
  readonly acknowledged: number;
  /** Writes that were not acknowledged: each of them is an error that a user has seen. */
  readonly failed: number;
  readonly latency: LatencyHistogram;
  /** The first few errors, for people. */
  readonly errors: readonly string[];
}

/** Keys that a lane remembers, to have something to remove. */
const KNOWN_KEYS_MAX = 1_000;

/** Errors that are kept with their words. */
const ERRORS_MAX = 20;

/** How long a lane waits after a write that failed, milliseconds. */
const FAILED_WAIT_MS = 50;

/**
 * Adds and removes wishes until the signal aborts, hot users and products more often, and writes everything down. A key whose
 * write was not acknowledged is never written again: late or not, only two outcomes are possible for it.
 */
export async function runWriter(options: WriterOptions): Promise<WriterFigures> {
  const shared: Shared = {
    pace: new Pace(options.clock, options.perS),
    users: new Zipf(Math.max(1, Math.floor(options.population.options.users / options.lanes)), 0.8),
    latency: new LatencyHistogram(),
    errors: [],
    acknowledged: 0,
    failed: 0,
    left: options.writesMax ?? Number.POSITIVE_INFINITY,
  };
  await Promise.all(Array.from({ length: options.lanes }, (_, lane) => runLane(options, shared, lane)));
  const { acknowledged, failed, latency, errors } = shared;
  return { acknowledged, failed, latency, errors };
}

/** What the lanes share: they take turns, being one thread. */
interface Shared {
  readonly pace: Pace;
  readonly users: Zipf;
  readonly latency: LatencyHistogram;
  readonly errors: string[];
  acknowledged: number;
  failed: number;
  left: number;
}

async function runLane(options: WriterOptions, shared: Shared, lane: number): Promise<void> {
  const { client, ledger, clock, signal } = options;
  const draw = new LaneDraw(options, shared.users, lane);
  while (shared.left-- > 0) {
    const dueMs = await shared.pace.next(signal);
    if (dueMs === undefined) return;
    const op = draw.next();
    const requestId = ledger.begin({ lane, op, sentMs: clock.nowMs() });
    try {
      await (op.kind === 'add' ? client.add(op.wish) : client.remove(op.key));
      ledger.end(requestId, { kind: 'acknowledged', atMs: clock.nowMs() });
      shared.acknowledged++;
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      ledger.end(requestId, { kind: 'open', why });
      draw.avoid(op);
      shared.failed++;
      if (shared.errors.length < ERRORS_MAX) shared.errors.push(why);
      await clock.sleep(FAILED_WAIT_MS);
    }
    shared.latency.record(clock.monotonicMs() - dueMs);
  }
}

/** What a lane writes next: a function of the seed, the lane, and the keys to be avoided. */
class LaneDraw {
  readonly #options: WriterOptions;
  readonly #users: Zipf;
  readonly #lane: number;
  readonly #random: SeededRandom;
  readonly #known: WriteOp[] = [];
  readonly #avoided = new Set<string>();

  constructor(options: WriterOptions, users: Zipf, lane: number) {
    this.#options = options;
    this.#users = users;
    this.#lane = lane;
    this.#random = new SeededRandom(options.seed * 1_009 + lane);
  }

  avoid(op: WriteOp): void {
    this.#avoided.add(keyText(keyOf(op)));
  }

  next(): WriteOp {
    for (;;) {
      const op = this.#random.below(10) < 6 ? this.#drawAdd() : this.#drawRemove();
      if (this.#avoided.has(keyText(keyOf(op)))) continue;
      if (op.kind === 'add') this.#remember(op);
      return op;
    }
  }

  #drawAdd(): WriteOp {
    const random = this.#random;
    const { clock, population } = this.#options;
    const userId = this.#drawUser();
    const productId = BigInt(population.drawProduct(random));
    return { kind: 'add', wish: { userId, productId, createdAtMs: clock.nowMs(), note: population.drawNote(random) } };
  }

  /** Something that this lane has added, or that the user began with, or nothing that is there. */
  #drawRemove(): WriteOp {
    const random = this.#random;
    const from = random.below(10);
    if (from < 5) {
      const known = this.#known[random.below(Math.max(1, this.#known.length))];
      if (known !== undefined) return { kind: 'remove', key: keyOnly(keyOf(known)) };
    }
    const userId = this.#drawUser();
    const seeded = from < 9 ? this.#options.population.wishesOfUser(userId) : [];
    const wish = seeded[random.below(Math.max(1, seeded.length))];
    const productId = wish?.productId ?? BigInt(this.#options.population.drawProduct(random));
    return { kind: 'remove', key: { userId, productId } };
  }

  #drawUser(): bigint {
    return BigInt(1 + this.#lane + this.#users.draw(this.#random) * this.#options.lanes);
  }

  #remember(op: WriteOp): void {
    if (this.#known.length < KNOWN_KEYS_MAX) this.#known.push(op);
    else this.#known[this.#random.below(KNOWN_KEYS_MAX)] = op;
  }
}

function keyOnly({ userId, productId }: WishKey): WishKey {
  return { userId, productId };
}
