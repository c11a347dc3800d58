/** Keys that one batch of deltas may name: a batch is one script, and Redis does nothing else while it runs. */
export const BATCH_KEYS_MAX = 20_000;

/** Keys of one MGET, MSET or page of a scan. */
export const PAGE_KEYS_MAX = 1_000;

/** How long a call tries, its retries included, unless `open` is told otherwise, milliseconds. */
export const CALL_MS_DEFAULT = 5_000;

/** The longest that one attempt of a call waits for its answer, milliseconds. */
export const ATTEMPT_MS_MAX = 2_000;

/** The wait before the first retry, milliseconds; each later one is twice as long. */
export const RETRY_WAIT_MS_MIN = 20;

/** The longest wait before a retry, milliseconds. */
export const RETRY_WAIT_MS_MAX = 500;
