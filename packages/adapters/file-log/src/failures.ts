import { defineFailures, Failure } from '@actionbase/core/failure';
import { portFailures } from '@actionbase/ports/failures';

/** What only a log in files may answer. */
export const fileLogFailures = defineFailures({
  'log-format': {
    status: 500,
    body: 'default',
    retry: 'never',
    doc: 'The log was written by a later version in a format that this one cannot read. Start the later version again.',
  },
});

/** A part of the log that was durable cannot be read: names the file and the byte. */
export function damaged(file: string, byte: number, why: string, cause?: unknown): Failure {
  return new Failure(portFailures['log-damaged'], `${file}, byte ${byte}: ${why}`, { file, byte }, cause);
}

/** The file was written in another format than this version's. */
export function unknownFormat(file: string, format: number, known: number): Failure {
  const message = `${file} has format ${format}; this version reads format ${known}. Use the version that wrote it.`;
  return new Failure(fileLogFailures['log-format'], message, { file, format, known });
}
