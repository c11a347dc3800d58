import { generateKeyPairSync, sign } from 'node:crypto';

/** A certificate of a test with its key, both as PEM. It is its own root. */
export interface SelfSigned {
  readonly cert: string;
  readonly key: string;
}

const DAY_MS = 86_400_000;

/** OIDs in their encoded form. */
const ECDSA_WITH_SHA256 = [0x2a, 0x86, 0x48, 0xce, 0x3d, 0x04, 0x03, 0x02];
const COMMON_NAME = [0x55, 0x04, 0x03];
const SUBJECT_ALT_NAME = [0x55, 0x1d, 0x11];
const BASIC_CONSTRAINTS = [0x55, 0x1d, 0x13];

/**
 * Makes a certificate for 127.0.0.1 and localhost, valid for a day around now. Node signs, but makes no certificates: the
 * few fields of X.509 that a server needs are written here.
 */
export function makeSelfSigned(name: string): SelfSigned {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const algorithm = sequence(oid(ECDSA_WITH_SHA256));
  const subject = sequence(set(sequence(oid(COMMON_NAME), node(0x0c, Buffer.from(name)))));
  const validity = sequence(utcTime(Date.now() - DAY_MS), utcTime(Date.now() + DAY_MS));
  const body = sequence(
    node(0xa0, integer(2)),
    integer(Math.floor(Math.random() * 2 ** 30)),
    algorithm,
    subject,
    validity,
    subject,
    publicKey.export({ type: 'spki', format: 'der' }),
    node(0xa3, sequence(altNames(), basicConstraints())),
  );
  const signature = sign('sha256', body, privateKey);
  const certificate = sequence(body, algorithm, node(0x03, Buffer.concat([Buffer.of(0), signature])));
  return { cert: pem(certificate), key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString() };
}

function altNames(): Buffer {
  const names = sequence(node(0x82, Buffer.from('localhost')), node(0x87, Buffer.of(127, 0, 0, 1)));
  return sequence(oid(SUBJECT_ALT_NAME), node(0x04, names));
}

/** It may sign itself. */
function basicConstraints(): Buffer {
  return sequence(
    oid(BASIC_CONSTRAINTS),
    node(0x01, Buffer.of(0xff)),
    node(0x04, sequence(node(0x01, Buffer.of(0xff)))),
  );
}

/** A node of DER: tag, length, content. */
function node(tag: number, content: Uint8Array): Buffer {
  const { length } = content;
  const head =
    length < 0x80 ? [tag, length] : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from(head), content]);
}

function sequence(...parts: readonly Uint8Array[]): Buffer {
  return node(0x30, Buffer.concat(parts));
}

function set(part: Uint8Array): Buffer {
  return node(0x31, part);
}

function oid(bytes: readonly number[]): Buffer {
  return node(0x06, Buffer.from(bytes));
}

/** A small positive integer. */
function integer(value: number): Buffer {
  const bytes = Buffer.alloc(5);
  bytes.writeUInt32BE(value, 1);
  let start = 0;
  while (start < 4 && bytes[start] === 0 && (bytes[start + 1] ?? 0) < 0x80) start++;
  return node(0x02, bytes.subarray(start));
}

function utcTime(timeMs: number): Buffer {
  const digits = new Date(timeMs).toISOString().replaceAll(/[-:T]|\.\d+/g, '');
  return node(0x17, Buffer.from(digits.slice(2)));
}

function pem(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
