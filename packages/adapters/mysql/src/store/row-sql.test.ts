import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LegacyUniqueKey } from '@actionbase/ports/legacy';
import type { ColumnFacts } from '../column-kind.ts';
import { rowSql } from './row-sql.ts';

const columns: readonly ColumnFacts[] = ['user_id', 'sku', 'note', 'version'].map((name) => ({
  name,
  type: 'bigint(20)',
  kind: 'integer',
  nullable: false,
  collation: undefined,
}));

function sqlWith(uniqueKey: LegacyUniqueKey) {
  const description = { table: 'wish', columns, primaryKey: ['user_id', 'sku'], rowsAbout: 0 };
  return rowSql(
    {
      description: { ...description, uniqueKeys: [uniqueKey], obstacles: [], warnings: [] },
      columns: new Map(columns.map((column) => [column.name, column])),
    },
    { versionColumn: 'version', valueColumns: ['note'] },
  );
}

test('a table whose unique key lacks a part of the primary key is not written', () => {
  for (const parts of [['note'], ['user_id', 'note'], ['user_id', 'sku(3)']]) {
    const refused = { code: 'legacy-refused', message: /unique key by_note without its whole primary key/ };
    assert.throws(() => sqlWith({ name: 'by_note', columns: parts }), refused);
  }
});

test('a unique key around the primary key stands in the way of no row', () => {
  const { put } = sqlWith({ name: 'by_note', columns: ['note', 'sku', 'user_id'] });
  assert.match(put, /^INSERT INTO `wish` \(`user_id`, `sku`, `note`, `version`\) VALUES/);
});
