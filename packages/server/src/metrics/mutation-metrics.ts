import type { EntryStatus } from '@actionbase/core/model/edge';

/** Counts what mutations did, one per distinct key of a request. */
export class MutationMetrics {
  readonly #byStatus = new Map<EntryStatus, number>();

  count(results: readonly { readonly status: EntryStatus }[]): void {
    for (const { status } of results) this.add(status, 1);
  }

  /** Counts edges of a load, which have no results of their own. */
  add(status: EntryStatus, count: number): void {
    if (count > 0) this.#byStatus.set(status, (this.#byStatus.get(status) ?? 0) + count);
  }

  /** The lines of the text format of Prometheus. */
  print(): string[] {
    return [
      '# HELP actionbase_mutation_results_total Results of mutations by status, one per distinct key of a request.',
      '# TYPE actionbase_mutation_results_total counter',
      ...[...this.#byStatus].map(([status, count]) => `actionbase_mutation_results_total{status="${status}"} ${count}`),
    ];
  }
}
