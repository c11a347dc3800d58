import { chmod, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemRandom } from '@actionbase/adapter-node/system-random';
import { type AccessToken, hashTokenText, makeTokenText } from '../access/access-token.ts';
import { printTokenFile } from '../access/token-file-json.ts';

/** A token with its text. */
export interface KnownToken {
  readonly text: string;
  readonly token: AccessToken;
}

/** A token that may read everything and never ends, with some parts changed. */
export function aToken(parts: Partial<AccessToken> = {}): KnownToken {
  const text = makeTokenText(new SystemRandom());
  const token: AccessToken = {
    id: 'reader',
    sha256: hashTokenText(text),
    previous: null,
    role: 'read',
    databases: '*',
    comment: '',
    createdMs: 1_750_000_000_000,
    expiresMs: null,
    ...parts,
  };
  return { text, token };
}

/** A file of tokens in a folder of its own, which is removed in the end. */
export interface TestTokenFile extends AsyncDisposable {
  readonly folder: string;
  readonly path: string;
  /** Replaces the tokens in one step. */
  write(tokens: readonly KnownToken[]): Promise<void>;
  /** Replaces the file's text in one step. */
  writeText(text: string): Promise<void>;
}

export async function makeTokenFile(tokens: readonly KnownToken[]): Promise<TestTokenFile> {
  const folder = await mkdtemp(join(tmpdir(), 'actionbase-access-'));
  const path = join(folder, 'tokens.json');
  const writeText = async (text: string): Promise<void> => {
    await writeFile(`${path}.new`, text, { mode: 0o600 });
    await chmod(`${path}.new`, 0o600);
    await rename(`${path}.new`, path);
  };
  const write = (next: readonly KnownToken[]): Promise<void> =>
    writeText(printTokenFile(next.map(({ token }) => token)));
  await write(tokens);
  return { folder, path, write, writeText, [Symbol.asyncDispose]: () => rm(folder, { recursive: true }) };
}

/** The header that brings a token along. */
export function bearer({ text }: KnownToken): { readonly authorization: string } {
  return { authorization: `Bearer ${text}` };
}
