import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../root.ts';
import type { GeneratedBlock } from './generated-block.ts';

/** Where named limits stand in the code, by the part of the product that they bound. */
const sources: readonly { readonly title: string; readonly files: readonly string[] }[] = [
  { title: 'HTTP', files: ['packages/server/src/limits.ts'] },
  {
    title: 'Tokens',
    files: ['packages/server/src/access/token-file-json.ts', 'packages/server/src/access/token-file.ts'],
  },
  { title: 'Requests and the engine', files: ['packages/engine/src/limits.ts'] },
  {
    title: 'What a request may say',
    files: [
      'packages/core/src/codec/json-reader.ts',
      'packages/core/src/codec/cursor.ts',
      'packages/core/src/query/predicate.ts',
      'packages/core/src/query/multi-hop/split-pattern.ts',
      'packages/core/src/query/multi-hop/post-process.ts',
      'packages/core/src/wire/multi-hop-json.ts',
      'packages/core/src/wire/metadata-json.ts',
      'packages/core/src/wire/v2/entity-name.ts',
      'packages/core/src/wire/v2/query-json.ts',
      'packages/core/src/wire/v2/storage-json.ts',
      'packages/core/src/wire/json-place.ts',
      'packages/core/src/reduce/cast.ts',
    ],
  },
  {
    title: 'Table declarations',
    files: ['packages/core/src/model/validate-schema.ts', 'packages/engine/src/rework/plan-rework.ts'],
  },
  { title: 'Log files', files: ['packages/adapters/file-log/src/limits.ts'] },
  { title: 'Migrations: the director and the way back', files: ['packages/migrate/src/direct/limits.ts'] },
  { title: 'Migrations: the copier and the follower', files: ['packages/migrate/src/limits.ts'] },
  {
    title: 'Migrations: proof, stages and orders',
    files: [
      'packages/migrate/src/prove/prover.ts',
      'packages/migrate/src/prove/recent-keys.ts',
      'packages/migrate/src/stages/plan-move.ts',
      'packages/migrate/src/operate/beginning.ts',
      'packages/migrate/src/operate/coordinator.ts',
      'packages/migrate/src/operate/director-reports.ts',
      'packages/migrate/src/operate/control-call.ts',
    ],
  },
  {
    title: 'Embedded store',
    files: ['packages/adapters/lmdb/src/lmdb-reader.ts', 'packages/adapters/lmdb/src/lmdb-store.ts'],
  },
  { title: 'MariaDB as the old side', files: ['packages/adapters/mysql/src/limits.ts'] },
  { title: 'Counts in Redis', files: ['packages/adapters/redis/src/limits.ts'] },
  {
    title: 'Client and command line',
    files: [
      'packages/client/src/actionbase-client.ts',
      'packages/client/src/retry-plan.ts',
      'packages/client/src/table-handle.ts',
      'packages/client/src/tables.ts',
      'packages/client/src/log-calls.ts',
      'packages/cli/src/load/row-splitter.ts',
      'packages/cli/src/load/lanes.ts',
      'packages/cli/src/load/load.ts',
    ],
  },
  {
    title: 'Backups and exports',
    files: [
      'packages/cli/src/backup/take-backup.ts',
      'packages/cli/src/transfer/import-source.ts',
      'packages/adapters/parquet/src/parquet-writer.ts',
      'packages/adapters/parquet/src/parquet-file.ts',
    ],
  },
];

/** One limit as the code names it. */
export type NamedLimit = { readonly name: string; readonly value: number; readonly meaning: string };

/** Every named limit with its comment, read from the code that holds it. */
export const limitTables: GeneratedBlock = {
  file: 'docs/limits.md',
  marker: 'limits',
  print: () => sources.flatMap(({ title, files }) => printLimits(title, files)).join('\n'),
};

function printLimits(title: string, files: readonly string[]): string[] {
  const rows = files
    .flatMap((file) => findLimits(readFileSync(join(root, file), 'utf8')))
    .map(({ name, value, meaning }) => `| \`${name}\` | ${value.toLocaleString('en-US')} | ${meaning} |`);
  return [`## ${title}`, '', '| name | value | what it bounds |', '|---|---|---|', ...rows, ''];
}

const limitName = /(?:Max|Min|Default|Ms|_MAX|_MIN|_DEFAULT|_BYTES)$|(?:_MS_|_BYTES_)|(?:MsMax|MsMin)$/;
const documented =
  /\/\*\*((?:(?!\*\/)[\s\S])*)\*\/\s*(?:export )?(?:const )?(\w+)(?:: number)?(?: =|:) ([\d_*x a-f()-]+|2 \*\* [\d* ]+|[\d* ]+\*\* [\d* ]+)[;,]/g;

/** The documented numeric constants of a file whose names say that they are limits. */
export function findLimits(code: string): NamedLimit[] {
  return [...code.matchAll(documented)].flatMap(([, comment = '', name = '', expression = '']) => {
    if (!limitName.test(name)) return [];
    const meaning = comment.replace(/\s*\n\s*\*?\s*/g, ' ').trim();
    return [{ name, value: evaluate(expression), meaning }];
  });
}

/** A product of numbers and powers, as constants are written. */
function evaluate(expression: string): number {
  const factors = expression.replaceAll('_', '').split(/(?<!\*)\*(?!\*)/);
  return factors.reduce((product, factor) => {
    const [base = '', exponent = '1'] = factor.split('**');
    return product * Number(base.trim()) ** Number(exponent.trim());
  }, 1);
}
