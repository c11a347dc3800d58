import type { Sent } from '@actionbase/server/testing/send';
import type { Check } from './compatibility-case.ts';
import { expectAnswer, post, readJson } from './expectations.ts';

export const V2 = '/graph/v2';
/** The service that is the database `shop`. */
export const SHOP = `${V2}/service/shop`;

/** The id of the edge from Alice to Phone. */
export const ALICE_PHONE_ID = 'bgSN7qiN3shnXm6PsMA';

type Json = Readonly<Record<string, unknown>>;

/** The label of the quick start; `changes` overrides members of the body. */
export function label(changes: Json = {}): Json {
  return {
    desc: 'Like',
    type: 'INDEXED',
    schema: likesSchema(),
    dirType: 'BOTH',
    storage: 'datastore://likes/likes',
    indices: [{ name: 'recent', fields: [{ name: 'created_at', order: 'DESC' }] }],
    ...changes,
  };
}

/** From text to text, with a time that must be there, and further fields. */
export function likesSchema(...fields: readonly Json[]): Json {
  const end = { type: 'STRING' };
  return { src: end, tgt: end, fields: [{ name: 'created_at', type: 'LONG', nullable: false }, ...fields] };
}

/** A field of texts that may be missing. */
export const NOTE = { name: 'note', type: 'STRING', nullable: true };

/** The label as a server prints it: members in the order of the reference's server. */
export function labelText({
  active = true,
  name = 'shop.likes',
  storage = 'datastore://likes/likes',
}: {
  readonly active?: boolean;
  readonly name?: string;
  readonly storage?: string;
}): string {
  return (
    `{"active":${active},"name":"${name}","desc":"Like","type":"INDEXED",` +
    '"schema":{"src":{"type":"STRING","desc":""},"tgt":{"type":"STRING","desc":""},' +
    '"fields":[{"name":"created_at","type":"LONG","nullable":false,"desc":""}]},' +
    `"dirType":"BOTH","storage":"${storage}","groups":[],` +
    '"indices":[{"name":"recent","fields":[{"name":"created_at","order":"DESC"}],"desc":""}],' +
    '"caches":[],"event":false,"readOnly":false,"mode":"SYNC"}'
  );
}

/** Path of a label's edges in the service `shop`. */
export function edgesOf(name: string): string {
  return `${SHOP}/label/${name}/edge`;
}

/** The check that creates a label in the service `shop` and expects success. */
export function createsLabel(name: string, changes: Json = {}): Check {
  return async (site) => {
    await expectAnswer(site, post(`${SHOP}/label/${name}`, label(changes)), 200, /^\{"status":"CREATED","result":\{/);
  };
}

/** An edge of the label, from Alice. */
export function like(ts: number, props: Json = { created_at: ts }, tgt = 'Phone'): Json {
  return { ts, src: 'Alice', tgt, props };
}

/** A request that sends edges to a path. */
export function edges(method: 'POST' | 'PUT' | 'DELETE', path: string, ...sent: readonly Json[]): Sent {
  return { ...post(path, { edges: sent }), method };
}

/** The statuses of a mutation, in the order of its edges. */
export async function statusesOf(server: { readonly port: number }, sent: Sent): Promise<readonly string[]> {
  const { result } = await readJson(server, sent);
  if (!Array.isArray(result)) throw new Error('a v2 mutation answers a list of results');
  return result.map(({ status }) => String(status));
}

/** The check that a mutation of one edge has this status. */
export function mutates(sent: Sent, status: string): Check {
  return async (site) => {
    await expectAnswer(site, sent, 200, new RegExp(`^\\{"result":\\[\\{"status":"${status}"`));
  };
}
