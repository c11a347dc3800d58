/** Connections that one source or store opens at most, unless its settings say otherwise. */
export const CONNECTIONS_DEFAULT = 8;

/** Statements that a connection keeps prepared. */
export const PREPARED_STATEMENTS_MAX = 128;

/** Milliseconds within which a connection must be made. */
export const CONNECT_MS_MAX = 5_000;

/** Milliseconds that a short statement may take, with the wait for a connection. */
export const STATEMENT_MS_MAX = 10_000;

/** Milliseconds that the statement of one chunk may take. */
export const CHUNK_MS_MAX = 120_000;

/** Milliseconds that the digest of a whole table may take. */
export const DIGEST_MS_MAX = 4 * 3_600_000;

/** Times that a snapshot is begun anew in the hope that nobody commits meanwhile, before the server must search its log. */
export const POSITION_ATTEMPTS_MAX = 5;

/** Values of one page of counts. */
export const COUNT_PAGE_VALUES = 10_000;

/** Bytes of one transaction's changes in the log that are kept to give it whole, unless the settings say otherwise. */
export const TRANSACTION_BYTES_MAX = 256 * 1024 * 1024;

/** Bytes of changes that were read and not yet taken, at which reading the log pauses. */
export const QUEUE_BYTES_MAX = 8 * 1024 * 1024;

/** Milliseconds of silence after which the connection to the log counts as lost; the server says something every second. */
export const SILENCE_MS_MAX = 10_000;

/** Milliseconds for which following goes on trying when the server can't be reached, before it fails. */
export const BRIDGED_OUTAGE_MS_MAX = 15_000;

/** Milliseconds between two attempts to reach the log again. */
export const RECONNECT_PAUSE_MS = 250;

/** Seconds that a writer waits for a row that another one holds. */
export const LOCK_WAIT_S_MAX = 5;

/** Seconds that a hold waits for the writes under way. */
export const HOLD_WAIT_S_MAX = 2;

/** Seconds after which the server releases a hold whose holder says nothing. */
export const HOLD_S_MAX = 30;

/** Times that a write is tried again because the server broke a deadlock by it. */
export const DEADLOCK_RETRIES_MAX = 5;
