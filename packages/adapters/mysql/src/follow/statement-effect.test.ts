import assert from 'node:assert/strict';
import { test } from 'node:test';
import { statementEffect } from './statement-effect.ts';

const followed = [
  { schema: 'shop', table: 'wish' },
  { schema: 'shop', table: 'my table`s' },
];

const cases: readonly [sql: string, kind: string, schema?: string][] = [
  ['ALTER TABLE wish ADD COLUMN extra INT', 'schema'],
  ['alter table `wish` drop column `note`', 'schema'],
  ['ALTER TABLE shop.wish MODIFY note TEXT', 'schema', 'elsewhere'],
  ['ALTER TABLE `shop` . `wish` CONVERT TO CHARACTER SET utf8mb4', 'schema', 'elsewhere'],
  ['/* from a tool */ ALTER ONLINE TABLE IF EXISTS Wish RENAME COLUMN a TO b', 'schema'],
  ['ALTER TABLE wish ADD INDEX i (note), DROP COLUMN at', 'schema'],
  ["ALTER TABLE wish ADD INDEX i (note) COMMENT 'a, b', ADD COLUMN c INT", 'schema'],
  ['ALTER TABLE wish RENAME TO wish_old', 'schema'],
  ['ALTER TABLE wish ADD x INT', 'schema'],
  ['TRUNCATE wish', 'schema'],
  ['TRUNCATE TABLE shop.wish', 'schema'],
  ['DROP TABLE IF EXISTS other, `wish`', 'schema'],
  ['RENAME TABLE other TO wish', 'schema'],
  ['CREATE OR REPLACE TABLE wish (id INT)', 'schema'],
  ['DROP DATABASE IF EXISTS shop', 'schema'],
  ['ALTER TABLE `my table``s` ADD c INT', 'schema'],
  ['/*!50000 ALTER TABLE wish ADD c INT */', 'schema'],
  ['-- a comment\nALTER TABLE wish ADD c INT', 'schema'],
  ["INSERT INTO wish VALUES (1, 'a')", 'rows'],
  ['UPDATE shop.wish SET note = 1', 'rows', 'elsewhere'],
  ['DELETE a FROM wish AS a', 'rows'],
  ['BEGIN', 'none'],
  ['COMMIT', 'none'],
  ['ALTER TABLE wish ADD INDEX i (note, at), DROP KEY j', 'none'],
  ['ALTER TABLE wish ADD UNIQUE KEY k (a)', 'none'],
  ["ALTER TABLE wish COMMENT = 'wishes'", 'none'],
  ['ALTER TABLE wish AUTO_INCREMENT=5, ENGINE=InnoDB', 'none'],
  ['CREATE INDEX i ON wish (note)', 'none'],
  ['ANALYZE TABLE wish', 'none'],
  ['ALTER TABLE wish ADD c INT', 'none', 'elsewhere'],
  ['ALTER TABLE elsewhere.wish ADD c INT', 'none'],
  ['ALTER TABLE wishes ADD c INT', 'none'],
  ['CREATE TABLE child (id INT, FOREIGN KEY (id) REFERENCES wish (id))', 'none'],
  ['DROP TEMPORARY TABLE wish', 'none'],
  ["INSERT INTO other VALUES ('wish')", 'none'],
  ['DROP DATABASE elsewhere', 'none'],
  ['CREATE TRIGGER t BEFORE INSERT ON wish FOR EACH ROW SET NEW.a = 1', 'none'],
];

for (const [sql, kind, schema = 'shop'] of cases) {
  test(`${kind}: ${sql.replaceAll('\n', ' ')}${schema === 'shop' ? '' : ', said elsewhere'}`, () => {
    assert.equal(statementEffect(sql, schema, followed).kind, kind);
  });
}
