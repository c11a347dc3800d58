/** Goal: each kind of metadata entity is the state of an edge of its table, with the properties that the reference has. */
import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { CatalogEntity } from '../../model/catalog.ts';
import { tableId } from '../../model/table.ts';
import { deletedState, metadataEvent, metadataState } from './metadata-edge.ts';
import { isMetadataTable, METADATA_TABLES } from './metadata-tables.ts';

const audit = { active: true, comment: 'c', revision: 3, createdAt: 10, createdBy: 'a', updatedAt: 30, updatedBy: 'b' };

const entities: readonly (readonly [CatalogEntity, object])[] = [
  [
    { kind: 'database', definition: { ...audit, database: 'd' } },
    { props_active: true, desc: 'c' },
  ],
  [
    {
      kind: 'table',
      definition: {
        ...audit,
        id: tableId(1),
        database: 'd',
        table: 't',
        schemaRevision: 1,
        mode: 'DROP',
        layout: 'HASH',
        event: true,
        readOnly: true,
        storage: 's',
        schema: {
          kind: 'edge',
          source: { type: 'long', comment: 'x' },
          target: { type: 'string', comment: '' },
          properties: [],
          direction: 'BOTH',
          indexes: [],
          groups: [],
          caches: [],
        },
      },
    },
    {
      props_active: true,
      desc: 'c',
      type: 'HASH',
      schema: '{"src":{"type":"LONG","desc":"x"},"tgt":{"type":"STRING","desc":""},"fields":[]}',
      dirType: 'BOTH',
      storage: 's',
      groups: '[]',
      indices: '[]',
      caches: '[]',
      event: true,
      readOnly: true,
      mode: 'IGNORE',
    },
  ],
  [
    { kind: 'alias', definition: { ...audit, database: 'd', alias: 'a', tableDatabase: 'e', table: 't' } },
    { props_active: true, desc: 'c', target: 'e.t' },
  ],
  [
    { kind: 'query', definition: { ...audit, database: 'd', query: 'q', text: 'SELECT', stats: ['x', 'y'] } },
    { props_active: true, desc: 'c', query: 'SELECT', stats: 'x,y' },
  ],
  [
    { kind: 'storage', definition: { ...audit, storage: 's', type: 'HBASE', conf: '{"a":1}' } },
    { props_active: true, desc: 'c', type: 'HBASE', conf: '{"a":1}' },
  ],
];

describe('the state of an entity', () => {
  for (const [entity, expected] of entities) {
    const { fields } = METADATA_TABLES[entity.kind];
    const values = (state: ReturnType<typeof metadataState>) =>
      state.properties.map((cell, place) => [fields[place]?.name, cell?.value]);

    it(`of kind ${entity.kind} has all properties of its table, in their order`, () => {
      const state = metadataState(entity);
      assert.deepEqual(values(state), Object.entries(expected));
      assert.deepEqual([state.active, state.version, state.createdAt], [true, 30n, 10n]);
    });

    it(`of kind ${entity.kind} knows none of them after its deletion`, () => {
      const state = deletedState(entity, 40);
      assert.deepEqual(
        values(state),
        fields.map(({ name }) => [name, null]),
      );
      assert.deepEqual([state.active, state.version, state.deletedAt], [false, 40n, 40n]);
    });
  }
});

describe('the event of a change', () => {
  it('names the stage of the deployment in its source', () => {
    const { key } = metadataEvent({ kind: 'delete-alias', database: 'd', alias: 'a' }, 1, 'prod');
    assert.deepEqual(key, {
      kind: 'edge',
      source: { type: 'string', value: 'prod:d' },
      target: { type: 'string', value: 'a' },
    });
  });

  it('names the database of a target that is not its own', () => {
    const change = { kind: 'update-alias', database: 'd', alias: 'a', tableDatabase: 'e', table: 't' } as const;
    const { event } = metadataEvent(change, 1, 'local');
    assert.deepEqual(
      event.properties.map(({ value }) => value),
      ['e.t'],
    );
  });
});

it('the metadata tables are those of five kinds', () => {
  for (const name of ['sys.service', 'sys.label', 'sys.alias', 'sys.query', 'sys.storage']) {
    assert.equal(isMetadataTable(name), true, name);
  }
  for (const name of ['sys.nil', 'sys', 'shop.label']) assert.equal(isMetadataTable(name), false, name);
});
