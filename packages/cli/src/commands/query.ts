import { readFile } from 'node:fs/promises';
import type { QueryResult } from '@actionbase/client';
import { parseJson } from '@actionbase/core/codec/json-text';
import type { JsonObject, JsonValue } from '@actionbase/core/codec/json-value';
import { Failure } from '@actionbase/core/failure';
import { isJsonObject, memberOf } from '@actionbase/core/wire/json-place';
import { UsageError } from '../arguments/usage-error.ts';
import type { ParsedCommand } from '../command.ts';
import { EXIT } from '../exit-code.ts';
import { printCell } from '../print/edge-table.ts';
import { printJsonLine } from '../print/json-output.ts';
import type { TextTable } from '../print/text-table.ts';

/** `actionbase query` */
export const QUERY: ParsedCommand = {
  kind: 'parsed',
  words: ['query'],
  summary: 'Does a multi-hop query.',
  details: 'The file holds what the API takes, {"query":[...]}, or the list of items alone.',
  positionals: [],
  flags: [{ kind: 'text', name: 'file', value: 'FILE', required: true, help: 'The query, as JSON.' }],
  examples: ['actionbase query --file friends.json', 'actionbase query --file friends.json --json'],
  run: async (call) => {
    const results = await call.connect().queryJson(await readItems(call.args.required('file')));
    if (call.asJson) await call.terminal.print(printJsonLine({ items: results.map((result) => ({ ...result })) }));
    else {
      for (const result of results) {
        call.terminal.tell(`${result.name}: ${result.data.length} rows\n`);
        if (result.data.length > 0) await call.terminal.printTable(resultTable(result));
      }
    }
    return EXIT.ok;
  },
};

async function readItems(file: string): Promise<readonly JsonObject[]> {
  const json = await parseFile(file);
  const items: unknown = isJsonObject(json) ? memberOf(json, 'query') : json;
  if (Array.isArray(items) && items.every(isJsonObject)) return items;
  throw new UsageError(`--file ${file} holds neither {"query":[...]} nor a list of items.`);
}

async function parseFile(file: string): Promise<JsonValue> {
  try {
    return parseJson(await readFile(file, 'utf8'));
  } catch (cause) {
    if (!(cause instanceof Error)) throw cause;
    const what = cause instanceof Failure ? 'is not JSON' : 'cannot be read';
    throw new UsageError(`--file ${file} ${what}: ${cause.message}.`, cause);
  }
}

function resultTable({ data }: QueryResult): TextTable {
  const names = [...new Set(data.flatMap((row) => Object.keys(row)))];
  return { columns: names, rows: data.map((row) => names.map((name) => printCell(row[name] ?? null))) };
}
