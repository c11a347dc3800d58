import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';

/** The file of a migration's folder that holds the public key of its evidence. */
export const PUBLIC_KEY_FILE = 'evidence.pub.pem';

/** The operator's key; without a file of his own, one that is made for the folder at the first start. */
export async function openEvidenceKey(directory: string, path: string | undefined): Promise<KeyObject> {
  const file = path ?? `${directory}/evidence.key.pem`;
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (path === undefined && error.code === 'ENOENT') return undefined;
    throw error;
  });
  const key = text === undefined ? generateKeyPairSync('ed25519').privateKey : createPrivateKey(text);
  if (text === undefined)
    await writeFile(file, key.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
  const publicText = createPublicKey(key).export({ type: 'spki', format: 'pem' });
  await writeFile(`${directory}/${PUBLIC_KEY_FILE}`, publicText);
  return key;
}

export async function readPublicKey(path: string): Promise<KeyObject> {
  return createPublicKey(await readFile(path, 'utf8'));
}
