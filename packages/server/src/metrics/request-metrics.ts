// Hot: once per request. Benchmark: http.

/** Upper bounds of the buckets of a duration, in seconds. */
const BOUNDS_SECONDS = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] as const;

/** What was seen of one route. */
interface RouteCounts {
  readonly byStatus: Map<number, number>;
  /** Requests at or below each bound and above the one before it; the last one is above all bounds. */
  readonly buckets: number[];
  seconds: number;
}

/** Counts requests by route and status, and their durations by route. */
export class RequestMetrics {
  /** Requests that are being answered. */
  inFlight = 0;
  readonly #routes = new Map<string, RouteCounts>();

  /** `route` is a method and a template, never a path: the number of routes is small. */
  count(route: string, status: number, durationMs: number): void {
    let counts = this.#routes.get(route);
    if (counts === undefined) {
      counts = { byStatus: new Map(), buckets: new Array<number>(BOUNDS_SECONDS.length + 1).fill(0), seconds: 0 };
      this.#routes.set(route, counts);
    }
    counts.byStatus.set(status, (counts.byStatus.get(status) ?? 0) + 1);
    const seconds = durationMs / 1000;
    counts.seconds += seconds;
    let bucket = 0;
    while (seconds > (BOUNDS_SECONDS[bucket] ?? Number.POSITIVE_INFINITY)) bucket++;
    counts.buckets[bucket] = (counts.buckets[bucket] ?? 0) + 1;
  }

  /** The lines of the text format of Prometheus. */
  print(): string[] {
    const routes = [...this.#routes].sort(([a], [b]) => (a < b ? -1 : 1));
    return [
      '# HELP actionbase_http_requests_total Answered requests.',
      '# TYPE actionbase_http_requests_total counter',
      ...routes.flatMap(([route, counts]) => printStatuses(route, counts)),
      '# HELP actionbase_http_request_duration_seconds Time from a request to its answer.',
      '# TYPE actionbase_http_request_duration_seconds histogram',
      ...routes.flatMap(([route, counts]) => printDurations(route, counts)),
      '# HELP actionbase_http_requests_in_flight Requests that are being answered.',
      '# TYPE actionbase_http_requests_in_flight gauge',
      `actionbase_http_requests_in_flight ${this.inFlight}`,
    ];
  }
}

function printStatuses(route: string, counts: RouteCounts): string[] {
  return [...counts.byStatus].map(
    ([status, count]) => `actionbase_http_requests_total{${routeLabels(route)},status="${status}"} ${count}`,
  );
}

function printDurations(route: string, counts: RouteCounts): string[] {
  const name = 'actionbase_http_request_duration_seconds';
  const labels = routeLabels(route);
  let total = 0;
  const buckets = counts.buckets.map((count, place) => {
    total += count;
    return `${name}_bucket{${labels},le="${BOUNDS_SECONDS[place] ?? '+Inf'}"} ${total}`;
  });
  return [...buckets, `${name}_sum{${labels}} ${counts.seconds}`, `${name}_count{${labels}} ${total}`];
}

function routeLabels(route: string): string {
  const blank = route.indexOf(' ');
  return `method="${route.slice(0, blank)}",route="${route.slice(blank + 1)}"`;
}
