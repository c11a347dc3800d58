import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { MysqlSettings } from '@actionbase/adapter-mysql/mysql-settings';
import { MysqlSource } from '@actionbase/adapter-mysql/mysql-source';
import { MariaDb } from '../servers/mariadb.ts';

const server = await MariaDb.start();
after(() => server[Symbol.asyncDispose]());
await server.sql('CREATE DATABASE shop');
const { host, port, admin } = server;
const settings: MysqlSettings = { host, port, database: 'shop', ...admin };

const RIGHT = 'id BIGINT PRIMARY KEY, version BIGINT NOT NULL';
const NOPAD = 'CHARACTER SET utf8mb4 COLLATE utf8mb4_nopad_bin';

const cases: readonly [name: string, table: string, expected: RegExp | undefined][] = [
  ['a plain table', `(${RIGHT})`, undefined],
  ['a text key that tells all texts apart', `(sku VARCHAR(9) ${NOPAD} PRIMARY KEY)`, undefined],
  ['a binary key', '(sku VARBINARY(9) PRIMARY KEY)', undefined],
  ['no primary key', '(id BIGINT)', /no primary key/],
  [
    'a key that overlooks spaces',
    '(sku VARCHAR(9) CHARACTER SET utf8mb4 COLLATE utf8mb4_bin PRIMARY KEY)',
    /sku .* collation utf8mb4_bin, for which "a" and "a " may be the same key: give it utf8mb4_nopad_bin/,
  ],
  [
    'a key that overlooks case',
    '(sku VARCHAR(9) CHARACTER SET latin1 COLLATE latin1_swedish_ci PRIMARY KEY)',
    /"a", "A" and "a " may be the same key: give it latin1_nopad_bin/,
  ],
  ['a floating key', '(id DOUBLE PRIMARY KEY)', /id of the primary key is a floating number/],
  ['an ENUM key', "(id ENUM('a', 'b') PRIMARY KEY)", /ordered by inner numbers/],
  ['a key of a beginning', `(sku VARCHAR(9) ${NOPAD}, PRIMARY KEY (sku(3)))`, /only the beginning of column sku/],
  ['another engine', `(${RIGHT}) ENGINE = Aria`, /engine is Aria/],
  ['a type that the log does not describe', `(${RIGHT}, place POINT)`, /place has the type point/],
  ['a UUID column', `(${RIGHT}, u UUID)`, /u has the type uuid/],
  ['a zero-filled decimal', `(${RIGHT}, d DECIMAL(9,2) ZEROFILL)`, /drop ZEROFILL/],
  [
    'a foreign key that acts',
    '(id BIGINT PRIMARY KEY, parent BIGINT, CONSTRAINT fk FOREIGN KEY (parent) REFERENCES case_0 (id) ON DELETE CASCADE)',
    /foreign key fk changes rows without a trace/,
  ],
];

for (const [i, [name, definition, expected]] of cases.entries()) {
  test(`${name} ${expected === undefined ? 'has no obstacle' : 'is an obstacle, in a sentence'}`, async () => {
    await server.sql(`USE shop; CREATE TABLE case_${i} ${definition}`);
    await using source = new MysqlSource(settings);
    const { obstacles } = await source.describe(`case_${i}`);
    assert.equal(obstacles.length, expected === undefined ? 0 : 1, obstacles.join('\n'));
    assert.match(obstacles.join(''), expected ?? /^$/);
  });
}

test('unique keys beside the primary key are described with their columns, and beginnings of columns as such', async () => {
  await server.sql(
    `USE shop; CREATE TABLE keyed (${RIGHT}, sku VARCHAR(9), UNIQUE KEY by_sku (sku(3), id), UNIQUE KEY alone (version), KEY plain (sku))`,
  );
  await using source = new MysqlSource(settings);
  const { uniqueKeys, primaryKey } = await source.describe('keyed');
  assert.deepEqual(primaryKey, ['id']);
  assert.deepEqual(uniqueKeys, [
    { name: 'alone', columns: ['version'] },
    { name: 'by_sku', columns: ['sku(3)', 'id'] },
  ]);
});

