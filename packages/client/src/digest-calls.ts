import type { JsonObject } from '@actionbase/core/codec/json-value';
import { BUCKETS } from '@actionbase/core/digest/row-digest';
import { type JsonPlace, memberOf, parseWhole } from '@actionbase/core/wire/json-place';
import { ActionbaseError } from './actionbase-error.ts';
import type { Edge } from './edge-shapes.ts';
import type { HttpTransport } from './http-transport.ts';
import { type Json, type JsonMembers, plainJson } from './plain-json.ts';
import { errorOfLine, parseLine } from './stream-line.ts';

export interface DigestOptions {
  /** Ends the digest. */
  readonly signal?: AbortSignal | undefined;
  /** Told now and then how far it is: rows read, and active edges among them. */
  readonly onProgress?: ((rows: number, edges: number) => void) | undefined;
}

/** What a digest is made of: `source`, `target`, `version`, of multi edges `id`, and properties. The first decides the bucket. */
export type DigestFieldNames = readonly string[];

/** The digests of a table's active edges as of one position of the log. */
export interface TableDigest {
  readonly position: string;
  /** Active edges. */
  readonly edges: number;
  /** One per bucket, in order: the number of its edges, and the sum of their hashes modulo 2^64. */
  readonly sums: readonly { readonly rows: number; readonly sum: bigint }[];
}

/** The active edges of one bucket as of one position of the log. */
export interface BucketEdges {
  readonly position: string;
  readonly edges: readonly BucketEdge[];
}

/** An edge of a bucket; a multi edge has an id. */
export interface BucketEdge extends Edge {
  readonly id?: Json | undefined;
}

interface DigestCall extends DigestOptions {
  readonly database: string;
  readonly table: string;
  readonly fields: DigestFieldNames;
  readonly bucket: number | undefined;
}

/** The server tells every second how far it is, but may have to read much of its feed at once. */
const SILENCE_MS_MAX = 600_000;

/** Asks for digests and for the edges of buckets. A call is not sent again when the connection is lost. */
export class DigestCalls {
  readonly #transport: HttpTransport;

  constructor(transport: HttpTransport) {
    this.#transport = transport;
  }

  async digest(call: Omit<DigestCall, 'bucket'>): Promise<TableDigest> {
    return (await this.#read({ ...call, bucket: undefined })).digest;
  }

  async bucketEdges(call: DigestCall): Promise<BucketEdges> {
    const { digest, edges } = await this.#read(call);
    return { position: digest.position, edges };
  }

  async #read(call: DigestCall): Promise<{ readonly digest: TableDigest; readonly edges: readonly BucketEdge[] }> {
    const { database, table, fields, bucket, signal, onProgress } = call;
    const body = { database, table, fields, ...(bucket === undefined ? {} : { bucket }) };
    const path = ['actionbase', 'v1', 'digest'];
    const sent = { method: 'POST', path, body, repeatable: false, options: { signal } } as const;
    const edges: BucketEdge[] = [];
    for await (const text of this.#transport.readLines(sent, SILENCE_MS_MAX)) {
      const line = parseLine(text);
      const error = memberOf(line, 'error');
      if (error !== undefined) throw errorOfLine(error);
      if (memberOf(line, 'digest') !== undefined) return { digest: parseWhole(line, '', readDigest), edges };
      if (memberOf(line, 'edge') !== undefined) edges.push(readEdge(line));
      else tellProgress(line, onProgress);
    }
    const message = 'the digest ended before its last line: the connection was lost, or the server stopped';
    throw new ActionbaseError({ status: 200, code: 'connection-lost', message, retry: 'later' });
  }
}

/** Buckets that the line does not name are empty. */
function readDigest(place: JsonPlace): TableDigest {
  const digest = place.member('digest').object();
  const sums = Array.from({ length: BUCKETS }, () => ({ rows: 0, sum: 0n }));
  for (const item of digest.member('buckets').items()) {
    const bucket = item.member('bucket').integer(0, BUCKETS - 1);
    sums[bucket] = { rows: item.member('rows').integer(1, Number.MAX_SAFE_INTEGER), sum: readSum(item.member('sum')) };
  }
  return {
    position: digest.member('position').text(),
    edges: digest.member('edges').integer(0, Number.MAX_SAFE_INTEGER),
    sums,
  };
}

function readSum(place: JsonPlace): bigint {
  const text = place.text();
  if (/^[0-9a-f]{16}$/.test(text)) return BigInt(`0x${text}`);
  place.refuse('is no sum; expected 16 hexadecimal digits');
  return 0n;
}

function readEdge(line: JsonObject): BucketEdge {
  return parseWhole(line, '', (place) => {
    const edge = place.member('edge').object();
    const json = (name: string): Json => plainJson(edge.member(name).value ?? null);
    const version = json('version');
    if (typeof version !== 'number' && typeof version !== 'bigint') edge.member('version').refuse('is no integer');
    return {
      version: typeof version === 'bigint' ? version : Number(version),
      source: json('source'),
      target: json('target'),
      properties: membersOf(json('properties')),
      ...(edge.member('id').isMissing ? {} : { id: json('id') }),
    };
  });
}

function membersOf(value: Json): JsonMembers {
  return typeof value === 'object' && value !== null && !isList(value) ? value : {};
}

/** `Array.isArray` does not narrow a readonly array. */
function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function tellProgress(line: JsonObject, onProgress: DigestOptions['onProgress']): void {
  if (onProgress === undefined) return;
  parseWhole(line, '', (place) => {
    const progress = place.member('progress').object();
    const number = (name: string): number => progress.member(name).integer(0, Number.MAX_SAFE_INTEGER);
    onProgress(number('rows'), number('edges'));
  });
}
