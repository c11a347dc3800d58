/**
 * A value, or a promise of one. Embedded stores answer reads at once, remote ones later; callers always `await`, which
 * costs next to nothing for a plain value.
 */
export type Awaitable<T> = T | Promise<T>;
