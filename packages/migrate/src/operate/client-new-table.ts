import type { ActionbaseClient, AuditDifference, LogLine } from '@actionbase/client';
import { endOfFeed } from '../back/end-of-feed.ts';
import type { Migration } from '../declare/migration.ts';
import type { RowMapping } from '../declare/row-mapping.ts';
import type { DerivedDifference, NewDigest, NewTable } from '../prove/new-table.ts';
import type { RowKey, ShownEdge } from '../prove/row-texts.ts';

export interface NewTableParts {
  readonly client: ActionbaseClient;
  readonly to: Migration['to'];
  readonly mapping: RowMapping;
  /** Rows per second that an audit reads. */
  readonly auditRowsPerS?: number | undefined;
}

/** The new table over HTTP. */
export class ClientNewTable implements NewTable {
  readonly #client: ActionbaseClient;
  readonly #to: Migration['to'];
  /** What digests are made of, as on the old side. */
  readonly #fields: readonly string[];
  readonly #auditRowsPerS: number | undefined;

  /** Without `auditRowsPerS` audits read as fast as the server lets them by itself. */
  constructor({ client, to, mapping, auditRowsPerS }: NewTableParts) {
    this.#client = client;
    this.#to = to;
    this.#auditRowsPerS = auditRowsPerS;
    this.#fields = ['source', 'target', ...mapping.propertyNames];
  }

  async end(): Promise<string | undefined> {
    return positionOf(await endOfFeed(this.#client));
  }

  async *changes(from: string | undefined): AsyncGenerator<LogLine, string | undefined> {
    const { database, table } = this.#to;
    const reader = this.#client.log.cdc({ from, table: `${database}.${table}` });
    yield* reader;
    return positionOf(reader.position);
  }

  async digest(): Promise<NewDigest> {
    const { database, table } = this.#to;
    return this.#client.digest(database, table, { fields: this.#fields });
  }

  async edgesOf(bucket: number): Promise<readonly ShownEdge[]> {
    const { database, table } = this.#to;
    return (await this.#client.bucketEdges(database, table, { fields: this.#fields, bucket })).edges;
  }

  async get({ source, target }: RowKey): Promise<ShownEdge | undefined> {
    return this.#client.table(this.#to.database, this.#to.table).get(source, target);
  }

  async *audit(): AsyncGenerator<DerivedDifference> {
    const { database, table } = this.#to;
    for await (const line of this.#client.audit(database, table, { ratePerS: this.#auditRowsPerS })) {
      if (line.kind === 'difference') yield derivedDifference(line.difference);
    }
  }
}

/** `first` before anything was written. */
function positionOf(position: string | undefined): string | undefined {
  return position === 'first' ? undefined : position;
}

function derivedDifference(difference: AuditDifference): DerivedDifference {
  const { problem, row, name, direction, vertex, edge, expected, found, key, qualifier, touchedBy } = difference;
  const of = edge === null ? JSON.stringify(vertex) : JSON.stringify(edge);
  const what = [problem, row, name, direction].filter((part) => part !== null).join(' ');
  return {
    id: `${row}:${key}:${qualifier ?? ''}`,
    text: `${what} of ${of}: expected ${JSON.stringify(expected)}, found ${JSON.stringify(found)} (key ${key})`,
    touchedBy: touchedBy.map((touch) => String(touch.position ?? JSON.stringify(touch))),
  };
}
