import { ValueReader } from '@actionbase/core/codec/ordered-value';
import type { TypedValue } from '@actionbase/core/record/log-record';
import type { PlacedOutcome } from './remains.ts';

/** Outcomes that a history names at most, the last ones. */
const LINES_MAX = 12;

/** What happened to the vertex, or the id, under whose key a row lies: one line per outcome, the last ones. */
export function historyOfRow(rowKey: string, outcomes: readonly PlacedOutcome[]): string[] {
  const reader = new ValueReader(Uint8Array.from(Buffer.from(rowKey, 'hex')), 0);
  reader.next();
  const { value } = reader;
  const touches = ({ outcome: { key, lastEvent } }: PlacedOutcome): boolean => {
    const named: readonly TypedValue[] =
      key.kind === 'edge' ? [key.source, key.target] : [key.id, ...lastEvent.properties];
    return named.some((one) => one.value === value);
  };
  return outcomes.filter(touches).slice(-LINES_MAX).map(describe);
}

function describe({ offset, outcome }: PlacedOutcome): string {
  const { key, lastEvent, stamp, status, eventCount } = outcome;
  const name = key.kind === 'edge' ? `${key.source.value} -> ${key.target.value}` : `id ${key.id.value}`;
  const values = lastEvent.properties.map(({ value }) => String(value)).join(' ');
  const events = eventCount === 1 ? '' : ` (the last of ${eventCount})`;
  return `frame ${offset}: ${stamp.requestId} ${lastEvent.type}@${lastEvent.version} ${name} ${values}${events}: ${status}`;
}
