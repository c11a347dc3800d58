// Hot: once per request. Benchmark: embedded.
import { Failure } from '@actionbase/core/failure';
import { deadlineExceeded } from '@actionbase/engine/deadline';
import { engineFailures } from '@actionbase/engine/failures';

/** A request before anything was done for it but reading its head. */
export interface Knock {
  /** When its head had arrived, and until when it may begin. */
  readonly arrivedMs: number;
  readonly deadlineMs: number;
  readonly mayWrite: boolean;
  /** Whether nobody waits for its answer any more. */
  readonly hasLeft: () => boolean;
  /** Called once, unless it has left: to begin it, or to refuse it. */
  readonly enter: (refusal: Failure | undefined) => void;
}

export interface DoorParts {
  readonly nowMs: () => number;
  /** Whether the log keeps up, so that one more mutation would not wait for long. */
  readonly takesWrites: () => boolean;
  /** Calls back when the sockets that are ready by now have been read. */
  readonly afterTurn: (turn: () => void) => void;
  /** Calls back after a moment, while there is nothing to do but wait for the log. */
  readonly afterPause: (turn: () => void) => void;
  /** How long a request may wait here, milliseconds. */
  readonly waitMsMax: number;
  /** Requests that are begun in one turn. */
  readonly begunMax: number;
  /** Requests that are refused in one turn. */
  readonly refusedMax: number;
}

/**
 * Decides when a request begins. In one turn of the event loop only so many do; the others wait, and the newest of them goes
 * first: under a load beyond what can be done it is the one whose client is still there for its answer. Who has waited for too
 * long is refused, but only so many in a turn. A client sends its next request after the answer, so this bounds what comes in:
 * nearly all of the time is left to requests that are served, whatever is offered. Mutations wait until the log takes them.
 *
 * Reading a head and refusing cost a fifth to a third of serving; without the bound, refusing ten times as many requests
 * as can be served would leave no time for serving.
 */
export class Door {
  readonly #parts: DoorParts;
  readonly #reads = new Waiting();
  readonly #writes = new Waiting();
  #begun = 0;
  #isTurnDue = false;
  #isPausing = false;
  /** Requests that were refused here so far, by code. */
  readonly refused = { overloaded: 0, 'deadline-exceeded': 0 };

  constructor(parts: DoorParts) {
    this.#parts = parts;
  }

  /** Requests that wait. */
  get waiting(): number {
    return this.#reads.count + this.#writes.count;
  }

  /** Whether a request may begin right now; if not, it has to `wait`. Who may begin is counted. */
  isOpen(mayWrite: boolean): boolean {
    this.#callTurn();
    if (this.#begun >= this.#parts.begunMax || this.#reads.count > 0) return false;
    if (mayWrite && (this.#writes.count > 0 || !this.#parts.takesWrites())) return false;
    this.#begun += 1;
    return true;
  }

  /** Has a request begin later, or refuses it. */
  wait(knock: Knock): void {
    (knock.mayWrite ? this.#writes : this.#reads).add(knock);
    this.#callTurn();
  }

  #callTurn(): void {
    if (this.#isTurnDue) return;
    this.#isTurnDue = true;
    this.#parts.afterTurn(this.#turn);
  }

  readonly #turn = (): void => {
    this.#isTurnDue = false;
    this.#begun = 0;
    if (this.waiting === 0) return;
    const nowMs = this.#parts.nowMs();
    this.#refuseLate(nowMs);
    this.#begin(nowMs);
    if (this.waiting === 0) return;
    if (this.#reads.count > 0 || this.#parts.takesWrites()) this.#callTurn();
    else this.#pause();
  };

  /** Mutations alone wait, and the log takes none: looking again at once would keep the processor busy for nothing. */
  #pause(): void {
    if (this.#isPausing) return;
    this.#isPausing = true;
    this.#parts.afterPause(() => {
      this.#isPausing = false;
      this.#turn();
    });
  }

  #refuseLate(nowMs: number): void {
    const { waitMsMax, refusedMax } = this.#parts;
    for (let refused = 0; refused < refusedMax; ) {
      const waiting = this.#reads.isOlderThan(this.#writes) ? this.#reads : this.#writes;
      const oldest = waiting.oldest;
      if (oldest === undefined || nowMs - oldest.arrivedMs < waitMsMax) return;
      waiting.takeOldest();
      if (oldest.hasLeft()) continue;
      refused += 1;
      this.#refuse(oldest, tooLong(nowMs - oldest.arrivedMs));
    }
  }

  #begin(nowMs: number): void {
    const { begunMax, takesWrites, waitMsMax } = this.#parts;
    const writesToo = takesWrites();
    while (this.#begun < begunMax) {
      const waiting = writesToo && this.#writes.isNewerThan(this.#reads) ? this.#writes : this.#reads;
      const newest = waiting.newest;
      // Whoever waits behind one that is too old is older still.
      if (newest === undefined || nowMs - newest.arrivedMs >= waitMsMax) return;
      waiting.takeNewest();
      if (newest.hasLeft()) continue;
      this.#begun += 1;
      if (newest.deadlineMs > nowMs) newest.enter(undefined);
      else this.#refuse(newest, deadlineExceeded());
    }
  }

  #refuse(knock: Knock, failure: Failure): void {
    if (failure.code === 'overloaded') this.refused.overloaded += 1;
    else this.refused['deadline-exceeded'] += 1;
    knock.enter(failure);
  }
}

function tooLong(waitedMs: number): Failure {
  const message = `the server is busy: the request waited for ${Math.round(waitedMs)} ms without being begun; send it again later`;
  return new Failure(engineFailures.overloaded, message, { waitedMs: Math.round(waitedMs) });
}

/** Places that were left at the front before they are given back. */
const LEFT_MAX = 1024;

/** Requests in the order of their arrival, taken from both ends. */
class Waiting {
  #knocks: (Knock | undefined)[] = [];
  #first = 0;

  get count(): number {
    return this.#knocks.length - this.#first;
  }

  get oldest(): Knock | undefined {
    return this.#knocks[this.#first];
  }

  get newest(): Knock | undefined {
    return this.#knocks.at(-1);
  }

  add(knock: Knock): void {
    this.#knocks.push(knock);
  }

  takeOldest(): void {
    this.#knocks[this.#first] = undefined;
    this.#first += 1;
    this.#tidy();
  }

  takeNewest(): void {
    this.#knocks.length -= 1;
    this.#tidy();
  }

  isOlderThan(other: Waiting): boolean {
    if (this.oldest === undefined || other.oldest === undefined) return this.oldest !== undefined;
    return this.oldest.arrivedMs <= other.oldest.arrivedMs;
  }

  isNewerThan(other: Waiting): boolean {
    if (this.newest === undefined || other.newest === undefined) return this.newest !== undefined;
    return this.newest.arrivedMs >= other.newest.arrivedMs;
  }

  #tidy(): void {
    if (this.count > 0 && this.#first < LEFT_MAX) return;
    this.#knocks = this.#knocks.slice(this.#first);
    this.#first = 0;
  }
}
