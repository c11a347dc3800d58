import { Failure } from '@actionbase/core/failure';
import type { Clock } from '@actionbase/ports/clock';
import type { ServerConfig } from '../config/config-table.ts';
import { serverFailures } from '../failures.ts';
import type { AccessMetrics } from './access-metrics.ts';
import { AuditFile } from './audit-file.ts';
import { AuditLog } from './audit-log.ts';
import { FileWatch, stampOf, type WatchedFiles } from './file-watch.ts';
import { isLoopback } from './loopback.ts';
import { readTlsFiles, type TlsIdentity } from './tls-files.ts';
import { readTokenFile } from './token-file.ts';
import { TokenKeeper } from './token-keeper.ts';

export interface AccessParts {
  readonly clock: Clock;
  readonly metrics: AccessMetrics;
  readonly onNotice: (text: string) => void;
  /** Takes audit lines when they have no file of their own. */
  readonly writeLog: (text: string) => void;
}

/** Who is let in, and how, as the settings say. */
export interface Access {
  /** Null: everybody. */
  readonly tokens: TokenKeeper | null;
  /** Null: plain HTTP. */
  readonly tls: TlsIdentity | null;
  readonly metricsAreOpen: boolean;
  readonly audit: AuditLog;
  /** Follows the files of tokens and certificates; `renewTls` is given each new certificate. */
  readonly watch: (renewTls: (identity: TlsIdentity) => void) => FileWatch;
}

/**
 * Reads what the settings name. Failures: `access-not-guarded`, `settings-contradict`, `file-not-usable`, `file-exposed`.
 */
export async function openAccess(config: ServerConfig, parts: AccessParts): Promise<Access> {
  requireSense(config);
  const { clock, metrics, onNotice, writeLog } = parts;
  const tokensFile = config['access.tokensFile'];
  const paths = { certFile: config['tls.certFile'], keyFile: config['tls.keyFile'] };
  const stamps = { tokens: await stampOf([tokensFile]), tls: await stampOf(Object.values(paths)) };
  const tokens = tokensFile === '' ? null : new TokenKeeper(await readTokenFile(tokensFile));
  const tls = paths.certFile === '' ? null : await readTlsFiles(paths);
  const isLocal = isLoopback(config.host);
  if (tokens !== null) tellTokens(tokens, { isSafe: isLocal || tls !== null, metrics, onNotice });
  if (tls !== null) metrics.setCertificateExpiry(tls.expiresMs);
  const auditFile = config['audit.file'] === '' ? null : new AuditFile(config['audit.file'], onNotice);
  const choice = config['access.metrics'];
  return {
    tokens,
    tls,
    metricsAreOpen: choice === 'auto' ? isLocal : choice === 'open',
    audit: new AuditLog({ clock, write: auditFile === null ? writeLog : (line) => auditFile.write(line) }),
    watch: (renewTls) => {
      const files: WatchedFiles[] = [];
      if (tokens !== null) files.push({ ...watchTokens(tokensFile, tokens, metrics), stamp: stamps.tokens });
      if (tls !== null) files.push({ ...watchTls(paths, metrics, renewTls), stamp: stamps.tls });
      for (const { name } of files) metrics.read(name, false);
      return new FileWatch({ clock, files, onNotice, onRead: (name, failed) => metrics.read(name, failed) });
    },
  };
}

function requireSense(config: ServerConfig): void {
  const { host } = config;
  const hasTokens = config['access.tokensFile'] !== '';
  if ((config['tls.certFile'] === '') !== (config['tls.keyFile'] === '')) {
    throw new Failure(
      serverFailures['settings-contradict'],
      'tls.certFile and tls.keyFile go together; one is missing',
    );
  }
  if (hasTokens && config['access.allowAnonymous']) {
    const message =
      'access.allowAnonymous and access.tokensFile contradict each other: tokens are asked of everybody, or of nobody';
    throw new Failure(serverFailures['settings-contradict'], message);
  }
  if (hasTokens || config['access.allowAnonymous'] || isLoopback(host)) return;
  const message =
    `host is ${host}, and without tokens everybody who reaches it may do everything. Three ways out: ` +
    'make tokens ("actionbase token create") and name their file in access.tokensFile; ' +
    'listen on this computer only (host 127.0.0.1); ' +
    'or, where something else keeps strangers out, set access.allowAnonymous';
  throw new Failure(serverFailures['access-not-guarded'], message, { host });
}

function tellTokens(
  tokens: TokenKeeper,
  { isSafe, metrics, onNotice }: Pick<AccessParts, 'metrics' | 'onNotice'> & { readonly isSafe: boolean },
): void {
  metrics.setTokens(tokens.count);
  if (tokens.count === 0) onNotice('access.tokensFile has no token: every call is refused until it has one');
  if (!isSafe)
    onNotice('tokens cross the network in clear text: set tls.certFile and tls.keyFile, or put a TLS proxy in front');
}

function watchTokens(path: string, keeper: TokenKeeper, metrics: AccessMetrics): Omit<WatchedFiles, 'stamp'> {
  return {
    name: 'tokens',
    paths: [path],
    reload: async () => {
      keeper.replace(await readTokenFile(path));
      metrics.setTokens(keeper.count);
      return `access.tokensFile was read again: ${keeper.count} tokens`;
    },
  };
}

function watchTls(
  paths: { readonly certFile: string; readonly keyFile: string },
  metrics: AccessMetrics,
  renewTls: (identity: TlsIdentity) => void,
): Omit<WatchedFiles, 'stamp'> {
  return {
    name: 'tls',
    paths: [paths.certFile, paths.keyFile],
    reload: async () => {
      const identity = await readTlsFiles(paths);
      renewTls(identity);
      metrics.setCertificateExpiry(identity.expiresMs);
      return `the TLS certificate was read again; it ends ${new Date(identity.expiresMs).toISOString()}`;
    },
  };
}
