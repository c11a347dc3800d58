import { readFileSync } from 'node:fs';
import { setDefaultCACertificates } from 'node:tls';
import { UsageError } from '../arguments/usage-error.ts';

/** Lets this process trust the certificates of a PEM file, for servers that it calls from now on, and no others. */
export function trustOnly(path: string): void {
  const text = readFileSync(path, 'utf8');
  const certificates = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    if (certificates.length === 0) throw new Error('it has no certificate');
    setDefaultCACertificates(certificates);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`The file ${path} holds no certificates to trust, as PEM: ${reason}`, cause);
  }
}
