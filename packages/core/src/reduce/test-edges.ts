import { invariant } from '../failure.ts';
import { compileTable } from '../model/compile-table.ts';
import type { EdgeEvent, EdgeState, EventType } from '../model/edge.ts';
import type {
  CacheSchema,
  DateBucket,
  EdgeSchema,
  GroupSchema,
  IndexSchema,
  MultiEdgeSchema,
  OrderedField,
  PropertyField,
  TableSchema,
} from '../model/schema.ts';
import { type Table, tableId } from '../model/table.ts';
import type { PropertyType, Value } from '../model/value.ts';

/** Test support: a schema of unique edges, text to text, both directions, without properties. */
export function anEdgeSchema(parts: Partial<Omit<EdgeSchema, 'kind'>> = {}): EdgeSchema {
  return {
    kind: 'edge',
    source: { type: 'string', comment: '' },
    target: { type: 'string', comment: '' },
    properties: [],
    direction: 'BOTH',
    indexes: [],
    groups: [],
    caches: [],
    ...parts,
  };
}

/** Test support: a schema of multi edges; id, source and target are longs. */
export function aMultiEdgeSchema(parts: Partial<Omit<MultiEdgeSchema, 'kind'>> = {}): MultiEdgeSchema {
  const long = { type: 'long', comment: '' } as const;
  return { ...anEdgeSchema({ source: long, target: long }), kind: 'multiEdge', id: long, ...parts };
}

/** Properties by name; a type that ends in `!` is not nullable. */
export function someProperties(types: Readonly<Record<string, PropertyType | `${PropertyType}!`>>): PropertyField[] {
  return Object.entries(types).map(([name, text]) => {
    const type = text.replace('!', '') as PropertyType;
    return { name, type, comment: '', nullable: !text.endsWith('!') };
  });
}

/** An index of fields such as `createdAt DESC`; ascending unless said. */
export function anIndex(index: string, ...fields: readonly string[]): IndexSchema {
  return { index, fields: fields.map(orderedField), comment: '' };
}

export function aCache(cache: string, ...fields: readonly string[]): CacheSchema {
  return { cache, fields: fields.map(orderedField), limit: 100, comment: '' };
}

export function aGroup(parts: Partial<GroupSchema> = {}): GroupSchema {
  const count = { group: 'all', type: 'COUNT', fields: [], valueField: '-' } as const;
  return { ...count, comment: '', directionType: 'BOTH', ttl: 691_200_000, ...parts };
}

/** Days in Seoul, of milliseconds. */
export function aBucket(parts: Partial<DateBucket> = {}): DateBucket {
  return { type: 'date', name: 'day', unit: 'MILLISECOND', timezone: 'Asia/Seoul', format: 'yyyy-MM-dd', ...parts };
}

/** The compiled table likes.likes of a schema. */
export function tableOf(schema: TableSchema, name = 'likes.likes'): Table {
  const [database = '', table = ''] = name.split('.');
  return compileTable({
    id: tableId(1),
    database,
    table,
    schema,
    schemaRevision: 1,
    mode: 'SYNC',
    layout: 'INDEXED',
    event: false,
    readOnly: false,
    storage: 'datastore://likes/likes',
    active: true,
    comment: '',
    revision: 1,
    createdAt: 0,
    createdBy: '',
    updatedAt: 0,
    updatedBy: '',
  });
}

export type Named = Readonly<Record<string, Value>>;

/** An event that names some properties. */
export function anEvent(table: Table, type: EventType, version: bigint | number, named: Named = {}): EdgeEvent {
  const properties = new Array<Value | undefined>(table.fields.length).fill(undefined);
  for (const [name, value] of Object.entries(named)) {
    const place = table.fieldIndexByName.get(name);
    invariant(place !== undefined, `the table has the property ${name}`);
    properties[place] = value;
  }
  return { type, version: BigInt(version), properties };
}

/** The values of a state's properties that were ever seen, by name. */
export function namedValues(table: Table, state: EdgeState): Named {
  const named: Record<string, Value> = {};
  for (const [place, field] of table.fields.entries()) {
    const cell = state.properties[place];
    if (cell !== undefined) named[field.name] = cell.value;
  }
  return named;
}

function orderedField(text: string): OrderedField {
  const [field = '', order] = text.split(' ');
  return { field, order: order === 'DESC' ? 'DESC' : 'ASC' };
}
