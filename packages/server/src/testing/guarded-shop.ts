import assert from 'node:assert/strict';
import type { AccessToken } from '../access/access-token.ts';
import { type Rights, ROLES, type Role } from '../access/rights.ts';
import type { ServerConfig } from '../config/config-table.ts';
import { aToken, bearer, type KnownToken, makeTokenFile, type TestTokenFile } from './access-tokens.ts';
import { exchangeBody } from './exchange.ts';
import { type Received, type Sent, send } from './send.ts';
import { startTestServer, type TestServer, type TestServerOptions } from './test-server.ts';

const V2 = '/graph/v2/service';
const V3 = '/graph/v3/databases';

/** Which databases a token of the guarded shop is for. */
export const SCOPES = ['shop', 'club', 'all'] as const;
export type Scope = (typeof SCOPES)[number];

/**
 * A server with tokens: one of each role for the database shop, for the database club, and for all of them. Both databases
 * have the table wish with one edge, and shop has the alias `fav` of club's table.
 */
export interface GuardedShop extends AsyncDisposable {
  readonly server: TestServer;
  readonly file: TestTokenFile;
  readonly tokens: readonly KnownToken[];
  /** Answers the token of a role and a scope. */
  tokenOf(role: Role, scope: Scope): KnownToken;
  /** Sends a request with a token, or without any. */
  ask(sent: Sent, token: KnownToken | null): Promise<Received>;
}

export async function startGuardedShop(
  config: Partial<ServerConfig> = {},
  options: TestServerOptions = {},
): Promise<GuardedShop> {
  const tokens = SCOPES.flatMap((scope) => ROLES.map((role) => aToken(partsOf(role, scope))));
  const file = await makeTokenFile(tokens);
  const server = await startTestServer({ 'access.tokensFile': file.path, ...config }, options);
  const tokenOf = (role: Role, scope: Scope): KnownToken => {
    const found = tokens.find(({ token }) => token.id === `${role}-${scope}`);
    assert.ok(found !== undefined);
    return found;
  };
  const ask = (sent: Sent, token: KnownToken | null): Promise<Received> =>
    send(server, { ...sent, headers: { ...sent.headers, ...(token === null ? {} : bearer(token)) } });
  const make = async (path: string, body: string): Promise<void> => {
    const { status, text } = await ask({ method: 'POST', path, body }, tokenOf('admin', 'all'));
    assert.equal(status, 200, text);
  };
  for (const database of ['shop', 'club']) {
    await make(V3, JSON.stringify({ database, comment: '' }));
    await make(`${V3}/${database}/tables`, exchangeBody(2));
    await make(`${V3}/${database}/tables/wish/edges`, exchangeBody(3));
  }
  await make(`${V2}/shop/alias/fav`, '{"desc":"","target":"club.wish"}');
  return {
    server,
    file,
    tokens,
    tokenOf,
    ask,
    async [Symbol.asyncDispose]() {
      await server[Symbol.asyncDispose]();
      await file[Symbol.asyncDispose]();
    },
  };
}

function partsOf(role: Role, scope: Scope): Partial<AccessToken> & Rights {
  return { id: `${role}-${scope}`, role, databases: scope === 'all' ? '*' : [scope] };
}
