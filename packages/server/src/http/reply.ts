/** What is answered to a request. A null `type` goes with an empty body. */
export interface Reply {
  readonly status: number;
  readonly type: string | null;
  readonly body: string;
  /** The header Allow. */
  readonly allow?: string;
}

/** A reply with what logs and metrics tell about it. */
export interface Answered {
  readonly reply: Reply;
  /** "METHOD template", or "METHOD unknown". */
  readonly route: string;
  readonly path: string;
  readonly requestId: string;
}

export const JSON_TYPE = 'application/json';
export const TEXT_TYPE = 'text/plain;charset=UTF-8';

/** 200 with JSON text. */
export function jsonReply(body: string): Reply {
  return { status: 200, type: JSON_TYPE, body };
}

export function textReply(status: number, body: string): Reply {
  return { status, type: TEXT_TYPE, body };
}

/** A status without a body. */
export function emptyReply(status: number): Reply {
  return { status, type: null, body: '' };
}
