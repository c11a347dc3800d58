import type { MysqlSettings } from '@actionbase/adapter-mysql/mysql-settings';
import type { ParsedArguments } from '../arguments/parsed-arguments.ts';
import { UsageError } from '../arguments/usage-error.ts';

/** Where the old database is, from `--legacy` or ACTIONBASE_LEGACY_URL; its password may stand in ACTIONBASE_LEGACY_PASSWORD instead. */
export function readLegacySettings(args: ParsedArguments, env: NodeJS.ProcessEnv): MysqlSettings {
  const text = args.text('legacy') ?? (env.ACTIONBASE_LEGACY_URL || undefined);
  if (text === undefined) throw new UsageError('No --legacy is given, and ACTIONBASE_LEGACY_URL is not set.');
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const database = url?.pathname.slice(1) ?? '';
  if (url?.protocol !== 'mysql:' || database === '' || url.username === '') {
    throw new UsageError('--legacy should be mysql://USER@HOST:PORT/DATABASE.');
  }
  return {
    host: url.hostname,
    port: Number(url.port || 3306),
    user: decodeURIComponent(url.username),
    password: env.ACTIONBASE_LEGACY_PASSWORD ?? decodeURIComponent(url.password),
    database: decodeURIComponent(database),
  };
}

/** A cache that serves counts, as `--counts` names it. */
export interface CountsSettings {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  readonly password: string | undefined;
}

/** Caches from `--counts NAME=redis://HOST:PORT`; their password may stand in ACTIONBASE_COUNTS_PASSWORD instead. */
export function readCountsSettings(args: ParsedArguments, env: NodeJS.ProcessEnv): readonly CountsSettings[] {
  return args.texts('counts').map((text) => {
    const [, name = '', address = ''] = /^([^=]+)=(.*)$/.exec(text) ?? [];
    const url = URL.canParse(address) ? new URL(address) : undefined;
    if (url?.protocol !== 'redis:') throw new UsageError('--counts should be NAME=redis://HOST:PORT.');
    const password = env.ACTIONBASE_COUNTS_PASSWORD ?? (decodeURIComponent(url.password) || undefined);
    return { name, host: url.hostname, port: Number(url.port || 6379), password };
  });
}
