import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Where the fixtures lie. */
export const FIXTURES = join(import.meta.dirname, 'fixtures');

/** How the program ended that wrote a fixture: stopped, killed, or stopped and then restored from its backup. */
export const ENDINGS = ['stopped', 'killed', 'restored'] as const;

/** What a fixture holds, as the version that wrote it answered. */
export interface Manifest {
  readonly name: string;
  /** Of the program that wrote it. */
  readonly commit: string;
  readonly ending: (typeof ENDINGS)[number];
  /** Calls that this version did not know or refused, with the status. */
  readonly refused: readonly string[];
  /** What the reads answered, all with status 200. */
  readonly answers: readonly { readonly path: string; readonly text: string }[];
}

/** All fixtures, by their names. */
export function readManifests(): readonly Manifest[] {
  return readdirSync(FIXTURES)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name): Manifest => JSON.parse(readFileSync(join(FIXTURES, name), 'utf8')));
}

/** The packed data directory that belongs to a manifest. */
export function readArchive({ name, ending }: Manifest): Uint8Array {
  return readFileSync(join(FIXTURES, `${name}-${ending}.br`));
}
