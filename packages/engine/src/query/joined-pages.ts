import { Failure } from '@actionbase/core/failure';
import type { EdgeRow } from '@actionbase/core/query/edge-row';
import { engineFailures } from '../failures.ts';
import type { EngineLimits } from '../limits.ts';

/** Edges of one vertex, with what was read for them. */
export interface VertexPage<R extends EdgeRow> {
  readonly rows: readonly R[];
  readonly cursors?: readonly string[] | undefined;
  readonly offset: string | null;
  readonly hasNext: boolean;
  readonly rowsRead: number;
  readonly bytes: number;
}

export type JoinedPages<R extends EdgeRow> = Omit<VertexPage<R>, 'rowsRead' | 'bytes'>;

/**
 * Reads one page per vertex and puts their edges behind one another. The vertices share what one answer may hold and one scan
 * may read. Of several vertices there is nothing to go on with, so a page that ends before its limit would lose edges: then
 * everything is refused with `limit-out-of-range`.
 */
export async function joinPages<V, R extends EdgeRow>(
  vertices: readonly V[],
  { limit, limits }: { readonly limit: number; readonly limits: EngineLimits },
  read: (vertex: V, left: EngineLimits) => Promise<VertexPage<R>>,
): Promise<JoinedPages<R>> {
  const [only] = vertices;
  if (vertices.length === 1 && only !== undefined) return read(only, limits);
  const rows: R[] = [];
  let left = limits;
  for (const vertex of vertices) {
    if (left.scanRowsMax <= 0 || left.answerBytesMax <= 0) throw tooMuch(limits);
    const page = await read(vertex, left);
    if (page.hasNext && page.rows.length < limit) throw tooMuch(limits);
    for (const row of page.rows) rows.push(row);
    if (rows.length > limits.answerEdgesMax) throw tooMuch(limits);
    const { scanRowsMax, answerBytesMax } = left;
    left = { ...left, scanRowsMax: scanRowsMax - page.rowsRead, answerBytesMax: answerBytesMax - page.bytes };
  }
  return { rows, offset: null, hasNext: false };
}

function tooMuch({ answerEdgesMax, answerBytesMax, scanRowsMax }: EngineLimits): Failure {
  const message =
    `the scans of these vertices find more than ${answerEdgesMax} edges or ${answerBytesMax} bytes, or read more than ` +
    `${scanRowsMax} rows; ask for fewer vertices or a smaller limit`;
  return new Failure(engineFailures['limit-out-of-range'], message, { answerEdgesMax, answerBytesMax, scanRowsMax });
}
