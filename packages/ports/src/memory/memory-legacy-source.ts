import { bucketOfText } from '@actionbase/core/digest/row-digest';
import { Failure } from '@actionbase/core/failure';
import { portFailures } from '../failures.ts';
import type {
  BucketRequest,
  ChunkRequest,
  CountByRequest,
  DigestRequest,
  FollowRequest,
  LegacyChunk,
  LegacyColumn,
  LegacyCountPage,
  LegacyDigest,
  LegacyHealth,
  LegacyPosition,
  LegacyRow,
  LegacySource,
  LegacyTableDescription,
  LegacyTransaction,
  LegacyValue,
  RowRequest,
  VersionMin,
} from '../legacy.ts';
import { fieldText, RowDigests } from '../legacy-digest.ts';
import { type MemoryLegacy, parsePosition } from './memory-legacy.ts';

/** Values of a page of counts: few, so that tests see several pages. */
const PAGE_VALUES = 7;

/** Reads tables in memory and their log. */
export class MemoryLegacySource implements LegacySource {
  readonly #legacy: MemoryLegacy;

  constructor(legacy: MemoryLegacy) {
    this.#legacy = legacy;
  }

  async describe(name: string): Promise<LegacyTableDescription> {
    const { columns, primaryKey, size } = this.#legacy.table(name);
    const obstacles = primaryKey.length === 0 ? ['It has no primary key: rows could not be told apart.'] : [];
    return { table: name, columns, primaryKey, rowsAbout: size, uniqueKeys: [], obstacles, warnings: [] };
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

  async digest({ table, fields, versionMin }: DigestRequest): Promise<LegacyDigest> {
    const digests = new RowDigests(fields);
    for (const row of this.#legacy.rows(table)) if (isCounted(row, versionMin)) digests.add(row);
    return { position: this.#legacy.end(), sums: digests.sums() };
  }

  async readRow({ table, columns, key }: RowRequest): Promise<LegacyChunk> {
    const stored = this.#legacy.table(table);
    const row = stored.get(stored.keyOf(withValues(key, stored.columns)));
    return { rows: row === undefined ? [] : [pick(row, columns)], position: this.#legacy.end(), more: false };
  }

  async readBucket({ table, columns, source, bucket, versionMin }: BucketRequest): Promise<LegacyChunk> {
    const rows = this.#legacy.rows(table).filter((row) => {
      const text = fieldText(row[source.column] ?? null, source.form);
      return text !== null && bucketOfText(text) === bucket && isCounted(row, versionMin);
    });
    return { rows: rows.map((row) => pick(row, columns)), position: this.#legacy.end(), more: false };
  }

  async *countBy({ table, field }: CountByRequest): AsyncGenerator<LegacyCountPage, void> {
    const position = this.#legacy.end();
    const counts = new Map<string, bigint>();
    for (const row of this.#legacy.rows(table)) {
      const text = fieldText(row[field.column] ?? null, field.form);
      if (text !== null) counts.set(text, (counts.get(text) ?? 0n) + 1n);
    }
    const texts = [...counts.keys()];
    for (let i = 0; i < texts.length; i += PAGE_VALUES) {
      const page = texts.slice(i, i + PAGE_VALUES);
      yield { position, counts: new Map(page.map((text) => [text, counts.get(text) ?? 0n])) };
    }
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

function isCounted(row: LegacyRow, versionMin: VersionMin | undefined): boolean {
  if (versionMin === undefined) return true;
  const version = row[versionMin.column];
  return typeof version === 'bigint' && version >= versionMin.value;
}

/** A text that stands for an integer becomes one. */
function withValues(key: LegacyRow, columns: readonly LegacyColumn[]): LegacyRow {
  const entries = Object.entries(key).map(([name, value]): [string, LegacyValue] => {
    const isInteger = columns.find((column) => column.name === name)?.kind === 'integer';
    return [name, isInteger && typeof value === 'string' ? BigInt(value) : value];
  });
  return Object.fromEntries(entries);
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
