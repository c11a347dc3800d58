/** An edge as an answer or a change record shows it: its key and everything else as one text. */
export interface ShownEdge {
  readonly source: number;
  readonly target: string;
  /** Version and properties, printed. */
  readonly text: string;
}

/** When an operation began and ended, as places in the one order in which its observer saw all beginnings and ends. */
export interface Span {
  readonly began: number;
  readonly ended: number;
}

/** One thing that a client asked for, and what it was told. */
export type Operation = Span & (MutateOperation | ReadOperation);

export interface MutateOperation {
  readonly kind: 'mutate';
  readonly requestId: string;
  readonly source: number;
  readonly target: string;
  /** Null when no answer came, or one that leaves the outcome open. */
  readonly status: string | null;
}

/** A read of one edge, or of all edges of a source: newest first, or just their number. */
export type ReadOperation =
  | { readonly kind: 'get'; readonly source: number; readonly target: string; readonly edge: string | null }
  | { readonly kind: 'scan'; readonly source: number; readonly edges: readonly string[] }
  | { readonly kind: 'count'; readonly source: number; readonly count: number };

/** One change as the CDC tells it, in log order. */
export interface Change {
  /** Offset of the frame. */
  readonly offset: number;
  readonly requestId: string;
  readonly status: string;
  readonly source: number;
  readonly target: string;
  /** The edge afterwards; null when it is not active. */
  readonly after: ScannedEdge | null;
}

/** An active edge with what a scan sorts it by. */
export interface ScannedEdge extends ShownEdge {
  readonly at: number;
}

/** Gives the places of `Span`. */
export class Observer {
  #place = 0;

  next(): number {
    this.#place += 1;
    return this.#place;
  }
}
