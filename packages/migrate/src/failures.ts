import { defineFailures } from '@actionbase/core/failure';

/** What the director refuses or cannot do. */
export const migrateFailures = defineFailures({
  'move-takes-long': {
    status: 503,
    body: 'project',
    retry: 'later',
    doc: 'The truth of this key is being moved, and the move did not end in time, or too many writes wait for it. Send it again; look at `actionbase migrate status` when it stays.',
  },
  'truth-unknown': {
    status: 503,
    body: 'project',
    retry: 'later',
    doc: 'Which side is the truth is not known: the old database does not answer, and nothing was kept from an earlier start. Nothing was written.',
  },
  'version-not-accepted': {
    status: 503,
    body: 'project',
    retry: 'unknown-outcome',
    doc: 'The new store has a version of this edge that is far ahead of the clock. Compare the clocks of the writers.',
  },
  'new-side-refused': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'The new store refused an edge, where it is the truth. The message has its words. Compare the declaration with the schema of the table.',
  },
  'new-side-unavailable': {
    status: 503,
    body: 'project',
    retry: 'unknown-outcome',
    doc: 'The new store did not answer, where it is the truth. The write may have happened; sending it again is safe.',
  },
  'versions-from-log': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'The versions of this migration are positions of the old change log: the director only reads, and the application writes to the old database itself.',
  },
  'unknown-property': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'A write names a property that the declaration of the migration maps to no column. It would be lost on the old side.',
  },
});
