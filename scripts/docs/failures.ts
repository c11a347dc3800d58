import { fileLogFailures } from '@actionbase/adapter-file-log/failures';
import { parquetFailures } from '@actionbase/adapter-parquet/failures';
import { commandFailures } from '@actionbase/cli/failures';
import type { FailureKind } from '@actionbase/core/failure';
import { coreFailures } from '@actionbase/core/failures';
import { engineFailures } from '@actionbase/engine/failures';
import { migrateFailures } from '@actionbase/migrate/failures';
import { portFailures } from '@actionbase/ports/failures';
import { serverFailures } from '@actionbase/server/failures';
import type { GeneratedBlock } from './generated-block.ts';

/** Every code that an answer or a log line may carry. */
export const failureTables: GeneratedBlock = {
  file: 'docs/failures.md',
  marker: 'failures',
  print: () =>
    [
      ...printTable('HTTP side (`server`)', serverFailures),
      ...printTable('What a request says (`core`)', coreFailures),
      ...printTable('What the request meets (`engine`)', engineFailures),
      ...printTable('Disk, log and store (`ports`)', portFailures),
      ...printTable('Log in files (`adapter-file-log`)', fileLogFailures),
      ...printTable('Backups and exports on the command line (`cli`)', commandFailures),
      ...printTable('Migrations (`migrate`)', migrateFailures),
      ...printTable('Parquet files (`adapter-parquet`)', parquetFailures),
    ].join('\n'),
};

function printTable(title: string, failures: Readonly<Record<string, FailureKind>>): string[] {
  const rows = Object.values(failures).map(
    ({ code, status, body, retry, doc }) => `| \`${code}\` | ${status} | ${body} | ${retry} | ${doc} |`,
  );
  return [
    `## ${title}`,
    '',
    '| code | status | body | retry | meaning, and what to do |',
    '|---|---|---|---|---|',
    ...rows,
    '',
  ];
}
