import type { JsonObject, JsonValue } from '@actionbase/core/codec/json-value';
import type { JsonPlace } from '@actionbase/core/wire/json-place';
import { badArgument } from './actionbase-error.ts';
import { keyJson } from './edge-json.ts';
import type { EdgeInput, MultiEdgeInput } from './edge-shapes.ts';
import type { CallOptions, HttpTransport } from './http-transport.ts';
import { readAnswer } from './read-answer.ts';

export interface LoadOptions extends CallOptions {
  /** Edges per request, at most what the server takes (1,000); 1,000 when missing. */
  readonly batch?: number | undefined;
  /** Requests under way at a time; 3 when missing. */
  readonly inFlight?: number | undefined;
  /** Told of each request in the order of the edges, as soon as it and all before it are durable and in effect. */
  readonly onAcknowledged?: ((batch: LoadedBatch) => void) | undefined;
}

/** What became of the edges of one request. */
export interface LoadedBatch {
  /** Edges of this load that are acknowledged, those of this request included: a load that is begun again may skip them. */
  readonly edges: number;
  /** The request's place in the log; null for one without edges. */
  readonly position: string | null;
  readonly created: number;
  readonly updated: number;
  /** Nothing to change, or something newer was there. */
  readonly idle: number;
  readonly refused: number;
  /** The first refused edges, by their places in the load. */
  readonly refusals: readonly LoadRefusal[];
}

export interface LoadRefusal {
  /** Counted over the whole load, from 0. */
  readonly edge: number;
  readonly code: string;
  readonly message: string;
}

/** The sums over all requests, the last position, and the first refusals. */
export type Loaded = LoadedBatch;

const BATCH_DEFAULT = 1_000;
const IN_FLIGHT_DEFAULT = 3;
const REFUSALS_MAX = 100;

type LoadInput = EdgeInput | MultiEdgeInput;
type LoadSource = Iterable<LoadInput> | AsyncIterable<LoadInput>;

/** Sends edges in requests of many, several under way at a time, and adds up what became of them. */
export async function loadEdges(
  transport: HttpTransport,
  table: readonly string[],
  { edges, options }: { readonly edges: LoadSource; readonly options: LoadOptions },
): Promise<Loaded> {
  const inFlight = options.inFlight ?? IN_FLIGHT_DEFAULT;
  if (!Number.isSafeInteger(inFlight) || inFlight < 1) throw badArgument(`inFlight is ${inFlight}; expected 1 or more`);
  let sum: Loaded = { edges: 0, position: null, created: 0, updated: 0, idle: 0, refused: 0, refusals: [] };
  const sent: Promise<Loaded>[] = [];
  const settle = async (): Promise<void> => {
    const batch = await sent.shift();
    if (batch === undefined) return;
    const first = sum.edges;
    sum = added(sum, batch);
    const refusals = batch.refusals.map((refusal) => ({ ...refusal, edge: first + refusal.edge }));
    options.onAcknowledged?.({ ...batch, edges: sum.edges, refusals });
  };
  try {
    for await (const batch of inBatches(edges, options.batch ?? BATCH_DEFAULT)) {
      if (sent.length >= inFlight) await settle();
      const sending = sendBatch(transport, table, { batch, options });
      // Whoever waits for the one before it would hear of this failure too late.
      sending.catch(() => undefined);
      sent.push(sending);
    }
    while (sent.length > 0) await settle();
    return sum;
  } finally {
    await Promise.allSettled(sent);
  }
}

async function* inBatches(edges: LoadSource, size: number): AsyncGenerator<readonly LoadInput[], void> {
  if (!Number.isSafeInteger(size) || size < 1) throw badArgument(`batch is ${size}; expected 1 or more`);
  let batch: LoadInput[] = [];
  if (Symbol.iterator in edges) {
    for (const edge of edges) {
      batch.push(edge);
      if (batch.length < size) continue;
      yield batch;
      batch = [];
    }
  } else {
    for await (const edge of edges) {
      batch.push(edge);
      if (batch.length < size) continue;
      yield batch;
      batch = [];
    }
  }
  if (batch.length > 0) yield batch;
}

async function sendBatch(
  transport: HttpTransport,
  table: readonly string[],
  { batch, options }: { readonly batch: readonly LoadInput[]; readonly options: LoadOptions },
): Promise<Loaded> {
  const ofMultiEdges = batch.some((edge) => 'id' in edge);
  const json = await transport.send({
    method: 'POST',
    path: [...table, ofMultiEdges ? 'multi-edges' : 'edges', 'load'],
    body: bodyOf(batch),
    repeatable: true,
    options,
  });
  return readAnswer(json, (place) => readLoaded(place, batch.length));
}

/** Rows: the version, the id of a multi edge, the ends, and the properties that any of the edges names. */
function bodyOf(batch: readonly LoadInput[]): JsonObject {
  const places = new Map<string, number>();
  for (const { properties } of batch) {
    for (const name in properties) if (!places.has(name)) places.set(name, places.size);
  }
  const names = [...places.keys()];
  const rows = batch.map((edge): JsonValue => {
    const { version, properties } = edge;
    const row: JsonValue[] = 'id' in edge ? [version, keyJson(edge.id)] : [version];
    for (const end of [edge.source, edge.target]) row.push(end === undefined ? null : keyJson(end));
    for (const name of names) row.push(properties?.[name] ?? null);
    return row;
  });
  return { properties: names, rows };
}

function readLoaded(place: JsonPlace, edges: number): Loaded {
  const answer = place.object();
  const number = (name: string): number => answer.member(name).integer(0, Number.MAX_SAFE_INTEGER);
  return {
    edges,
    position: answer.member('position').isUnset ? null : answer.member('position').text(),
    created: number('created'),
    updated: number('updated'),
    idle: number('idle'),
    refused: number('refused'),
    refusals: answer
      .member('refusals')
      .items()
      .map((item) => ({
        edge: item.member('row').integer(0, Number.MAX_SAFE_INTEGER),
        code: item.member('code').text(),
        message: item.member('message').text(),
      })),
  };
}

function added(sum: Loaded, batch: Loaded): Loaded {
  const refusals = batch.refusals.map((refusal) => ({ ...refusal, edge: sum.edges + refusal.edge }));
  return {
    edges: sum.edges + batch.edges,
    position: batch.position ?? sum.position,
    created: sum.created + batch.created,
    updated: sum.updated + batch.updated,
    idle: sum.idle + batch.idle,
    refused: sum.refused + batch.refused,
    refusals: [...sum.refusals, ...refusals].slice(0, REFUSALS_MAX),
  };
}
