import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 10;
const NANOS_PER_SECOND = 1e9;

/** How long the process was kept from looking at its sockets, since the last time that this was asked. */
export class EventLoopDelay implements Disposable {
  readonly #histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });

  constructor() {
    this.#histogram.enable();
  }

  /** The lines of the text format of Prometheus. */
  print(): string[] {
    const { max, count } = this.#histogram;
    this.#histogram.reset();
    const seconds = count === 0 ? 0 : Math.max(0, max / NANOS_PER_SECOND - RESOLUTION_MS / 1000);
    return [
      '# HELP nodejs_eventloop_delay_seconds_max Longest time without a look at the sockets, since the last scrape.',
      '# TYPE nodejs_eventloop_delay_seconds_max gauge',
      `nodejs_eventloop_delay_seconds_max ${seconds}`,
    ];
  }

  [Symbol.dispose](): void {
    this.#histogram.disable();
  }
}
