import { unreachable } from '@actionbase/core/failure';
import { CONFIG_TABLE, type ServerConfig, type Setting, type SettingName } from './config-table.ts';
import { nearestName } from './nearest-name.ts';

export interface ConfigSources {
  /** Command line arguments, without the program and the command. */
  readonly flags: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** A configuration, or everything that is wrong with it at once. `warnings` never stop a start. */
export type ConfigReading =
  | { readonly kind: 'config'; readonly config: ServerConfig; readonly warnings: readonly string[] }
  | { readonly kind: 'problems'; readonly problems: readonly string[]; readonly warnings: readonly string[] };

const ENV_PREFIX = 'ACTIONBASE_';

const SETTINGS: ReadonlyMap<string, Setting> = new Map(Object.entries(CONFIG_TABLE));
const NAME_BY_FLAG = new Map([...SETTINGS].map(([name, setting]) => [setting.flag, name]));
const NAME_BY_ENV = new Map([...SETTINGS].map(([name, setting]) => [setting.env, name]));

type Value = string | number | boolean;

/**
 * Reads the configuration: flags over environment over defaults. A flag is `--port 8080` or `--port=8080`; a switch may
 * stand alone, which means on. An empty environment variable counts as not set.
 */
export function readConfig({ flags, env }: ConfigSources): ConfigReading {
  const problems: string[] = [];
  const values = new Map<string, Value>([...SETTINGS].map(([name, setting]) => [name, setting.default]));
  const read = (name: string, source: string, text: string): void => {
    const setting = SETTINGS.get(name);
    const value = setting === undefined ? undefined : parseSetting(setting, text);
    if (value !== undefined) values.set(name, value);
    else if (setting !== undefined) problems.push(`${source} is "${text}"; expected ${describeAllowed(setting)}`);
  };
  for (const [variable, name] of NAME_BY_ENV) {
    const text = env[variable];
    if (text !== undefined && text !== '') read(name, variable, text);
  }
  for (const { flag, text } of splitFlags(flags, problems)) {
    const name = NAME_BY_FLAG.get(flag);
    if (name !== undefined) read(name, flag, text);
  }
  const warnings = unknownVariables(env);
  if (problems.length > 0) return { kind: 'problems', problems, warnings };
  return { kind: 'config', config: configOf(values), warnings };
}

/** The configuration of a server that is told nothing, with some settings changed. */
export function defaultConfig(changes: Partial<ServerConfig> = {}): ServerConfig {
  const values = new Map<string, Value>([...SETTINGS].map(([name, setting]) => [name, setting.default]));
  return { ...configOf(values), ...changes };
}

/** What a setting takes, in words. */
export function describeAllowed(setting: Setting): string {
  switch (setting.type) {
    case 'text':
      return 'text that is not empty';
    case 'origins':
      return 'origins like https://shop.example with commas between them, or *, or none';
    case 'path':
      return 'a path';
    case 'switch':
      return 'on or off';
    case 'choice':
      return `one of ${setting.values.join(', ')}`;
    case 'integer':
      return `an integer from ${setting.min} to ${setting.max}`;
    case 'bytes':
      return `bytes from ${setting.min} to ${setting.max}, as a number or with KiB, MiB or GiB`;
    default:
      return unreachable(setting);
  }
}

interface Flag {
  readonly flag: string;
  readonly text: string;
}

function splitFlags(args: readonly string[], problems: string[]): Flag[] {
  const found: Flag[] = [];
  for (let at = 0; at < args.length; at++) {
    const arg = args[at] ?? '';
    const equals = arg.indexOf('=');
    const flag = equals < 0 ? arg : arg.slice(0, equals);
    const setting = SETTINGS.get(NAME_BY_FLAG.get(flag) ?? '');
    if (setting === undefined) {
      problems.push(`${flag} is not a setting; did you mean ${nearestName(flag, NAME_BY_FLAG.keys())}?`);
      // Its value is not a mistake of its own.
      if (equals < 0 && isValue(args[at + 1])) at++;
    } else if (equals >= 0) {
      found.push({ flag, text: arg.slice(equals + 1) });
    } else if (isValue(args[at + 1])) {
      found.push({ flag, text: args[++at] ?? '' });
    } else if (setting.type === 'switch') {
      found.push({ flag, text: 'on' });
    } else {
      problems.push(`${flag} has no value; expected ${describeAllowed(setting)}`);
    }
  }
  return found;
}

function isValue(arg: string | undefined): boolean {
  return arg !== undefined && !arg.startsWith('--');
}

/** Undefined for a text that the setting does not take. */
function parseSetting(setting: Setting, text: string): Value | undefined {
  switch (setting.type) {
    case 'text':
    case 'path':
      return text === '' ? undefined : text;
    case 'origins':
      return parseOrigins(text);
    case 'switch':
      if (text === 'on' || text === 'true') return true;
      return text === 'off' || text === 'false' ? false : undefined;
    case 'choice':
      return setting.values.find((value) => value === text);
    case 'integer':
    case 'bytes': {
      const number = setting.type === 'bytes' ? parseBytes(text) : /^\d+$/.test(text) ? Number(text) : Number.NaN;
      return number >= setting.min && number <= setting.max ? number : undefined;
    }
    default:
      return unreachable(setting);
  }
}

/** An origin as browsers send it: scheme, host, and the port unless it is the scheme's own. */
const ORIGIN = /^https?:\/\/[a-z0-9.-]+(?::\d{1,5})?$|^https?:\/\/\[[0-9a-f:]+\](?::\d{1,5})?$/;

/** Origins with commas between them; empty for none. */
function parseOrigins(text: string): string | undefined {
  if (text === 'none') return '';
  const origins = text.split(',').map((origin) => origin.trim());
  const isKnown = text === '*' || origins.every((origin) => ORIGIN.test(origin));
  return isKnown ? origins.join(',') : undefined;
}

const BYTES_PER_UNIT: Readonly<Record<string, number>> = { '': 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 };

function parseBytes(text: string): number {
  const [, digits, unit] = /^(\d+)(KiB|MiB|GiB|)$/.exec(text) ?? [];
  return Number(digits) * (BYTES_PER_UNIT[unit ?? ''] ?? Number.NaN);
}

function unknownVariables(env: ConfigSources['env']): string[] {
  return Object.keys(env)
    .filter((variable) => variable.startsWith(ENV_PREFIX) && !NAME_BY_ENV.has(variable))
    .sort()
    .map((variable) => `${variable} is not a setting; did you mean ${nearestName(variable, NAME_BY_ENV.keys())}?`);
}

/** The table gives every setting a value of its type; the compiler cannot follow it through the map. */
function configOf(values: ReadonlyMap<string, Value>): ServerConfig {
  return Object.fromEntries(values) as { [N in SettingName]: Value } as ServerConfig;
}
