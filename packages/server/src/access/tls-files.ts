import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { Failure } from '@actionbase/core/failure';
import { serverFailures } from '../failures.ts';
import { requirePrivate } from './private-file.ts';

/** Where certificate and key lie, as PEM. */
export interface TlsPaths {
  readonly certFile: string;
  readonly keyFile: string;
}

/** What a TLS server shows and proves itself with. */
export interface TlsIdentity {
  /** The server's certificate first, then those between it and its root. */
  readonly cert: string;
  readonly key: string;
  /** End of the certificate's life. */
  readonly expiresMs: number;
}

/**
 * Reads certificate and key, and checks that they belong together. The key must be private. Failures: `file-not-usable`,
 * `file-exposed`.
 */
export async function readTlsFiles({ certFile, keyFile }: TlsPaths): Promise<TlsIdentity> {
  const cert = await readPem(certFile);
  await requireKeyPrivate(keyFile);
  const key = await readPem(keyFile);
  try {
    createSecureContext({ cert, key });
    return { cert, key, expiresMs: Date.parse(new X509Certificate(cert).validTo) };
  } catch (cause) {
    // The message is OpenSSL's, which names what is wrong and shows nothing of the key.
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw notUsable(`${certFile} and ${keyFile}`, reason);
  }
}

async function requireKeyPrivate(keyFile: string): Promise<void> {
  try {
    await requirePrivate(keyFile);
  } catch (cause) {
    throw cause instanceof Failure ? cause : notUsable(keyFile, cause instanceof Error ? cause.message : String(cause));
  }
}

async function readPem(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw notUsable(path, cause instanceof Error ? cause.message : String(cause));
  }
}

function notUsable(what: string, reason: string): Failure {
  return new Failure(serverFailures['file-not-usable'], `TLS cannot use ${what}: ${reason}`, { what });
}
