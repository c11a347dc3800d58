import type { Edge, TableHandle } from '@actionbase/client';

/** A question about one package, how often it was asked, and how long an answer took. */
export interface QueryResult {
  readonly question: string;
  /** What the first answer holds. */
  readonly answer: string;
  /** The first rows of it, as text. */
  readonly rows: readonly string[];
  readonly requests: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly msMax: number;
}

interface Query {
  readonly question: string;
  /** Sends one request. */
  readonly ask: () => Promise<Answer>;
}

interface Answer {
  readonly summary: string;
  readonly edges: readonly Edge[];
}

/** Requests before the clock runs, so that the answers of a warm server are measured. */
const warmUpRequests = 100;
const rowsShown = 3;

/** Who names `needed`, how many do, and what `needing` names itself. */
export function queriesOf(table: TableHandle, needed: string, needing: string): Query[] {
  const scan = async (index: string, options: Parameters<TableHandle['scan']>[1]): Promise<Answer> => {
    const { edges, hasNext } = await table.scan(index, options);
    return { summary: `${edges.length} edges${hasNext ? ' and more' : ''}`, edges };
  };
  const naming = { start: needed, direction: 'IN' } as const;
  const named = { start: needing, direction: 'OUT' } as const;
  return [
    {
      question: `who names ${needed}, last in the text first (scan IN newest, 10)`,
      ask: () => scan('newest', { ...naming, limit: 10 }),
    },
    {
      question: `who pre-depends on ${needed} (scan IN by_kind, 10)`,
      ask: () => scan('by_kind', { ...naming, limit: 10, ranges: 'kind:eq:Pre-Depends' }),
    },
    {
      question: `who depends on ${needed} (scan IN by_kind, 1000)`,
      ask: () => scan('by_kind', { ...naming, limit: 1000, ranges: 'kind:eq:Depends' }),
    },
    {
      question: `how many name ${needed} (count IN)`,
      ask: async () => ({ summary: String(await table.count(needed, 'IN')), edges: [] }),
    },
    {
      question: `what ${needing} names, by kind (scan OUT by_kind, 100)`,
      ask: () => scan('by_kind', { ...named, limit: 100 }),
    },
  ];
}

/** Asks each question `requests` times, one request after the other, which a client does over one connection. */
export async function measureQueries(queries: readonly Query[], requests: number): Promise<QueryResult[]> {
  const results: QueryResult[] = [];
  for (const { question, ask } of queries) {
    const { summary, edges } = await ask();
    for (let sent = 1; sent < Math.min(warmUpRequests, requests); sent += 1) await ask();
    const timesMs: number[] = [];
    for (let sent = 0; sent < requests; sent += 1) {
      const startedMs = performance.now();
      await ask();
      timesMs.push(performance.now() - startedMs);
    }
    timesMs.sort((a, b) => a - b);
    results.push({
      question,
      answer: summary,
      rows: edges.slice(0, rowsShown).map(printEdge),
      requests,
      p50Ms: quantile(timesMs, 0.5),
      p99Ms: quantile(timesMs, 0.99),
      msMax: quantile(timesMs, 1),
    });
  }
  return results;
}

function printEdge({ source, target, properties }: Edge): string {
  const { kind, position, constraint } = properties;
  const condition = constraint === null || constraint === undefined ? '' : ` (${String(constraint)})`;
  return `${String(source)} ${String(kind)}[${String(position)}] ${String(target)}${condition}`;
}

/** The smallest of the sorted values that at least this share of them doesn't exceed. */
export function quantile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
