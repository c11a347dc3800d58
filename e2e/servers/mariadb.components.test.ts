import assert from 'node:assert/strict';
import test from 'node:test';
import { MariaDb } from './mariadb.ts';

test('a MariaDB keeps what was committed over kill -9, and logs rows with their names', async () => {
  await using server = await MariaDb.start({ bufferPoolMb: 32, settings: { 'lock-wait-timeout': '7' } });
  await server.sql(
    'CREATE DATABASE shop; CREATE TABLE shop.wish (id BIGINT PRIMARY KEY); INSERT INTO shop.wish VALUES (1)',
  );
  await server.kill();
  await server.launch();
  assert.equal(await server.sql('SELECT id FROM shop.wish'), '1\n');
  const settings =
    '@@binlog_format, @@binlog_row_image, @@binlog_row_metadata, @@sync_binlog, @@innodb_flush_log_at_trx_commit';
  assert.equal(await server.sql(`SELECT ${settings}`), 'ROW\tFULL\tFULL\t1\t1\n');
  assert.equal(
    await server.sql('SELECT @@gtid_strict_mode, @@innodb_buffer_pool_size, @@lock_wait_timeout'),
    '1\t33554432\t7\n',
  );
});

test('a restart in good order keeps the port', async () => {
  await using server = await MariaDb.start();
  await server.restart();
  assert.equal(await server.sql('SELECT @@port'), `${server.port}\n`);
});
