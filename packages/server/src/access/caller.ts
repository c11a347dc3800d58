import type { AccessToken } from './access-token.ts';
import { allows, type Need } from './rights.ts';

/** What is known about the right to call. */
export type Identity =
  /** The server has no tokens: everything is allowed. */
  | { readonly kind: 'anybody' }
  | { readonly kind: 'token'; readonly token: AccessToken; readonly sha256: Uint8Array }
  | { readonly kind: 'nobody'; readonly reason: 'no-token' | 'unknown-token' | 'expired-token' };

/** Where a request comes from, in its own words but for the address. */
export interface CallerParts {
  readonly address: string;
  readonly requestId: string;
  /** As the header says; nobody has checked it. */
  readonly actor: string;
}

/** Who sent a request, and what they may do. */
export class Caller {
  readonly identity: Identity;
  readonly address: string;
  readonly requestId: string;
  readonly actor: string;

  constructor(identity: Identity, { address, requestId, actor }: CallerParts) {
    this.identity = identity;
    this.address = address;
    this.requestId = requestId;
    this.actor = actor;
  }

  /** The id of the token; null without one. */
  get tokenId(): string | null {
    return this.identity.kind === 'token' ? this.identity.token.id : null;
  }

  may(need: Need): boolean {
    switch (this.identity.kind) {
      case 'anybody':
        return true;
      case 'token':
        return allows(this.identity.token, need);
      default:
        return false;
    }
  }

  /** Whether lists show this database. */
  sees(database: string): boolean {
    return this.may({ role: 'read', database });
  }
}
