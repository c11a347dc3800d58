import { defineFailures } from '@actionbase/core/failure';

/** What the commands about backups and exports refuse. Nothing answers them over HTTP: the status only tells whose fault it is. */
export const commandFailures = defineFailures({
  'folder-not-empty': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'A backup or a restore needs a folder that is empty or missing. The message names what is in it; one that was interrupted is removed by hand.',
  },
  'backup-unreadable': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'The folder is no backup that this program can read: its manifest.json is missing (the backup was interrupted), damaged, or of a later format.',
  },
  'backup-damaged': {
    status: 500,
    body: 'project',
    retry: 'never',
    doc: 'A file of a backup is missing or has changed since it was written, or what it holds does not fit together. The message names it; use another backup.',
  },
  'backup-mismatch': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'Store and log are not of one history: another epoch, or another frame at the same position. The message says which.',
  },
  'position-not-in-backup': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'A backup cannot give the position or time that was asked for. The message names what it can give; an older backup, or `--log` with a longer log, reaches further.',
  },
  'export-unreadable': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'The file is no export that this program can read, or it was cut off: its last line, which tells how many rows there are, is missing.',
  },
  'no-such-table': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'The store that is exported from has no table or alias of this name. The message lists those that it has.',
  },
});
