/** What is answered to a request. A null `type` goes with an empty body. */
export interface Reply {
  readonly status: number;
  readonly type: string | null;
  readonly body: string;
  /** The header Allow. */
  readonly allow?: string;
  /** The header WWW-Authenticate. */
  readonly challenge?: string;
  /** Follows instead of `body`, whose length nobody knows. */
  readonly stream?: ReplyStream;
}

/** A body that is made while its reader takes it. */
export interface ReplyStream {
  /** The next piece; null at the end. An aborted signal ends the waiting: the stream's last piece, or a rejection. */
  next(signal: AbortSignal): Promise<string | null>;
  /** Called once in the end, whatever happened. */
  close(): void;
}

/** A reply with what logs and metrics tell about it. */
export interface Answered {
  readonly reply: Reply;
  /** "METHOD template", or "METHOD unknown". */
  readonly route: string;
  readonly path: string;
  readonly requestId: string;
  /** More headers: name, value, name, value. */
  readonly headers?: readonly string[];
}

export const JSON_TYPE = 'application/json';
export const JSON_LINES_TYPE = 'application/x-ndjson';
export const TEXT_TYPE = 'text/plain;charset=UTF-8';

/** 200 with JSON text. */
export function jsonReply(body: string): Reply {
  return { status: 200, type: JSON_TYPE, body };
}

/** 200 with lines of JSON. */
export function streamReply(stream: ReplyStream): Reply {
  return { status: 200, type: JSON_LINES_TYPE, body: '', stream };
}

export function textReply(status: number, body: string): Reply {
  return { status, type: TEXT_TYPE, body };
}

/** A status without a body. */
export function emptyReply(status: number): Reply {
  return { status, type: null, body: '' };
}
