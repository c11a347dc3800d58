/** Every bound of the engine, by name. Printed into `docs/limits.md`. */
export const ENGINE_LIMITS = {
  /** Items in one mutation request. */
  mutationItemsMax: 10_000,
  /** Encoded properties of an edge, and any single encoded value, in bytes. */
  valueBytesMax: 65_536,
  /** Bytes of one mutation request as the log keeps it, where each property takes its code, type and value. */
  recordBytesMax: 15_728_640,
  /** Bytes of one change of metadata as the log keeps it, its descriptions included. */
  changeBytesMax: 4_194_304,
  /** State, index, count, group and cache rows that the edges of one mutation request may have. */
  derivedRowsMax: 100_000,
  /**
   * Edges in one load request. Each is a frame and a transaction of its own: more would make the smaller ones behind it slow
   * for a while, since the store has as many freed pages to look through.
   */
  loadRowsMax: 1_000,
  /** Refused edges that the answer to a load names; of more it tells the number. */
  loadRefusalsMax: 10,
  /** Entries that one frame gathers from waiting requests; a larger request has a frame of its own. */
  frameEntriesMax: 250,
  /** Bytes that one frame gathers from waiting requests; a larger request has a frame of its own. */
  frameBytesMax: 4_194_304,
  /** Entries that wait for the log; more requests are refused with `overloaded`. */
  pendingEntriesMax: 50_000,
  /** Bytes that wait for the log; more requests are refused with `overloaded`. */
  pendingBytesMax: 134_217_728,
  /** Edges in one answer. */
  answerEdgesMax: 100_000,
  /** Stored bytes of the edges in one answer: a get of more is refused, a scan ends its page early. */
  answerBytesMax: 67_108_864,
  /** Pairs in the cross product of one get. */
  getPairsMax: 10_000,
  /** Starts of one counts call. */
  countStartsMax: 10_000,
  /** Rows that one scan reads before it answers a page that may be short, with `hasNext` true. */
  scanRowsMax: 100_000,
  /** Entries of a cache's row that seeks can reach, also when the cache's own limit is higher. */
  seekEntriesMax: 100_000,
  /** Starts of one agg call. */
  aggStartsMax: 1_000,
  /** Cells of groups that one agg call reads. */
  aggCellsMax: 100_000,
  /** Items of one multi-hop query, those inside others included. */
  queryItemsMax: 32,
  /** Post-processors, paths in them, and aggregators of one multi-hop query. */
  queryStepsMax: 256,
  /** Distinct vertices of one item of a multi-hop query. */
  queryVerticesMax: 10_000,
  /** Rows of one item of a multi-hop query. */
  queryRowsMax: 50_000,
  /** Rows that one read of the store asks for. */
  pageRowsMax: 1_000,
  /** Frames that one read of the log asks for, at replay and by followers. */
  replayFramesMax: 500,
  /** Bytes that one read of the log asks for. */
  replayBytesMax: 16_777_216,
  /** Asynchronous mutations that are appended again together. */
  queueGroupMax: 100,
  /** Mutations that may be parked in the side queue; when they are, asynchronous ones wait until there is room. */
  sideQueueRowsMax: 100_000,
  /** Parked mutations in one answer. */
  parkedPageRowsMax: 1_000,
  /** Records in one page of a stream. */
  streamRecordsMax: 500,
  /** Frames that are read for one page of a stream. */
  streamFramesMax: 500,
  /** Bytes after which no more frames are read for one page of a stream; the last one is read whole. */
  streamBytesMax: 1_048_576,
  /** Rows of a deleted table that one step removes. */
  clearRowsMax: 1_000,
  /** Rows or cells that one step of a rework passes. */
  reworkRowsMax: 1_000,
  /** Bytes read and derived after which a step of a rework passes no further row. */
  reworkBytesMax: 1_048_576,
  /** States that a change of a table's schema passes before it is answered, without a rest, or cells that as many can have. */
  reworkStatesInCallMax: 10_000,
  /** Shortest rest after a step of a rework, milliseconds; it is at least as long as the step took. */
  reworkRestMsMin: 5,
  /** Rows that one page of an audit reads in one snapshot. */
  auditPageRowsMax: 250,
  /** Counters that an audit keeps in memory; a table with more of them is read in several passes. */
  auditCountersMax: 500_000,
  /** Feed records that an audit reads together. */
  auditFeedFramesMax: 50,
  /** The last frames of the feed in which an audit looks for what touched its differences. */
  auditTraceFramesMax: 1_000_000,
  /** Changes that an audit names for one difference, the last ones. */
  auditTouchesMax: 5,
  /** Differences that an audit lists, and a repair takes; of more it tells the number. */
  auditDifferencesMax: 10_000,
  /** How often a pass of an audit begins again because the table was changed or the feed trimmed. */
  auditRestartsMax: 10,
  /** Rows that one page of a digest reads in one snapshot. */
  digestPageRowsMax: 500,
  /** Edges of one bucket that a digest lists. */
  digestEdgesMax: 200_000,
  /** Rows that one record of a repair names. */
  rederiveRowsMax: 500,
  /** Pause before the first try again after a failed log or store, doubled with every try, milliseconds. */
  retryPauseMsMin: 20,
  /** Longest pause between two tries of a failed log or store, milliseconds. */
  retryPauseMsMax: 2_000,
} as const;

/** Characters of the name of a foreign log. */
export const ORIGIN_NAME_LENGTH_MAX = 64;

/** Characters of a request id, and of an actor, that log and feed keep; the rest is cut off. */
export const STAMP_TEXT_LENGTH_MAX = 256;

export type EngineLimits = { readonly [K in keyof typeof ENGINE_LIMITS]: number };
