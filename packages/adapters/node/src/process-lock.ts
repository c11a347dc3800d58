import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { DatabaseSync } from 'node:sqlite';
import { Failure } from '@actionbase/core/failure';
import { portFailures } from '@actionbase/ports/failures';
import { translate } from './node-failure.ts';

/** Tries of starters that get into each other's way at the same moment. */
const ATTEMPTS_MAX = 20;
/** How long one try waits for the others, at most. */
const ATTEMPT_WAIT_MS = 25;

const SQLITE_BUSY = 5;

/** The locks that are held: a connection that nobody refers to is collected, and its lock free. */
const held = new Set<DatabaseSync>();

/**
 * Takes the exclusive lock `path` for this process: a lock of the operating system on the file, so that it is free the
 * moment its holder is gone, however that happened. There are no stale locks, nothing to take over, and no process id
 * that might meanwhile mean somebody else, as in a restarted container.
 *
 * Node itself offers no such lock, but its SQLite takes one to write a database: `path` is an empty database that is never
 * written, held by a transaction that never ends. A second connection is refused in this process as well.
 *
 * The file `path`.owner says who holds it, for people and for the message; nothing depends on it.
 */
export function lockFile(path: string): AsyncDisposable {
  const database = openDatabase(path);
  for (let attempt = 1; !beginExclusive(database, path); attempt++) {
    const owner = readOwner(path);
    if (owner === undefined && attempt < ATTEMPTS_MAX) continue;
    database.close();
    throw lockedBy(path, owner);
  }
  try {
    writeFileSync(ownerPath(path), `process ${process.pid} on ${hostname()}\n`);
  } catch (error) {
    database.close();
    throw translate('note the owner in', ownerPath(path), error);
  }
  held.add(database);
  return {
    async [Symbol.asyncDispose]() {
      if (!database.isOpen) return;
      held.delete(database);
      rmSync(ownerPath(path), { force: true });
      database.close();
    },
  };
}

function openDatabase(path: string): DatabaseSync {
  try {
    return new DatabaseSync(path, { timeout: ATTEMPT_WAIT_MS });
  } catch (error) {
    throw translate('open the lock', path, error);
  }
}

function beginExclusive(database: DatabaseSync, path: string): boolean {
  try {
    database.exec('BEGIN EXCLUSIVE');
    return true;
  } catch (error) {
    if (error instanceof Error && 'errcode' in error && error.errcode === SQLITE_BUSY) return false;
    database.close();
    throw translate('take the lock', path, error);
  }
}

function ownerPath(path: string): string {
  return `${path}.owner`;
}

function readOwner(path: string): { readonly pid: number; readonly text: string } | undefined {
  let text: string;
  try {
    text = readFileSync(ownerPath(path), 'utf8').trim();
  } catch {
    return undefined;
  }
  const match = /^process (\d+) on \S+$/.exec(text);
  return match === null ? undefined : { pid: Number(match[1]), text };
}

function lockedBy(path: string, owner: { readonly pid: number; readonly text: string } | undefined): Failure {
  const holder = owner === undefined ? 'a process that has just started' : owner.text;
  return new Failure(portFailures.locked, `${path} is locked by ${holder}`, { path, pid: owner?.pid ?? null });
}
