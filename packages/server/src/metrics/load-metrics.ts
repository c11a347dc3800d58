/** How busy the HTTP side is, and what it refused because of that. */
export interface HttpLoad {
  /** Requests that wait at the door. */
  readonly waiting: number;
  /** Requests that were refused there, by code. */
  readonly refused: Readonly<Record<string, number>>;
  readonly connections: number;
  readonly connectionsRefused: number;
  /** Bytes of answers that their readers have not taken. */
  readonly unsentBytes: number;
  /** Readers that were cut off because all such answers together were too large. */
  readonly readersCut: number;
}

/** Tells how busy the HTTP side is. */
export class LoadMetrics {
  #look: (() => HttpLoad) | undefined;

  /** Called once, with where to look. */
  watch(look: () => HttpLoad): void {
    this.#look = look;
  }

  /** The lines of the text format of Prometheus. */
  print(): string[] {
    const load = this.#look?.();
    if (load === undefined) return [];
    return [
      '# HELP actionbase_http_requests_waiting Requests that wait to be begun.',
      '# TYPE actionbase_http_requests_waiting gauge',
      `actionbase_http_requests_waiting ${load.waiting}`,
      '# HELP actionbase_http_requests_refused_total Requests that were refused because they waited for too long.',
      '# TYPE actionbase_http_requests_refused_total counter',
      ...Object.entries(load.refused).map(
        ([code, count]) => `actionbase_http_requests_refused_total{code="${code}"} ${count}`,
      ),
      '# HELP actionbase_http_connections Open connections.',
      '# TYPE actionbase_http_connections gauge',
      `actionbase_http_connections ${load.connections}`,
      '# HELP actionbase_http_connections_refused_total Connections beyond limits.connections.',
      '# TYPE actionbase_http_connections_refused_total counter',
      `actionbase_http_connections_refused_total ${load.connectionsRefused}`,
      '# HELP actionbase_http_unsent_bytes Bytes of answers that their readers have not taken.',
      '# TYPE actionbase_http_unsent_bytes gauge',
      `actionbase_http_unsent_bytes ${load.unsentBytes}`,
      '# HELP actionbase_http_readers_cut_total Readers that were cut off because all unsent answers were too large.',
      '# TYPE actionbase_http_readers_cut_total counter',
      `actionbase_http_readers_cut_total ${load.readersCut}`,
    ];
  }
}
