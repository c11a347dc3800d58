import type { SendableRow } from './batch-sender.ts';

export interface LanesParts {
  /** How many batches may be under way. */
  readonly lanes: number;
  readonly batchRowsMax: number;
  readonly send: (rows: readonly SendableRow[]) => Promise<void>;
}

/** A batch's text may hold about this many characters: far below what a server takes as a body. */
const BATCH_CHARACTERS_MAX = 2_000_000;

/**
 * Gathers rows into batches and sends them side by side. Rows of one edge always go the same lane and never into one
 * batch, so that they take effect one by one in the order of the file, however the batches fall: a load that is resumed in
 * the middle leaves the same as one that ran through.
 */
export class Lanes {
  readonly #parts: LanesParts;
  readonly #lanes: readonly Lane[];
  #failure: { readonly error: unknown } | null = null;

  constructor(parts: LanesParts) {
    this.#parts = parts;
    this.#lanes = Array.from({ length: parts.lanes }, newLane);
  }

  /** Takes a row of so many characters; waits while its lane is busy. Throws what stopped the sending of an earlier one. */
  async add(row: SendableRow, characters: number): Promise<void> {
    this.#throwFailure();
    const lane = this.#lanes[hash(row.key) % this.#lanes.length];
    if (lane === undefined) return;
    if (lane.keys.has(row.key)) await this.#start(lane);
    lane.rows.push(row);
    lane.keys.add(row.key);
    lane.characters += characters;
    if (lane.rows.length >= this.#parts.batchRowsMax || lane.characters >= BATCH_CHARACTERS_MAX)
      await this.#start(lane);
  }

  /** Sends what was gathered and waits for everything under way. */
  async flush(): Promise<void> {
    for (const lane of this.#lanes) await this.#start(lane);
    for (const lane of this.#lanes) await lane.sending;
    this.#throwFailure();
  }

  /** Waits for what is under way, and sends nothing more. */
  async drain(): Promise<void> {
    for (const lane of this.#lanes) await lane.sending;
  }

  /** Sends the lane's rows once its batch before has been answered. */
  async #start(lane: Lane): Promise<void> {
    await lane.sending;
    this.#throwFailure();
    if (lane.rows.length === 0) return;
    const { rows } = lane;
    Object.assign(lane, newLane());
    lane.sending = this.#parts.send(rows).catch((error: unknown) => {
      this.#failure ??= { error };
    });
  }

  #throwFailure(): void {
    if (this.#failure !== null) throw this.#failure.error;
  }
}

interface Lane {
  rows: SendableRow[];
  keys: Set<string>;
  characters: number;
  /** Never rejects. */
  sending: Promise<void>;
}

function newLane(): Lane {
  return { rows: [], keys: new Set(), characters: 0, sending: Promise.resolve() };
}

/** FNV-1a over the characters. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}
