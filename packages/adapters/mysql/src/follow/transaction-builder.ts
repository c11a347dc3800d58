import { Failure } from '@actionbase/core/failure';
import { portFailures } from '@actionbase/ports/failures';
import type { LegacyChange, LegacyTransaction } from '@actionbase/ports/legacy';
import type { GtidPosition } from '../gtid-position.ts';
import { refused } from '../mysql-failure.ts';
import type { LogEvent, LoggedColumn } from './log-event.ts';
import { statementEffect } from './statement-effect.ts';

export interface TransactionBuilderOptions {
  readonly schema: string;
  readonly tables: readonly string[];
  readonly from: GtidPosition;
  readonly bytesMax: number;
  /** The columns that were seen last, kept over connections. */
  readonly columns: Map<string, readonly LoggedColumn[]>;
}

/** A finished transaction, and how many bytes of the log its changes had. */
export interface BuiltTransaction {
  readonly transaction: LegacyTransaction;
  readonly bytes: number;
}

interface OpenTransaction {
  readonly gtid: string;
  readonly atMs: number;
  readonly isAlone: boolean;
  readonly changes: LegacyChange[];
  bytes: number;
}

/**
 * Puts transactions together from the events of the log, in order. Throws where following can't go on: after a change of a
 * followed table's columns, and where the log doesn't tell what happened to its rows.
 */
export class TransactionBuilder {
  readonly #options: TransactionBuilderOptions;
  readonly #followed: readonly { readonly schema: string; readonly table: string }[];
  #position: GtidPosition;
  #open: OpenTransaction | undefined;

  constructor(options: TransactionBuilderOptions) {
    this.#options = options;
    this.#followed = options.tables.map((table) => ({ schema: options.schema, table }));
    this.#position = options.from;
  }

  /** Takes the next event; gives the transaction that it ends, if it ends one. */
  take(event: LogEvent): BuiltTransaction | undefined {
    switch (event.kind) {
      case 'begin':
        this.#open = { gtid: event.gtid, atMs: event.atMs, isAlone: event.isAlone, changes: [], bytes: 0 };
        return undefined;
      case 'table':
        this.#compare(event.table, event.columns);
        return undefined;
      case 'rows':
        this.#add(event);
        return undefined;
      case 'statement':
        return this.#statement(event.text, event.schema);
      case 'commit':
        return this.#finish();
      case 'prepared':
        return this.#prepared();
    }
  }

  #compare(table: string, columns: readonly LoggedColumn[]): void {
    const before = this.#options.columns.get(table);
    this.#options.columns.set(table, columns);
    if (before === undefined || print(before) === print(columns)) return;
    throw schemaChanged(`The columns of ${table} changed from ${print(before)} to ${print(columns)}`, this.#position);
  }

  #add({ table, bytes, rows }: Extract<LogEvent, { kind: 'rows' }>): void {
    const open = this.#open;
    if (open === undefined) throw refused(`the log gives rows of ${table} outside of any transaction`);
    open.bytes += bytes;
    if (open.bytes > this.#options.bytesMax) {
      throw refused(
        `the transaction ${open.gtid} has more than ${this.#options.bytesMax} bytes of changes: allow more by transactionBytesMax`,
      );
    }
    for (const row of rows) open.changes.push({ table, ...row });
  }

  #statement(text: string, schema: string): BuiltTransaction | undefined {
    const effect = statementEffect(text, schema, this.#followed);
    const after = this.#open === undefined ? this.#position : this.#position.after(this.#open.gtid);
    if (effect.kind === 'schema') {
      this.#options.columns.delete(effect.table.table);
      throw schemaChanged(`${effect.table.table} was changed by: ${shorten(text)}`, after);
    }
    if (effect.kind === 'rows') {
      throw refused(
        `rows of ${effect.table.table} were changed by a statement that the log has as text only, not as rows: ${shorten(text)}`,
      );
    }
    const ends = this.#open?.isAlone === true || /^\s*(?:COMMIT|ROLLBACK)\s*$/i.test(text);
    return ends ? this.#finish() : undefined;
  }

  #prepared(): BuiltTransaction | undefined {
    if (this.#open !== undefined && this.#open.changes.length > 0) {
      throw refused('an XA transaction changed rows of a followed table; whether it was committed is not known here');
    }
    return this.#finish();
  }

  #finish(): BuiltTransaction | undefined {
    const open = this.#open;
    if (open === undefined) return undefined;
    this.#open = undefined;
    this.#position = this.#position.after(open.gtid);
    const transaction = { position: this.#position.print(), committedMs: open.atMs, changes: open.changes };
    return { transaction, bytes: open.bytes };
  }
}

const TEXT_SHOWN = 200;

function shorten(text: string): string {
  return text.length <= TEXT_SHOWN ? text : `${text.slice(0, TEXT_SHOWN)}…`;
}

function print(columns: readonly LoggedColumn[]): string {
  return columns.map(({ name, type }) => `${name} ${type}`).join(', ');
}

function schemaChanged(what: string, position: GtidPosition): Failure {
  const next = position.print();
  return new Failure(
    portFailures['legacy-schema-changed'],
    `${what}. Compare the declaration with the table, then go on from ${next}.`,
    { position: next },
  );
}
