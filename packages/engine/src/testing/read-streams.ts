import { printStreamPosition } from '@actionbase/core/model/stream-position';
import { printCdcRecord } from '@actionbase/core/wire/cdc-json';
import { recordKey } from '@actionbase/core/wire/event-json';
import { isMetadataTable } from '@actionbase/core/wire/v2/metadata-tables';
import { printWalRecord } from '@actionbase/core/wire/wal-json';
import type { Engine } from '../engine.ts';
import type { StreamRequest } from '../stream/log-streams.ts';
import type { StreamStart } from '../stream/stream-page.ts';

/** A record of a stream as texts. */
export interface PrintedRecord {
  readonly position: string;
  readonly key: string;
  readonly text: string;
}

export type StreamName = 'wal' | 'cdc';

const LOCAL = { phase: 'local', tenant: 'local' };

/** Everything that a stream holds from a place on, read page by page. */
export async function readStream(
  engine: Engine,
  stream: StreamName,
  request: Partial<StreamRequest> = {},
): Promise<PrintedRecord[]> {
  const all: PrintedRecord[] = [];
  let from: StreamStart = request.from ?? 'first';
  for (;;) {
    const page = await readPage(engine, stream, { ...request, from });
    all.push(...page.records);
    if (page.reached !== null) from = page.reached;
    if (page.atEnd) return all;
  }
}

/** As `readStream`, without the changes of metadata. */
export async function readMutations(
  engine: Engine,
  stream: StreamName,
  request: Partial<StreamRequest> = {},
): Promise<PrintedRecord[]> {
  const records = await readStream(engine, stream, request);
  return records.filter(({ text }) => !isMetadataTable(/"label":"([^"]*)"/.exec(text)?.[1] ?? ''));
}

interface PrintedPage {
  readonly records: readonly PrintedRecord[];
  readonly reached: Exclude<StreamStart, string> | null;
  readonly atEnd: boolean;
}

async function readPage(engine: Engine, stream: StreamName, request: StreamRequest): Promise<PrintedPage> {
  if (stream === 'wal') {
    const { records, reached, atEnd } = await engine.readWal(request);
    const printed = records.map(({ position, record }) => ({
      position: printStreamPosition(position),
      key: recordKey(record.key),
      text: printWalRecord(record, LOCAL),
    }));
    return { records: printed, reached, atEnd };
  }
  const { records, reached, atEnd } = await engine.readCdc(request);
  const printed = records.map(({ position, record }) => ({
    position: printStreamPosition(position),
    key: recordKey(record.key),
    text: printCdcRecord(record, LOCAL),
  }));
  return { records: printed, reached, atEnd };
}
