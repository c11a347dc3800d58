/** Bounds of the HTTP side, by name, besides those that can be set. Printed into `docs/limits.md`. */
export const SERVER_LIMITS = {
  /** Path and query of a request, in bytes. */
  urlBytesMax: 16_384,
  /** All header lines of a request, in bytes; beyond, Node itself answers 431. */
  headerBytesMax: 65_536,
  /** Bytes beyond the largest body that are read and dropped, so that the client sees the refusal; then it is cut off. */
  drainBytesMax: 67_108_864,
  /** Time for a request's header to arrive, milliseconds. */
  headersTimeoutMs: 30_000,
  /** Time for a whole request to arrive, milliseconds. */
  requestTimeoutMs: 300_000,
  /** Pause between two looks for connections whose header or request is late, milliseconds. */
  connectionsCheckMs: 5_000,
  /** Connections that the system may hold until the server takes them. */
  backlog: 4_096,
  /** Connections beyond `limits.connections` that are told so with a 503; further ones are closed without a word. */
  refusedConnectionsMax: 256,
  /** How long a refused connection may take to read that, milliseconds. */
  refusedConnectionMs: 2_000,
  /** Requests that are begun in one turn of the event loop; the others wait at the door, and the newest of them is next. */
  begunPerTurnMax: 64,
  /** Requests that may wait at the door until their deadline; of more the oldest are refused after `limits.waitMs`. */
  patientMax: 64,
  /** Time in one turn of the event loop after which no more requests are begun, milliseconds. */
  turnMsMax: 20,
  /** Requests that are refused at the door per millisecond; each costs some 20 microseconds. */
  refusedPerMsMax: 10,
  /** How long a mutation may wait for the log while more are let in, milliseconds; beyond it they wait at the door. */
  logWaitMsMax: 50,
  /** Mutation requests that may wait for the log however long they do. */
  logRequestsMin: 32,
  /** Pause between two looks at the log while mutations wait at the door, milliseconds. */
  doorPauseMs: 5,
  /** Pause between two looks for bodies whose request is past its deadline, milliseconds. */
  deadlineCheckMs: 100,
  /** Body of a refused request that is read and dropped to keep its connection, bytes; with a larger one it is closed. */
  refusedBodyBytesMax: 1_048_576,
  /** Bytes of all bodies that are arriving; a request that would bring more is refused with `overloaded`. */
  arrivingBytesMax: 268_435_456,
  /** How long the reader of an answer may take nothing before it is cut off, milliseconds. */
  answerStallMs: 30_000,
  /** Bytes of all answers that their readers have not taken; beyond it those that wait longest are cut off. */
  unsentBytesMax: 536_870_912,
  /** Largest number of seconds in the header Retry-After; they run from 1 to this, so that clients do not come back together. */
  retryAfterSecondsMax: 3,
  /** How long an idle connection is kept, milliseconds. */
  keepAliveTimeoutMs: 75_000,
  /** How long a stop waits for requests under way, milliseconds. */
  stopTimeoutMs: 10_000,
  /** Characters of a value that a message shows. */
  shownLengthMax: 100,
  /** How often an update of a label is made again when others overtake it; then it is answered with `schema-changed`. */
  labelUpdateAttemptsMax: 10,
  /** Streams of the log that may be read at the same time; one more is refused with `too-many-streams`. */
  streamsMax: 100,
  /** A stream that follows the log and has nothing to tell gives a sign of life after this time, milliseconds. */
  streamHeartbeatMs: 10_000,
  /** How long the reader of a stream may take nothing before it is cut off, milliseconds. */
  streamStallMs: 60_000,
  /** Characters after which a piece of a stream is sent; its last line is sent whole. */
  streamPieceCharactersMax: 65_536,
  /** Rows per second that an audit reads when its call names no rate. */
  auditRatePerS: 20_000,
  /** An audit or a digest tells how far it is after this time, milliseconds, and whenever it begins something else. */
  auditProgressMs: 1_000,
  /** How long a browser may go by the answer to a preflight request (CORS), seconds. */
  corsAgeSecondsMax: 600,
  /** Tables that a warm-up reads, the first ones by name. */
  warmUpTablesMax: 1_000,
  /** Rows of a table that a warm-up reads from the store. */
  warmUpRowsMax: 1_000,
  /** Edges among these rows that a warm-up reads through the queries. */
  warmUpEdgesMax: 20,
  /** Time for the handshake of a TLS connection, milliseconds. */
  handshakeTimeoutMs: 10_000,
  /** Pause between two looks at the files of tokens and certificates, milliseconds: a change takes effect within it. */
  filePollMs: 2_000,
  /** Audit lines of refused accesses in a minute; what is more is counted, and told by the next line. */
  auditRefusalsPerMinuteMax: 100,
  /** Lines of the request log that are gathered before they are written. */
  logLinesMax: 1_000,
} as const;

export type ServerLimits = { readonly [K in keyof typeof SERVER_LIMITS]: number };
