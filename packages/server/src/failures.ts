import { defineFailures } from '@actionbase/core/failure';

/** Refusals of the HTTP side: what a request meets before the engine sees it. */
export const serverFailures = defineFailures({
  'unknown-path': {
    status: 404,
    body: 'default',
    retry: 'never',
    doc: 'Nothing is served under this path. Paths have no trailing slash and are written in lower case.',
  },
  'method-not-allowed': {
    status: 405,
    body: 'default',
    retry: 'never',
    doc: 'The path exists, but not with this method. The header Allow lists those that it has.',
  },
  'not-acceptable': {
    status: 406,
    body: 'default',
    retry: 'never',
    doc: 'The header Accept excludes what this path answers (application/json for nearly all). Leave it out, or add */*.',
  },
  'unsupported-media-type': {
    status: 415,
    body: 'default',
    retry: 'never',
    doc: 'A request body must be application/json in UTF-8, not compressed. Set the header Content-Type.',
  },
  'body-too-large': {
    status: 413,
    body: 'project',
    retry: 'never',
    doc: 'The request body is larger than `limits.bodyBytes`. Split the request, or raise the limit.',
  },
  'url-too-long': {
    status: 414,
    body: 'default',
    retry: 'never',
    doc: 'Path and query are longer than the limit. `edges/get` and `multi-edges/ids` take the same parameters in a POST body.',
  },
  'no-body': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'The call needs a JSON body and none was sent.',
  },
  'missing-parameter': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'A query parameter that the call needs is not there. The message names it.',
  },
  'invalid-parameter': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'A query parameter has a value that it does not know. The message names the parameter, the value and what is allowed.',
  },
  'read-only': {
    status: 403,
    body: 'message',
    retry: 'never',
    doc: 'The server runs with `readOnly`. Send writes to another server, or start this one without the setting.',
  },
  unauthorized: {
    status: 401,
    body: 'empty',
    retry: 'never',
    doc: 'The server asks for a token, and the request has none, an unknown one, or one that is expired or revoked. Send `Authorization: Bearer TOKEN`. The audit line tells which of these it was.',
  },
  forbidden: {
    status: 403,
    body: 'project',
    retry: 'never',
    doc: 'The token is valid and lacks the right that the call needs. The message names the right, the database, and what the token has. Use another token, or make one with that right.',
  },
  starting: {
    status: 503,
    body: 'project',
    retry: 'later',
    doc: 'The server is still opening its data directory and replaying the log. `/graph/health/readiness` tells when it is done.',
  },
  'too-many-streams': {
    status: 503,
    body: 'project',
    retry: 'later',
    doc: 'More readers of log streams than the server takes. End some, or let one reader pass the records on to the others.',
  },
  'request-cut-off': {
    status: 400,
    body: 'project',
    retry: 'later',
    doc: 'The connection ended before the whole request had arrived. Nothing was done. Seen in logs and metrics only.',
  },
  'internal-error': {
    status: 500,
    body: 'default',
    retry: 'unknown-outcome',
    doc: 'A mistake of the server. Its log holds the details under the same request id. A write may have happened.',
  },
  'address-in-use': {
    status: 503,
    body: 'project',
    retry: 'never',
    doc: 'At start: another program listens on this port. Stop it, or choose another `port`.',
  },
  'address-not-usable': {
    status: 503,
    body: 'project',
    retry: 'never',
    doc: 'At start: the system refuses to listen on this host and port. The message holds its reason.',
  },
  'access-not-guarded': {
    status: 503,
    body: 'project',
    retry: 'never',
    doc: 'At start: the server would listen beyond this computer and let everybody do everything. Give it tokens (`access.tokensFile`), a loopback `host`, or say that it is meant so (`access.allowAnonymous`).',
  },
  'settings-contradict': {
    status: 503,
    body: 'project',
    retry: 'never',
    doc: 'At start: two settings do not go together. The message names them.',
  },
  'file-not-usable': {
    status: 503,
    body: 'project',
    retry: 'never',
    doc: 'The file of tokens, a TLS certificate or key, or the audit file is missing, broken or not permitted. At start it stops the server; later what was read before stays in use, and the metrics tell.',
  },
  'file-exposed': {
    status: 503,
    body: 'project',
    retry: 'never',
    doc: 'The file of tokens or the TLS key may be read or changed by others than its owner. Take their rights away (`chmod 600`).',
  },
  'unknown-token': {
    status: 404,
    body: 'project',
    retry: 'never',
    doc: 'Of the command `actionbase token`: the file has no token with this id. `actionbase token list` shows those that it has.',
  },
  'data-directory-unknown': {
    status: 503,
    body: 'project',
    retry: 'never',
    doc: 'At start: the data directory was written in a format that this program does not know, or holds other files. Use the program that wrote it, or an empty directory.',
  },
});
