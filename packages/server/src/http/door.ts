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
  /** How long a request may wait here, milliseconds, while more than `patientMax` do. */
  readonly waitMsMax: number;
  /** So many may wait until their deadlines. */
  readonly patientMax: number;
  /** Requests that are begun in one turn, and milliseconds after which no more are. */
  readonly begunMax: number;
  readonly turnMsMax: number;
  /** Requests that are refused per millisecond: what is left of the time is for those that are served. */
  readonly refusedPerMsMax: number;
}

/**
 * Decides when a request begins. In one turn of the event loop only so many do, and fewer when they take long; the others
 * wait. As long as they are few, each waits until its deadline. The oldest goes first, until it has waited for half of the time that it
 * may; from then on the newest: under a load beyond what can be done it is the one whose client is still there for its answer. Who has waited for too
 * long is refused, but only so many in a time. A client sends its next request after the answer, so this bounds what comes in:
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
  /** When the first request of this turn was begun. */
  #beganMs = 0;
  /** How many of those that wait are begun together: fewer when the last ones took long. */
  #lot = 1;
  #lastTurnMs = 0;
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
  isOpen(mayWrite: boolean, nowMs: number): boolean {
    const { begunMax, turnMsMax, takesWrites } = this.#parts;
    this.#callTurn();
    if (this.#begun >= begunMax || this.#reads.count > 0) return false;
    if (this.#begun > 0 && nowMs - this.#beganMs >= turnMsMax) return false;
    if (mayWrite && (this.#writes.count > 0 || !takesWrites())) return false;
    if (this.#begun === 0) this.#beganMs = nowMs;
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
    const begun = this.#begun;
    this.#begun = 0;
    if (this.waiting === 0) return;
    const { nowMs: now, begunMax, turnMsMax } = this.#parts;
    const nowMs = now();
    if (begun > 0) {
      const tookLong = nowMs - this.#beganMs > turnMsMax;
      this.#lot = tookLong ? Math.max(1, Math.floor(this.#lot / 2)) : Math.min(begunMax, this.#lot * 2);
    }
    this.#refuseLate(nowMs);
    this.#lastTurnMs = nowMs;
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
    const { waitMsMax, patientMax, refusedPerMsMax } = this.#parts;
    const most = Math.max(1, refusedPerMsMax * (nowMs - this.#lastTurnMs));
    for (let refused = 0; refused < most && this.waiting > patientMax; ) {
      const waiting = this.#reads.isOlderThan(this.#writes) ? this.#reads : this.#writes;
      const oldest = waiting.oldest;
      if (oldest === undefined || nowMs - oldest.arrivedMs < waitMsMax) break;
      waiting.takeOldest();
      if (oldest.hasLeft()) continue;
      refused += 1;
      this.#refuse(oldest, tooLong(nowMs - oldest.arrivedMs));
    }
    if (this.waiting > patientMax) return;
    for (const knock of this.#writes.takeExpired(nowMs)) {
      if (!knock.hasLeft()) this.#refuse(knock, deadlineExceeded());
    }
  }

  #begin(nowMs: number): void {
    const { takesWrites, waitMsMax } = this.#parts;
    const writesToo = takesWrites();
    this.#beganMs = nowMs;
    while (this.#begun < this.#lot) {
      const isPatient = this.#isPatient(nowMs);
      const waiting = writesToo && this.#areWritesNext(isPatient) ? this.#writes : this.#reads;
      const next = isPatient ? waiting.oldest : waiting.newest;
      // Whoever waits behind the newest is older still, and will be refused.
      if (next === undefined || (!isPatient && nowMs - next.arrivedMs >= waitMsMax)) return;
      if (isPatient) waiting.takeOldest();
      else waiting.takeNewest();
      if (next.hasLeft()) continue;
      this.#begun += 1;
      if (next.deadlineMs > nowMs) next.enter(undefined);
      else this.#refuse(next, deadlineExceeded());
    }
  }

  /** Whether those that wait are few, or do not wait for long: then nobody has to go first. */
  #isPatient(nowMs: number): boolean {
    const { patientMax, waitMsMax } = this.#parts;
    if (this.waiting <= patientMax) return true;
    const { oldest } = this.#reads.isOlderThan(this.#writes) ? this.#reads : this.#writes;
    return oldest !== undefined && nowMs - oldest.arrivedMs < waitMsMax / 2;
  }

  #areWritesNext(isPatient: boolean): boolean {
    return isPatient ? this.#writes.isOlderThan(this.#reads) : this.#writes.isNewerThan(this.#reads);
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

  /** Takes those whose deadline has passed. */
  takeExpired(nowMs: number): Knock[] {
    const all = this.#knocks.slice(this.#first).filter((knock) => knock !== undefined);
    const expired = all.filter((knock) => knock.deadlineMs <= nowMs);
    if (expired.length > 0) {
      this.#knocks = all.filter((knock) => knock.deadlineMs > nowMs);
      this.#first = 0;
    }
    return expired;
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
