import { defineFailures } from '@actionbase/core/failure';

/** What a migration refuses. The status only tells whose fault it is, where nothing answers over HTTP. */
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
  'migration-unfit': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'The declaration does not fit the old table or the new one. The message names what to change.',
  },
  'row-unfit': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'A row of the old table can not be an edge of the new one, or the new table refuses it. The message names the key and the reason. Correct the row, the declaration or the schema, then start again: it goes on at that row.',
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
