/** Bounds of the HTTP side, by name, besides those that can be set. Printed into `docs/limits.md`. */
export const SERVER_LIMITS = {
  /** Path and query of a request, in bytes. */
  urlBytesMax: 16_384,
  /** All header lines of a request, in bytes; beyond, Node itself answers 431. */
  headerBytesMax: 65_536,
  /** Bytes beyond the largest body that are read and dropped, so that the client sees the refusal; then it is cut off. */
  drainBytesMax: 67_108_864,
  /** Time for a request's header to arrive, milliseconds. */
  headersTimeoutMs: 60_000,
  /** Time for a whole request to arrive, milliseconds. */
  requestTimeoutMs: 300_000,
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
