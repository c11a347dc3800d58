// Hot: prints every record of the WAL stream.
import type { MutationMode } from '../model/catalog.ts';
import type { ResolvedMode } from '../record/log-record.ts';
import { type Deployment, printEventEdge, STREAM_VERSION, type StreamedEvent } from './event-json.ts';

/** One mutation as it was asked for. */
export interface WalItem extends StreamedEvent {
  readonly mode: ResolvedMode;
}

/** The reference's words for modes: DROP is IGNORE. */
const WAL_MODES: Readonly<Record<MutationMode, string>> = { SYNC: '"SYNC"', ASYNC: '"ASYNC"', DROP: '"IGNORE"' };

/**
 * Prints a WAL record: one mutation item as it was asked for, in the reference's JSON, members in its order. `ts` is the time at
 * which the server admitted the request, `queue` says that it did not take effect here (ASYNC, DROP).
 */
export function printWalRecord(item: WalItem, { phase, tenant }: Deployment): string {
  const { table, stamp, event } = item;
  const alias = item.alias === null ? 'null' : JSON.stringify(item.alias);
  return (
    `{"alias":${alias},"label":${JSON.stringify(`${table.database}.${table.name}`)},"edge":${printEventEdge(item)},` +
    `"op":"${event.type}","mode":${printMode(item.mode)},"audit":{"actor":${JSON.stringify(stamp.actor)}},` +
    `"requestId":${JSON.stringify(stamp.requestId)},"ts":${stamp.timeMs},"version":"${STREAM_VERSION}",` +
    `"phase":${JSON.stringify(phase)},"tenant":${JSON.stringify(tenant)}}`
  );
}

/** l, r, s: the modes of the table ("label"), the request and the system. */
function printMode({ table, request, system, force, effective }: ResolvedMode): string {
  const queue = effective !== 'SYNC';
  return `{"l":${WAL_MODES[table]},"r":${orNull(request)},"s":${orNull(system)},"f":${force},"queue":${queue}}`;
}

function orNull(mode: MutationMode | null): string {
  return mode === null ? 'null' : WAL_MODES[mode];
}