test('triggers and foreign keys of both directions are warned of, each with what to do', async () => {
  await server.sql(
    `USE shop;
     CREATE TABLE shelf (id BIGINT PRIMARY KEY);
     CREATE TABLE acting (${RIGHT}, shelf BIGINT, CONSTRAINT on_shelf FOREIGN KEY (shelf) REFERENCES shelf (id));
     CREATE TABLE note (of BIGINT, CONSTRAINT of_acting FOREIGN KEY (of) REFERENCES acting (id) ON DELETE CASCADE);
     CREATE TABLE lent (of BIGINT, CONSTRAINT lent_acting FOREIGN KEY (of) REFERENCES acting (id));
     CREATE TRIGGER tell AFTER INSERT ON acting FOR EACH ROW INSERT INTO note VALUES (NEW.id)`,
  );
  await using source = new MysqlSource(settings);
  const { warnings, obstacles } = await source.describe('acting');
  assert.deepEqual(obstacles, []);
  assert.deepEqual(warnings, [
    'The trigger tell runs AFTER INSERT, for rows that come back too, and then later than their writes: let the application do its work before keys move, or see that it does no harm.',
    'The foreign key lent_acting of lent refuses to delete a row that it refers to, and the new side knows nothing of it: drop it before keys move, or the way back ends there.',
    'The foreign key of_acting of note deletes or changes rows of note when a row is deleted or changed here, and later than on the new side once keys have moved: let the application do that before, or see that it does no harm.',
    'The foreign key on_shelf refuses rows whose shelf row is gone, and the new side knows nothing of it: drop it before keys move, or the way back ends there.',
  ]);
  assert.deepEqual((await source.describe('shelf')).warnings, [
    'The foreign key on_shelf of acting refuses to delete a row that it refers to, and the new side knows nothing of it: drop it before keys move, or the way back ends there.',
  ]);
});

test('a server that logs no rows, or not whole ones, is an obstacle; its log is not followed', async () => {
  await using source = new MysqlSource(settings);
  const from = await source.position();
  for (const [name, wrong, right] of [
    ['binlog_format', 'MIXED', 'ROW'],
    ['binlog_row_image', 'MINIMAL', 'FULL'],
    ['binlog_row_metadata', 'NO_LOG', 'FULL'],
  ]) {
    await server.sql(`SET GLOBAL ${name} = ${wrong}`);
    const { obstacles } = await source.describe('case_0');
    assert.deepEqual(obstacles, [
      `The server has ${name} = ${wrong}: SET GLOBAL ${name} = ${right}, also in its configuration.`,
    ]);
    const { signal } = new AbortController();
    await assert.rejects(source.follow({ tables: ['case_0'], from, signal }).next(), { code: 'legacy-refused' });
    await server.sql(`SET GLOBAL ${name} = ${right}`);
  }
});

test('missing rights are obstacles; with the rights that they name everything can be read', async () => {
  await server.sql("CREATE USER reader@'%' IDENTIFIED BY 'r'; GRANT SELECT ON shop.* TO reader@'%'");
  const reader = { ...settings, user: 'reader', password: 'r' };
  {
    await using source = new MysqlSource(reader);
    const { obstacles, warnings } = await source.describe('case_1');
    assert.deepEqual(warnings, [
      'The user may not see triggers: GRANT TRIGGER ON shop.case_1 to it, or look with another one whether there are some.',
    ]);
    assert.deepEqual(obstacles, [
      'The user lacks the right REPLICATION SLAVE: GRANT REPLICATION SLAVE ON *.* to it.',
      'The user lacks the right BINLOG MONITOR: GRANT BINLOG MONITOR ON *.* to it.',
    ]);
  }
  await server.sql(
    "GRANT REPLICATION SLAVE, BINLOG MONITOR ON *.* TO reader@'%'; GRANT TRIGGER ON shop.* TO reader@'%'",
  );
  await using source = new MysqlSource(reader);
  const { obstacles, warnings } = await source.describe('case_1');
  assert.deepEqual([...obstacles, ...warnings], []);
  const from = await source.position();
  await server.sql('INSERT INTO shop.case_0 VALUES (1, 1)');
  assert.equal((await source.readChunk({ table: 'case_0', columns: ['id'], rowsMax: 5 })).rows.length, 1);
  for await (const { changes } of source.follow({ tables: ['case_0'], from, signal: new AbortController().signal })) {
    assert.equal(changes.length, 1);
    break;
  }
});

test('a table or a server that is not there is told from one that refuses', async () => {
  await using source = new MysqlSource(settings);
  await assert.rejects(source.describe('nothing'), { code: 'legacy-refused', message: /no table nothing/ });
  await using nobody = new MysqlSource({ ...settings, port: 1 });
  await assert.rejects(nobody.position(), { code: 'legacy-unavailable' });
  await using stranger = new MysqlSource({ ...settings, password: 'wrong' });
  await assert.rejects(stranger.position(), { code: 'legacy-refused' });
});
