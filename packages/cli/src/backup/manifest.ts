import type { InheritedEpoch } from '@actionbase/adapter-file-log/log-meta';
import { parseJson } from '@actionbase/core/codec/json-text';
import { Failure } from '@actionbase/core/failure';
import { type JsonPlace, parseWhole } from '@actionbase/core/wire/json-place';
import { commandFailures } from '../failures.ts';
import type { StoreDigest } from './store-digest.ts';

/** Name of the file that makes a folder a backup. It is written last. */
export const MANIFEST_FILE = 'manifest.json';

/** The layout of a backup. Raised when an older program could not read it. */
export const BACKUP_FORMAT = 1;

/** Everything that a backup says about itself. */
export interface Manifest {
  /** Version of the program that wrote it. */
  readonly program: string;
  /** Whatever was acknowledged up to this time is in it. */
  readonly takenAtMs: number;
  readonly epoch: number;
  /** Epochs before it, in which the first frames of the log were appended. */
  readonly inherited: readonly InheritedEpoch[];
  readonly store: StoreFacts;
  readonly log: LogFacts;
  /** All files but the manifest, by their paths within the backup. */
  readonly files: readonly FileFacts[];
}

export interface StoreFacts extends StoreDigest {
  /** Offset of the last frame whose rows are in; -1 for none. */
  readonly offset: number;
  readonly stampMs: number;
  /** A log that goes with this store reaches back to this frame at least: the store's own, or the first that waits in its queue. */
  readonly logNeededFrom: number;
  /** Highest position per origin, as decimal text. */
  readonly inbox: Readonly<Record<string, string>>;
}

/** Frames of the log, [start, end). */
export interface LogFacts {
  readonly start: number;
  readonly end: number;
  readonly lastStampMs: number;
}

export interface FileFacts {
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
}

/** Prints a manifest as the text of its file. */
export function printManifest(manifest: Manifest): string {
  return `${JSON.stringify({ backup: 'actionbase', format: BACKUP_FORMAT, ...manifest }, null, 2)}\n`;
}

/** Parses the text of a manifest; `path` is for the message of the failure `backup-unreadable`. */
export function parseManifest(text: string, path: string): Manifest {
  try {
    return parseWhole(parseJson(text), '', readManifest);
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    const message = `${path} is not the manifest of a backup of format ${BACKUP_FORMAT}: ${error.message}`;
    throw new Failure(commandFailures['backup-unreadable'], message, { path }, error);
  }
}

function readManifest(place: JsonPlace): Manifest {
  const root = place.object();
  root.member('backup').oneOf(['actionbase']);
  root.member('format').integer(BACKUP_FORMAT, BACKUP_FORMAT);
  const log = root.member('log').object();
  return {
    program: root.member('program').text(),
    takenAtMs: readCount(root, 'takenAtMs'),
    epoch: readCount(root, 'epoch'),
    inherited: root
      .member('inherited')
      .items()
      .map((earlier) => ({ epoch: readCount(earlier, 'epoch'), end: readCount(earlier, 'end') })),
    store: readStore(root.member('store').object()),
    log: { start: readCount(log, 'start'), end: readCount(log, 'end'), lastStampMs: readCount(log, 'lastStampMs') },
    files: root.member('files').items().map(readFileFacts),
  };
}

function readStore(store: JsonPlace): StoreFacts {
  const inbox = store.member('inbox').object();
  return {
    offset: store.member('offset').integer(-1, Number.MAX_SAFE_INTEGER),
    stampMs: readCount(store, 'stampMs'),
    logNeededFrom: readCount(store, 'logNeededFrom'),
    hash: store.member('hash').text(),
    rows: readCount(store, 'rows'),
    tables: store
      .member('tables')
      .items()
      .map((table) => ({
        name: table.member('name').text(),
        states: readCount(table, 'states'),
        rows: readCount(table, 'rows'),
        hash: table.member('hash').text(),
      })),
    inbox: Object.fromEntries(Object.keys(inbox.value ?? {}).map((origin) => [origin, inbox.member(origin).text()])),
  };
}

function readFileFacts(file: JsonPlace): FileFacts {
  const path = file.member('path');
  // A path is followed: it must not lead out of the backup.
  if (!/^(?:store|log)\/[\w.-]+$/.test(path.text())) path.refuse('is no file of a backup');
  return {
    path: path.text(),
    sizeBytes: readCount(file, 'sizeBytes'),
    sha256: file.member('sha256').text(),
  };
}

function readCount(place: JsonPlace, name: string): number {
  return place.member(name).integer(0, Number.MAX_SAFE_INTEGER);
}
