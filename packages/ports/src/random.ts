/** Chance. Only for ids and jitter: nothing that apply decides by. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** Fills the array with random bytes and returns it. */
  bytes(target: Uint8Array): Uint8Array;
}
