import { Failure } from '@actionbase/core/failure';
import { portFailures } from '../failures.ts';
import type {
  ChunkRequest,
  DigestRequest,
  FollowRequest,
  LegacyChunk,
  LegacyDigest,
  LegacyHealth,
  LegacyPosition,
  LegacyRow,
  LegacySource,
  LegacyTableDescription,
  LegacyTransaction,
} from '../legacy.ts';
import { RowDigests } from '../legacy-digest.ts';
import { type MemoryLegacy, parsePosition } from './memory-legacy.ts';

/** Reads tables in memory and their log. */
export class MemoryLegacySource implements LegacySource {
  readonly #legacy: MemoryLegacy;

  constructor(legacy: MemoryLegacy) {
    this.#legacy = legacy;
  }

  async describe(name: string): Promise<LegacyTableDescription> {
    const { columns, primaryKey, size } = this.#legacy.table(name);
    const obstacles = primaryKey.length === 0 ? ['It has no primary key: rows could not be told apart.'] : [];
    return { table: name, columns, primaryKey, rowsAbout: size, obstacles };
  }

  async position(): Promise<LegacyPosition> {
    return this.#legacy.end();
  }

  rank(position: LegacyPosition): bigint {
    return parsePosition(position);
  }

  async readChunk({ table, columns, rowsMax, ...range }: ChunkRequest): Promise<LegacyChunk> {
    const rows = this.#legacy.table(table).read(range, rowsMax + 1);
    return {
      rows: rows.slice(0, rowsMax).map((row) => pick(row, columns)),
      position: this.#legacy.end(),
      more: rows.length > rowsMax,
    };
  }

  async digest({ table, fields }: DigestRequest): Promise<LegacyDigest> {
    const digests = new RowDigests(fields);
    for (const row of this.#legacy.rows(table)) digests.add(row);
    return { position: this.#legacy.end(), sums: digests.sums() };
  }

  async *follow({ tables, from, signal }: FollowRequest): AsyncGenerator<LegacyTransaction, void> {
    let at = from;
    while (!signal.aborted) {
      const record = this.#legacy.recordAfter(at);
      if (record === undefined) {
        await this.#legacy.grown(signal);
        continue;
      }
      at = record.position;
      if (record.alteredTable !== undefined && tables.includes(record.alteredTable)) {
        throw schemaChanged(record.alteredTable, at);
      }
      const changes = record.changes.filter(({ table }) => tables.includes(table));
      yield { position: at, committedMs: record.committedMs, changes };
    }
  }

  async health(): Promise<LegacyHealth> {
    return { threadsRunning: this.#legacy.threadsRunning, pingMs: 0 };
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

function pick(row: LegacyRow, columns: readonly string[]): LegacyRow {
  return Object.fromEntries(columns.map((name) => [name, row[name] ?? null]));
}

function schemaChanged(table: string, position: LegacyPosition): Failure {
  return new Failure(
    portFailures['legacy-schema-changed'],
    `The columns of ${table} changed. Compare the declaration with the table, then go on from ${position}.`,
    { position },
  );
}
