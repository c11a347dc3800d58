import type { ModelDirection, ModelResult, SeenEdge } from './http-model.ts';
import { type PlainJson, printPlain } from './plain-json.ts';

/** What stands for a cursor, which no model knows. */
export const CURSOR = '<cursor>';

/** The body of an edge frame. A page that has a next one has a cursor. */
export function frameBody(edges: readonly SeenEdge[], { total, hasNext }: { total: number; hasNext: boolean }): string {
  return printPlain({
    edges: edges.map(({ version, source, target, properties }) => ({
      version,
      source,
      target,
      properties,
      context: {},
    })),
    count: BigInt(edges.length),
    total: BigInt(total),
    offset: hasNext ? CURSOR : null,
    hasNext,
    context: {},
  });
}

/** The body of a mutation's answer; an ERROR without its message. */
export function resultsBody(results: readonly ModelResult[]): string {
  const items = results.map(({ key, status, count }): PlainJson => {
    const [first, second] = key;
    const name = second === undefined ? { id: first } : { source: first, target: second };
    const code = status === 'ERROR' ? { code: 'missing-property' } : {};
    return { ...name, status, count: BigInt(count), ...code };
  });
  return printPlain({ results: items });
}

export function countsBody(direction: ModelDirection, counts: readonly (readonly [PlainJson, number])[]): string {
  const items = counts.map(([start, count]): PlainJson => ({ start, direction, count: BigInt(count), context: {} }));
  return printPlain({ counts: items, count: BigInt(items.length), context: {} });
}

/** Starts without a cell are not in an aggregation. */
export function aggBody(direction: ModelDirection, sums: readonly (readonly [PlainJson, number])[]): string {
  const items = sums
    .filter(([, value]) => value > 0)
    .map(([start, value]): PlainJson => ({ start, direction, value: BigInt(value), context: {} }));
  return printPlain({ groups: items, count: BigInt(items.length), context: {} });
}

/** An answer without what the model does not know: messages of errors, and the bytes of cursors. */
export function withoutUnknown(text: string): string {
  return text
    .replaceAll(/("code":"[a-z-]+"),"message":"(?:[^"\\]|\\.)*"/g, '$1')
    .replaceAll(/"offset":"[\w-]+"/g, `"offset":"${CURSOR}"`);
}
