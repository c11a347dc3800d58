import { defineFailures } from '@actionbase/core/failure';

/** Refusals of the engine: what a request meets after its shape was found to be right. */
export const engineFailures = defineFailures({
  'unknown-table': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'No active table or alias has this name. List them, or create the table first.',
  },
  'unknown-index': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'The table has no index of this name. The message lists those that it has.',
  },
  'unknown-cache': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'The table has no cache of this name. The message lists those that it has.',
  },
  'unknown-group': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'The table has no group of this name. The message lists those that it has.',
  },
  'not-ready': {
    status: 400,
    body: 'project',
    retry: 'later',
    doc: 'The index, group or cache was added while the table held edges, and its rows are not complete yet. The message says how far they are; if they cannot be completed, it says why: drop the name then.',
  },
  'wrong-edge-kind': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'A call for unique edges was sent to a table of multi edges, or the other way round.',
  },
  'not-indexed': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'The table keeps states only (layout HASH). It takes the calls of the v2 API; of v3, multi-hop items that read edges by their keys.',
  },
  'read-only-table': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'A v2 mutation names a label that is read-only, or a table of multi edges, which v2 can only read. Each of its edges ends in ERROR with this code. v3 mutations are taken.',
  },
  'mode-conflict': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'The mode of the request contradicts the mode of the table (a DROP table takes no SYNC request without force).',
  },
  'limit-out-of-range': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'A number in the request is outside what is allowed; the message names both ends.',
  },
  'not-supported': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'The call does not know this parameter or feature. The message says what it does know.',
  },
  'not-found': {
    status: 404,
    body: 'empty',
    retry: 'never',
    doc: 'No database, table, alias, stored query or storage has this name. v2 answers 200 and IDLE.',
  },
  'not-parked': {
    status: 404,
    body: 'project',
    retry: 'never',
    doc: 'No mutation is parked under this id: it was retried or dropped before, or never was. What is refused again is parked under a new id.',
  },
  'already-exists': {
    status: 409,
    body: 'project',
    retry: 'never',
    doc: 'A database, table, alias, stored query or storage of this name exists, active or not. Delete it first, or choose another name. v2 answers 200 and ERROR.',
  },
  'precondition-failed': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'A change of metadata contradicts other metadata; the message holds the reference-compatible text with the entity.',
  },
  'invalid-change': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'A table cannot be changed in this way; the message lists each member and what is allowed.',
  },
  'answer-too-large': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'The edges that a get names are larger together than one answer may be. Ask for fewer of them at a time.',
  },
  'request-too-large': {
    status: 413,
    body: 'project',
    retry: 'never',
    doc: 'A mutation request, or a change of metadata, would take more room in the log than one record may. Send the items of a request in several ones; shorten the descriptions of a change.',
  },
  overloaded: {
    status: 503,
    body: 'project',
    retry: 'later',
    doc: 'More mutations wait for the log than the queue may hold. Nothing was written; send the request again later.',
  },
  'unknown-outcome': {
    status: 503,
    body: 'project',
    retry: 'unknown-outcome',
    doc: 'The log or the store failed while this mutation was under way. It may take effect; it may be sent again.',
  },
  'engine-stopped': {
    status: 503,
    body: 'project',
    retry: 'later',
    doc: 'The engine is shutting down, or has stopped because stored bytes contradict the rules. See the server log.',
  },
  'unknown-position': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'A position of another log: of another instance, of another epoch (before a restore), or beyond the end. The message says which. Begin with `first` or `end`.',
  },
  'feed-gap': {
    status: 500,
    body: 'project',
    retry: 'never',
    doc: 'The change feed lacks a frame between two others. It is damaged: what followers built from it may lack changes; restore, and build them again.',
  },
  'log-store-mismatch': {
    status: 503,
    body: 'project',
    retry: 'never',
    doc: 'Log and store do not belong together: the store is ahead of the log, or behind its first frame, or of another epoch.',
  },
});
