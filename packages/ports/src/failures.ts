import { defineFailures } from '@actionbase/core/failure';

/** What logs, stores and disks may answer instead of doing what they were asked to. */
export const portFailures = defineFailures({
  'disk-full': {
    status: 507,
    body: 'project',
    retry: 'later',
    doc: 'The disk has no room left. Nothing that was acknowledged is harmed; free space, and writing goes on by itself.',
  },
  'disk-failed': {
    status: 503,
    body: 'project',
    retry: 'later',
    doc: 'The operating system refused a file operation. The message names the file and the error; look at the disk.',
  },
  locked: {
    status: 503,
    body: 'project',
    retry: 'never',
    doc: 'Another process owns the data directory. The message names its process id; stop it or choose another directory.',
  },
  fenced: {
    status: 503,
    body: 'project',
    retry: 'later',
    doc: 'Another process has opened the data directory since, although this one had not let go of it. This one writes nothing any more and stops; the other one goes on. Find out how the lock was lost: two servers on one directory are a mistake.',
  },
  'log-rejected': {
    status: 503,
    body: 'project',
    retry: 'later',
    doc: 'The log refused an append before anything was written, for the reason in the message.',
  },
  'log-unknown-outcome': {
    status: 503,
    body: 'project',
    retry: 'unknown-outcome',
    doc: 'An append failed in a way that leaves open whether it happened. It may be sent again.',
  },
  'log-closed': {
    status: 503,
    body: 'project',
    retry: 'later',
    doc: 'The log takes no appends until it has been recovered after a failure, or because it was closed.',
  },
  'log-damaged': {
    status: 500,
    body: 'default',
    retry: 'never',
    doc: 'A part of the log that was durable cannot be read. The message names file and byte offset; restore from a backup.',
  },
  'log-trimmed': {
    status: 410,
    body: 'project',
    retry: 'never',
    doc: 'The position asked for is older than what the log still keeps.',
  },
  'store-full': {
    status: 507,
    body: 'project',
    retry: 'later',
    doc: 'The store has no room left. Nothing that was acknowledged is harmed; free space or raise the limit.',
  },
  'store-failed': {
    status: 503,
    body: 'project',
    retry: 'later',
    doc: 'The store refused a read or a write. The message names the error.',
  },
  'store-unknown-format': {
    status: 503,
    body: 'project',
    retry: 'never',
    doc: 'The store was written in a format that this program does not know. Use the program that wrote it, or an empty directory.',
  },
  'store-read-only': {
    status: 503,
    body: 'project',
    retry: 'never',
    doc: 'The store was opened for reading only.',
  },
  'legacy-unavailable': {
    status: 503,
    body: 'project',
    retry: 'later',
    doc: 'The old database does not answer, or broke the connection. What was under way may be tried again.',
  },
  'legacy-refused': {
    status: 400,
    body: 'project',
    retry: 'never',
    doc: 'The old database refused a statement. The message has its words: a missing table or right, a value that a column does not take.',
  },
  'legacy-log-gone': {
    status: 410,
    body: 'project',
    retry: 'never',
    doc: 'The old database no longer has its change log from the position asked for. Let it keep the log longer, and copy again.',
  },
  'legacy-schema-changed': {
    status: 409,
    body: 'project',
    retry: 'never',
    doc: 'The columns of a followed table were changed. Compare the declaration with the table, then go on from the position in the message.',
  },
});
