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
  'migration-not-running': {
    status: 503,
    body: 'project',
    retry: 'later',
    doc: 'No process runs this migration: directors go on as they were told last, and nothing is followed or compared. Start it again with `actionbase migrate start`.',
  },
  'migration-unfit': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'The declaration does not fit the old table or the new one. The message names what to change.',
  },
});
