import type { WatchedFiles } from './file-watch.ts';

/** Counts refused accesses by why, and tells how the files are that access stands on. */
export class AccessMetrics {
  readonly #refusals = new Map<string, number>();
  readonly #broken = new Map<WatchedFiles['name'], boolean>();
  #tokens: number | null = null;
  #certificateExpiresMs: number | null = null;

  refused(reason: string): void {
    this.#refusals.set(reason, (this.#refusals.get(reason) ?? 0) + 1);
  }

  /** Notes how the last reading of a file ended. */
  read(name: WatchedFiles['name'], failed: boolean): void {
    this.#broken.set(name, failed);
  }

  setTokens(count: number): void {
    this.#tokens = count;
  }

  setCertificateExpiry(expiresMs: number): void {
    this.#certificateExpiresMs = expiresMs;
  }

  /** The lines of the text format of Prometheus. */
  print(): string[] {
    return [
      '# HELP actionbase_access_refusals_total Requests without a valid token, or whose token lacked a right.',
      '# TYPE actionbase_access_refusals_total counter',
      ...[...this.#refusals].map(([reason, count]) => `actionbase_access_refusals_total{reason="${reason}"} ${count}`),
      '# HELP actionbase_access_file_broken 1 while a file that access stands on cannot be read, and its last good state is used.',
      '# TYPE actionbase_access_file_broken gauge',
      ...[...this.#broken].map(([name, failed]) => `actionbase_access_file_broken{file="${name}"} ${failed ? 1 : 0}`),
      ...printGauge('actionbase_access_tokens', 'Tokens in the file, expired ones included.', this.#tokens),
      ...printGauge(
        'actionbase_tls_certificate_expires_seconds',
        'End of the life of the TLS certificate, in seconds since 1970.',
        this.#certificateExpiresMs === null ? null : this.#certificateExpiresMs / 1000,
      ),
    ];
  }
}

function printGauge(name: string, help: string, value: number | null): string[] {
  return value === null ? [] : [`# HELP ${name} ${help}`, `# TYPE ${name} gauge`, `${name} ${value}`];
}
