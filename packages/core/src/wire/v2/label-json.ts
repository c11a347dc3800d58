import type { JsonValue } from '../../codec/json-value.ts';
import type { MutationMode, TableDefinition } from '../../model/catalog.ts';
import type { TableLayout, TableSchema } from '../../model/schema.ts';
import { type JsonPlace, parseWhole } from '../json-place.ts';
import { readBoolean, readText, readUnlessUnset, refuseBroken } from '../metadata-json.ts';
import { checkV2Name } from './entity-name.ts';
import {
  ID_FIELD,
  type LabelLists,
  type LabelSchema,
  readCaches,
  readGroups,
  readIndices,
  readLabelSchema,
  shapeCaches,
  shapeGroups,
  shapeIndices,
  shapeLabelSchema,
} from './label-schema-json.ts';
import { LABEL_TYPES, type LabelType, layoutOfType, printV2Mode, readV2Mode, typeOfTable } from './label-words.ts';

/** A LabelCreateRequest, in the words of the catalog. */
export interface LabelCreate {
  readonly schema: TableSchema;
  readonly layout: TableLayout;
  readonly mode: MutationMode;
  readonly storage: string;
  readonly comment: string;
  readonly event: boolean;
  readonly readOnly: boolean;
}

/** A LabelUpdateRequest. What is missing or null stays as it is. */
export interface LabelUpdate extends Partial<LabelLists> {
  readonly active?: boolean | undefined;
  readonly comment?: string | undefined;
  readonly type?: LabelType | undefined;
  readonly schema?: LabelSchema | undefined;
  readonly readOnly?: boolean | undefined;
  readonly mode?: MutationMode | undefined;
}

/** What a copy of a label is called, and the storage that it names. */
export interface LabelCopy {
  readonly target: string;
  readonly storage: string;
}

/**
 * Parses the body that creates a label. A MULTI_EDGE label has a field `_id`, its id. `readOnly` of one is not asked: the
 * reference makes a table that loses everything of a MULTI_EDGE label that is not read-only; here it is a normal one.
 */
export function parseLabelCreate(json: JsonValue): LabelCreate {
  const created = parseWhole(json, '', (place) => {
    const body = place.object();
    const type = body.member('type').oneOf(LABEL_TYPES);
    const schemaPlace = body.member('schema');
    const schema = readLabelSchema(schemaPlace);
    if (type === 'MULTI_EDGE') refuseWithoutId(schemaPlace.member('fields'), schema);
    const lists = {
      indexes: readUnlessUnset(body, 'indices', readIndices) ?? [],
      groups: readUnlessUnset(body, 'groups', readGroups) ?? [],
      caches: readUnlessUnset(body, 'caches', readCaches) ?? [],
    };
    const direction = body.member('dirType').oneOf(['BOTH', 'OUT', 'IN']);
    return {
      schema: tableSchemaOf(type === 'MULTI_EDGE' ? 'multiEdge' : 'edge', schema, { direction, ...lists }),
      layout: layoutOfType(type),
      mode: readUnlessUnset(body, 'mode', readV2Mode) ?? 'SYNC',
      storage: body.member('storage').text(),
      comment: body.member('desc').text(),
      event: readUnlessUnset(body, 'event', readBoolean) ?? false,
      readOnly: readUnlessUnset(body, 'readOnly', readBoolean) ?? false,
    };
  });
  refuseBroken([created.comment.trim() === '' ? 'desc is blank; a label has a description' : '']);
  return created;
}

export function parseLabelUpdate(json: JsonValue): LabelUpdate {
  return parseWhole(json, '', (place) => {
    const body = place.object();
    const indexes = readUnlessUnset(body, 'indices', readIndices);
    const groups = readUnlessUnset(body, 'groups', readGroups);
    const caches = readUnlessUnset(body, 'caches', readCaches);
    return {
      active: readUnlessUnset(body, 'active', readBoolean),
      comment: readUnlessUnset(body, 'desc', readText),
      type: readUnlessUnset(body, 'type', (type) => type.oneOf(LABEL_TYPES)),
      schema: readUnlessUnset(body, 'schema', readLabelSchema),
      ...(indexes === undefined ? {} : { indexes }),
      ...(groups === undefined ? {} : { groups }),
      ...(caches === undefined ? {} : { caches }),
      readOnly: readUnlessUnset(body, 'readOnly', readBoolean),
      mode: readUnlessUnset(body, 'mode', readV2Mode),
    };
  });
}

export function parseLabelCopy(json: JsonValue): LabelCopy {
  const copy = parseWhole(json, '', (place) => {
    const body = place.object();
    return { target: body.member('target').text(), storage: body.member('storage').text() };
  });
  refuseBroken([checkV2Name('target', copy.target)]);
  return copy;
}

/** The table schema of a label; of a multi edge, the field `_id` becomes the id. */
export function tableSchemaOf(
  kind: TableSchema['kind'],
  { source, target, fields }: LabelSchema,
  lists: LabelLists & { readonly direction: TableSchema['direction'] },
): TableSchema {
  const parts = { source, target, direction: lists.direction };
  const { indexes, groups, caches } = lists;
  if (kind === 'edge') return { kind, ...parts, properties: fields, indexes, groups, caches };
  const place = fields.findIndex(({ name }) => name === ID_FIELD);
  const field = fields[place];
  const id = { type: field?.type ?? 'string', comment: field?.comment ?? '' };
  return { kind, id, ...parts, properties: fields.toSpliced(place, 1), indexes, groups, caches };
}

/** Prints a LabelEntity; members in the order of the server. */
export function printLabel(definition: TableDefinition): string {
  const { active, comment, schema, layout, storage, event, readOnly, mode } = definition;
  return JSON.stringify({
    active,
    name: `${definition.database}.${definition.table}`,
    desc: comment,
    type: typeOfTable(schema.kind, layout),
    schema: shapeLabelSchema(schema),
    dirType: schema.direction,
    storage,
    groups: shapeGroups(schema),
    indices: shapeIndices(schema),
    caches: shapeCaches(schema),
    event,
    readOnly,
    mode: printV2Mode(mode),
  });
}

function refuseWithoutId(place: JsonPlace, schema: LabelSchema): void {
  if (schema.fields.some(({ name }) => name === ID_FIELD)) return;
  if (Array.isArray(place.value)) place.refuse(`has no field "${ID_FIELD}", the id of a multi edge`);
}
