// Hot: once per request of a guarded server.
import { type AccessToken, hashTokenText } from './access-token.ts';
import type { Identity } from './caller.ts';
import { matchToken } from './match-token.ts';

const NO_TOKEN = { kind: 'nobody', reason: 'no-token' } as const;
const UNKNOWN_TOKEN = { kind: 'nobody', reason: 'unknown-token' } as const;
const EXPIRED_TOKEN = { kind: 'nobody', reason: 'expired-token' } as const;

/** The tokens that are taken at the moment. */
export class TokenKeeper {
  #tokens: readonly AccessToken[];

  constructor(tokens: readonly AccessToken[]) {
    this.#tokens = tokens;
  }

  get count(): number {
    return this.#tokens.length;
  }

  /** Takes these tokens, and no others, from the next request on. */
  replace(tokens: readonly AccessToken[]): void {
    this.#tokens = tokens;
  }

  /** Whom a header Authorization stands for. */
  identify(header: string | undefined, nowMs: number): Identity {
    const text = tokenTextOf(header);
    return text === '' ? NO_TOKEN : this.identifyHash(hashTokenText(text), nowMs);
  }

  /** Whom the hash of a token stands for. */
  identifyHash(sha256: Uint8Array, nowMs: number): Identity {
    const found = matchToken(this.#tokens, sha256);
    if (found === undefined) return UNKNOWN_TOKEN;
    const { token, expiresMs } = found;
    return expiresMs !== null && expiresMs <= nowMs ? EXPIRED_TOKEN : { kind: 'token', token, sha256 };
  }
}

/**
 * The token in a header Authorization: `Bearer T`, or T alone, as the reference takes it and its command line sends it.
 * Empty when there is none.
 */
export function tokenTextOf(header: string | undefined): string {
  const text = header?.trim() ?? '';
  return /^bearer(?:\s+(?<token>.*))?$/i.exec(text)?.groups?.token ?? (/^bearer$/i.test(text) ? '' : text);
}
