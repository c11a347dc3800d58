import { Failure } from '@actionbase/core/failure';
import { parseStreamPosition } from '@actionbase/core/model/stream-position';
import { type CdcItem, printCdcRecord } from '@actionbase/core/wire/cdc-json';
import { recordKey, type StreamedEvent } from '@actionbase/core/wire/event-json';
import { isMetadataTable } from '@actionbase/core/wire/v2/metadata-tables';
import { printWalRecord, type WalItem } from '@actionbase/core/wire/wal-json';
import type { Catalog } from '@actionbase/engine/catalog/catalog';
import { engineFailures } from '@actionbase/engine/failures';
import type { StreamRequest } from '@actionbase/engine/stream/log-streams';
import type { StreamFilter, StreamPage, StreamStart } from '@actionbase/engine/stream/stream-page';
import type { Call } from '../http/call.ts';
import type { Parameters } from '../http/parameters.ts';
import { type Reply, streamReply } from '../http/reply.ts';
import { type Route, streamRoute, withAccess } from '../http/route.ts';
import { READ_OF_TABLE_PARAMETER } from '../http/route-access.ts';
import type { Serving } from '../serving.ts';
import { RecordStream } from '../streams/record-stream.ts';
import { invalid, readSwitch } from './request-parameters.ts';

/** The streams: log and feed in the shapes of the reference's WAL and CDC. */
export const LOG_ROUTES: readonly Route[] = [
  streamRoute('GET', '/actionbase/v1/log/wal', (call, serving) => {
    const read = (request: StreamRequest): Promise<StreamPage<WalItem>> => serving.engine.readWal(request);
    return stream(call, serving, { read, print: (item) => printWalRecord(item, serving) });
  }),
  streamRoute('GET', '/actionbase/v1/log/cdc', (call, serving) => {
    const read = (request: StreamRequest): Promise<StreamPage<CdcItem>> => serving.engine.readCdc(request);
    return stream(call, serving, { read, print: (item) => printCdcRecord(item, serving) });
  }),
].map((route) => withAccess(READ_OF_TABLE_PARAMETER, route));

interface Stream<R> {
  readonly read: (request: StreamRequest) => Promise<StreamPage<R>>;
  readonly print: (record: R) => string;
}

async function stream<R extends StreamedEvent>(call: Call, serving: Serving, of: Stream<R>): Promise<Reply> {
  const { engine, clock, metrics } = serving;
  const { parameters } = call;
  const filter = readFilter(parameters, engine.catalog);
  const options = {
    from: readStart(parameters),
    limit: readRecordLimit(parameters),
    follow: readSwitch(parameters, 'follow', false),
    onClose: metrics.streams.enter(),
  };
  const source = {
    read: (from: StreamStart, recordsMax: number | undefined) =>
      of.read({ from, filter, ...(recordsMax === undefined ? {} : { recordsMax }) }),
    print: (record: R) => `"key":${JSON.stringify(recordKey(record.key))},"record":${of.print(record)}`,
    waitFor: (offset: number, signal: AbortSignal) => engine.waitFor(offset, signal),
    clock,
  };
  try {
    return streamReply(await RecordStream.open(source, options));
  } catch (error) {
    options.onClose();
    throw error;
  }
}

function readStart(parameters: Parameters): StreamStart {
  const text = parameters.text('from') ?? 'first';
  if (text === 'first' || text === 'end') return text;
  const position = parseStreamPosition(text);
  if (position === undefined) throw invalid('from', text, 'first, end, or a position like e1-p0-1842 or e1-p0-1842-3');
  return position;
}

function readRecordLimit(parameters: Parameters): number | undefined {
  const text = parameters.text('limit');
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,14}$/.test(text)) throw invalid('limit', text, 'an integer from 1 on');
  return Number(text);
}

function readFilter(parameters: Parameters, catalog: Catalog): StreamFilter {
  const table = parameters.text('table');
  if (table !== undefined) requireKnown(table, catalog);
  return { table, requestId: parameters.text('request') };
}

/** Refuses a name that neither a table, deleted ones included, nor an alias has: the stream would stay empty for ever. */
function requireKnown(name: string, catalog: Catalog): void {
  if (catalog.aliases.has(name) || isMetadataTable(name)) return;
  for (const table of catalog.schemas.values()) if (`${table.database}.${table.name}` === name) return;
  const message = `table is "${name}"; no table or alias of this name is known; expected DATABASE.TABLE`;
  throw new Failure(engineFailures['unknown-table'], message, { parameter: 'table' });
}
