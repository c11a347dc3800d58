import { unreachable } from '@actionbase/core/failure';
import { CONFIG_TABLE, type Setting } from './config-table.ts';
import { describeAllowed } from './read-config.ts';

const SETTINGS: readonly (readonly [string, Setting])[] = Object.entries(CONFIG_TABLE);

/** The settings as a part of a `--help` text: two lines each. */
export function printConfigHelp(): string {
  const heads = SETTINGS.map(([, setting]) => `${setting.flag} ${placeholder(setting)}`.trimEnd());
  const width = Math.max(...heads.map((head) => head.length));
  const lines = SETTINGS.map(
    ([, setting], place) =>
      `  ${(heads[place] ?? '').padEnd(width)}  ${setting.env} (${printDefault(setting)})\n      ${setting.help}`,
  );
  return lines.join('\n');
}

/** The settings as a table of a document. */
export function printConfigMarkdown(): string {
  const rows = SETTINGS.map(([name, setting]) => {
    const cells = [`\`${name}\``, `\`${setting.env}\``, `\`${setting.flag}\``, `\`${printDefault(setting)}\``];
    return `| ${[...cells, describeAllowed(setting), setting.help].join(' | ')} |`;
  });
  return [
    '| setting | environment variable | flag | default | takes | meaning |',
    '|---|---|---|---|---|---|',
    ...rows,
  ].join('\n');
}

function placeholder(setting: Setting): string {
  switch (setting.type) {
    case 'text':
      return '<text>';
    case 'origins':
      return '<origins>';
    case 'path':
      return '<path>';
    case 'switch':
      return '[on|off]';
    case 'choice':
      return `<${setting.values.join('|')}>`;
    case 'integer':
      return '<number>';
    case 'bytes':
      return '<bytes>';
    default:
      return unreachable(setting);
  }
}

function printDefault(setting: Setting): string {
  switch (setting.type) {
    case 'switch':
      return setting.default ? 'on' : 'off';
    case 'bytes':
      return printBytes(setting.default);
    case 'origins':
    case 'path':
      return setting.default === '' ? 'none' : setting.default;
    default:
      return String(setting.default);
  }
}

function printBytes(bytes: number): string {
  for (const [unit, size] of [
    ['GiB', 1024 ** 3],
    ['MiB', 1024 ** 2],
    ['KiB', 1024],
  ] as const) {
    if (bytes % size === 0) return `${bytes / size}${unit}`;
  }
  return String(bytes);
}
