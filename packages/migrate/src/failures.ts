import { defineFailures } from '@actionbase/core/failure';

/** What a migration, or an application's director, refuses or cannot do. The status only tells whose fault it is, where nothing answers over HTTP. */
export const migrateFailures = defineFailures({
  'chain-broken': {
    status: 500,
    body: 'project',
    retry: 'never',
    doc: 'A journal or an evidence file was changed, or lines of it are missing. The message names file and line. Bring the file back from a copy; what it says can no longer be trusted.',
  },
  'stage-refused': {
    status: 409,
    body: 'project',
    retry: 'never',
    doc: 'A stage of a migration does not open yet, or not from here. The message has every reason; `actionbase migrate explain` tells what each waits for.',
  },
  'migration-not-running': {
    status: 503,
    body: 'project',
    retry: 'later',
    doc: 'No process runs this migration: directors go on as they were told last, and nothing is followed or compared. Start it again with `actionbase migrate start`.',
  },
  'migration-failed': {
    status: 500,
    body: 'project',
    retry: 'never',
    doc: 'The process that runs the migration could not carry out what it was asked. The message has the reason; nothing has moved.',
  },
  'migration-unfit': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'The declaration does not fit the old table or the new one. The message names what to change.',
  },
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
  'row-unfit': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'A row of the old table can not be an edge of the new one, or the new table refuses it; or the application writes such an edge. The message names the key and the reason. Correct the row, the declaration or the schema, then start again: it goes on at that row.',
  },
  'version-not-raised': {
    status: 409,
    body: 'project',
    retry: 'never',
    doc: 'A program changed a row of the old table without raising its version, so the order of its changes can not be told. The message names the key. Make every writer raise the version, or take versions from the log (`fromLog`), and copy again.',
  },
  'follower-ended': {
    status: 409,
    body: 'project',
    retry: 'never',
    doc: 'Somebody waits for a follower of the old log that was stopped. Start it again: it goes on where it ended.',
  },
});
