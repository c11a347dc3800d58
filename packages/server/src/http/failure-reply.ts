import { Failure, unreachable } from '@actionbase/core/failure';
import { printDefaultError, printProjectError, reasonPhrase } from '@actionbase/core/wire/error-json';
import { serverFailures } from '../failures.ts';
import { emptyReply, JSON_TYPE, type Reply } from './reply.ts';

/** What an error body tells about its request. */
export interface FailedRequest {
  readonly path: string;
  readonly requestId: string;
  readonly timestampMs: number;
}

/** The answer of a failure. Whatever is no Failure is our own mistake and becomes a bare 500. */
export function failureReply(error: unknown, request: FailedRequest): Reply {
  if (!(error instanceof Failure)) return defaultReply(serverFailures['internal-error'], request);
  const { kind, message } = error;
  const { status, code, retry } = kind;
  switch (kind.body) {
    case 'project': {
      const { timestampMs } = request;
      const body = printProjectError({ timestampMs, status, error: reasonPhrase(status), message, code, retry });
      return { status, type: JSON_TYPE, body };
    }
    case 'default': {
      const { allow } = error.details;
      return typeof allow === 'string' ? { ...defaultReply(kind, request), allow } : defaultReply(kind, request);
    }
    case 'message':
      return { status, type: JSON_TYPE, body: JSON.stringify({ message }) };
    case 'empty': {
      const { challenge } = error.details;
      return typeof challenge === 'string' ? { ...emptyReply(status), challenge } : emptyReply(status);
    }
    default:
      return unreachable(kind.body);
  }
}

function defaultReply({ status, code, retry }: Failure['kind'], request: FailedRequest): Reply {
  const body = printDefaultError({ ...request, status, error: reasonPhrase(status), code, retry });
  return { status, type: JSON_TYPE, body };
}
