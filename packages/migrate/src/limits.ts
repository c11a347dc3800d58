/** Edges of one request to the new table. */
export const REQUEST_EDGES_MAX = 500;

/** Requests to the new table that are under way at a time. */
export const REQUESTS_IN_FLIGHT_MAX = 3;

/** Milliseconds until something that failed and may be tried again is tried again. */
export const RETRY_MS = 250;

/** Milliseconds for which the copier goes on trying while nothing gets through, before it fails. */
export const COPY_PATIENCE_MS = 300_000;

/** Milliseconds after which the copier asks again whether the old database is less busy. */
export const BUSY_PAUSE_MS = 200;

/** Changes of the old log that were read and are not in the new table yet, at which reading pauses. */
export const FOLLOW_QUEUE_CHANGES_MAX = 20_000;

/** Changes that the follower takes at once, unless one transaction has more. */
export const FOLLOW_BATCH_CHANGES_MAX = 2_000;

/** Milliseconds after which the follower writes down how far it has read when nothing but foreign transactions came. */
export const IDLE_SAVE_MS = 1_000;
