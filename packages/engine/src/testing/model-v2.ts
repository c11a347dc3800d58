import type { EdgeEvent, EdgeState, EntryStatus, PropertyCell } from '@actionbase/core/model/edge';
import { INITIAL_STATE } from '@actionbase/core/model/edge';
import type { Table } from '@actionbase/core/model/table';

/** One row of the table of spec 3.10: of which states and events it is, and what becomes of them. */
interface Row {
  readonly from: 'ACTIVE' | 'INACTIVE';
  readonly types: string;
  readonly when: (state: EdgeState, version: bigint) => boolean;
  readonly to: 'ACTIVE' | 'INACTIVE';
  readonly status: EntryStatus;
}

const always = (): boolean => true;
const isNewInsert = ({ version, deletedAt }: EdgeState, ts: bigint): boolean =>
  ts >= version || deletedAt === null || ts >= deletedAt;
const isNewDelete = ({ version, createdAt }: EdgeState, ts: bigint): boolean =>
  ts >= version || createdAt === null || ts >= createdAt;

/** The first row that fits counts. A key without a state is like an inactive one that is older than everything. */
const ROWS: readonly Row[] = [
  { from: 'ACTIVE', types: 'INSERT UPDATE', when: always, to: 'ACTIVE', status: 'UPDATED' },
  { from: 'ACTIVE', types: 'DELETE', when: isNewDelete, to: 'INACTIVE', status: 'DELETED' },
  { from: 'ACTIVE', types: 'DELETE', when: always, to: 'ACTIVE', status: 'IDLE' },
  { from: 'INACTIVE', types: 'INSERT', when: isNewInsert, to: 'ACTIVE', status: 'CREATED' },
  { from: 'INACTIVE', types: 'INSERT UPDATE DELETE', when: always, to: 'INACTIVE', status: 'IDLE' },
];

/** What a model makes of an event by v2's rules. It knows the table of the rules, not the code that keeps them. */
export function modelV2(
  table: Table,
  state: EdgeState,
  event: EdgeEvent,
): { readonly status: EntryStatus; readonly state: EdgeState } {
  const { type, version } = event;
  if (type === 'PURGE') return { status: state === INITIAL_STATE ? 'IDLE' : 'PURGED', state: INITIAL_STATE };
  const from = state.active ? 'ACTIVE' : 'INACTIVE';
  const row = ROWS.find((one) => one.from === from && one.types.includes(type) && one.when(state, version));
  if (row === undefined) throw new Error(`the table has no row of ${type} on an edge that is ${from}`);
  const properties = propertiesAfter(table, state, event);
  const lacking = table.fields.some((field, place) => !field.nullable && (properties[place]?.value ?? null) === null);
  if (row.to === 'ACTIVE' && lacking) return { status: 'ERROR', state };
  const next = {
    active: row.to === 'ACTIVE',
    version: maxOf(state.version, version),
    createdAt: type === 'INSERT' ? maxOf(state.createdAt, version) : state.createdAt,
    deletedAt: type === 'DELETE' ? maxOf(state.deletedAt, version) : state.deletedAt,
    properties,
  };
  const isSame = next.version === state.version && print(properties) === print(state.properties);
  return { status: row.status === 'UPDATED' && isSame ? 'IDLE' : row.status, state: next };
}

function propertiesAfter(
  table: Table,
  state: EdgeState,
  { type, version, properties }: EdgeEvent,
): EdgeState['properties'] {
  const cells = new Map(table.fields.map((field, place) => [field, state.properties[place]]));
  if (type !== 'DELETE') {
    for (const [place, field] of table.fields.entries()) {
      const value = properties[place];
      const stored = cells.get(field);
      if (value !== undefined && (stored?.version ?? version) <= version) cells.set(field, { version, value });
    }
  }
  for (const [field, stored] of cells) {
    const isNewer = version >= ((type === 'INSERT' ? state.deletedAt : state.createdAt) ?? version);
    const fills = type === 'INSERT' && field.nullable && stored === undefined;
    const clears = type === 'DELETE' && (stored?.version ?? version) <= version;
    if (isNewer && (fills || clears)) cells.set(field, { version, value: null });
  }
  return [...cells.values()];
}

function maxOf(time: bigint | null, version: bigint): bigint {
  return time === null || version > time ? version : time;
}

function print(cells: readonly (PropertyCell | undefined)[]): string {
  return cells
    .map((cell) => (cell === undefined ? '' : `${typeof cell.value} ${String(cell.value)}@${cell.version}`))
    .join();
}
