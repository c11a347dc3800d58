/** What a load consists of. */
export interface Calls {
  /** The bytes of the n-th call, as text of one byte per character. */
  request(call: number): string;
  /** Told of each answer, head and body. */
  answered(call: number, status: number, answer: string): void;
  /** Told of each call whose answer never came. */
  unknown(call: number): void;
}
