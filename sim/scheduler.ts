interface Task {
  readonly atMs: number;
  /** Breaks ties: what was scheduled first runs first. */
  readonly order: number;
  readonly run: () => void;
}

/**
 * Virtual time. A step takes the earliest task, sets the time to it, runs it, and lets every promise callback that follows
 * from it finish. Nothing else moves the time, so what happens is a function of what was scheduled.
 */
export class Scheduler {
  readonly #heap: Task[] = [];
  #nowMs = 0;
  #order = 0;
  #steps = 0;

  get nowMs(): number {
    return this.#nowMs;
  }

  /** How many tasks have run. */
  get steps(): number {
    return this.#steps;
  }

  schedule(delayMs: number, run: () => void): void {
    this.#push({ atMs: this.#nowMs + Math.max(0, delayMs), order: this.#order++, run });
  }

  /** Runs tasks until `isDone`, or until there are none, or until the time is up; answers whether it is done. */
  async runUntil(isDone: () => boolean, untilMs: number): Promise<boolean> {
    await settled();
    while (!isDone()) {
      const next = this.#heap[0];
      if (next === undefined || next.atMs > untilMs) return false;
      this.#pop();
      this.#nowMs = next.atMs;
      this.#steps += 1;
      next.run();
      await settled();
    }
    return true;
  }

  #push(task: Task): void {
    const heap = this.#heap;
    let place = heap.push(task) - 1;
    while (place > 0) {
      const above = (place - 1) >> 1;
      if (!isBefore(task, heap[above])) break;
      swap(heap, place, above);
      place = above;
    }
  }

  #pop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    heap[0] = last;
    for (let place = 0; ; ) {
      let first = place;
      for (const below of [2 * place + 1, 2 * place + 2]) {
        const task = heap[below];
        if (task !== undefined && isBefore(task, heap[first])) first = below;
      }
      if (first === place) return;
      swap(heap, place, first);
      place = first;
    }
  }
}

function isBefore(task: Task, other: Task | undefined): boolean {
  if (other === undefined) return true;
  return task.atMs < other.atMs || (task.atMs === other.atMs && task.order < other.order);
}

function swap(heap: Task[], a: number, b: number): void {
  const one = heap[a];
  const two = heap[b];
  if (one === undefined || two === undefined) return;
  heap[a] = two;
  heap[b] = one;
}

/** Resolves when no promise callback waits any more. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
