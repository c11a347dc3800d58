import assert from 'node:assert/strict';
import test from 'node:test';
import { CONFIG_TABLE, type ServerConfig } from './config-table.ts';
import { type ConfigSources, defaultConfig, readConfig } from './read-config.ts';

function configOf(sources: Partial<ConfigSources>): ServerConfig {
  const reading = readConfig({ flags: [], env: {}, ...sources });
  assert.ok(reading.kind === 'config', JSON.stringify(reading));
  return reading.config;
}

function problemsOf(sources: Partial<ConfigSources>): readonly string[] {
  const reading = readConfig({ flags: [], env: {}, ...sources });
  return reading.kind === 'problems' ? reading.problems : [];
}

test('without flags and environment every setting has its default', () => {
  assert.deepEqual(configOf({}), defaultConfig());
  assert.equal(configOf({}).port, 8080);
  assert.equal(configOf({}).readOnly, false);
  assert.equal(configOf({})['limits.bodyBytes'], 16_777_216);
});

test('flags go over the environment, the environment over the defaults', () => {
  const env = { ACTIONBASE_PORT: '81', ACTIONBASE_TENANT: 'env', ACTIONBASE_HOST: '' };
  const config = configOf({ env, flags: ['--port', '82', '--data-dir=/d=1'] });
  assert.equal(config.port, 82);
  assert.equal(config.tenant, 'env');
  assert.equal(config.host, '127.0.0.1');
  assert.equal(config.dataDir, '/d=1');
});

test('a switch is on alone, or says on or off', () => {
  assert.equal(configOf({ flags: ['--read-only'] }).readOnly, true);
  assert.equal(configOf({ flags: ['--read-only', '--port', '1'] }).readOnly, true);
  assert.equal(configOf({ flags: ['--read-only', 'off'] }).readOnly, false);
  assert.equal(configOf({ flags: ['--request-log=off'] }).requestLog, false);
  assert.equal(configOf({ env: { ACTIONBASE_READ_ONLY: 'true' } }).readOnly, true);
});

test('sizes take units', () => {
  assert.equal(configOf({ flags: ['--limits-body-bytes', '2MiB'] })['limits.bodyBytes'], 2_097_152);
  assert.equal(configOf({ env: { ACTIONBASE_RETENTION_BYTES: '3GiB' } })['retention.bytes'], 3 * 1024 ** 3);
  assert.equal(configOf({ env: { ACTIONBASE_RETENTION_BYTES: '5000000' } })['retention.bytes'], 5_000_000);
});

test('origins are a list with commas, a star, or none', () => {
  const originsOf = (text: string) => configOf({ flags: ['--cors-origins', text] })['cors.origins'];
  assert.equal(configOf({})['cors.origins'], '');
  assert.equal(originsOf('none'), '');
  assert.equal(originsOf('*'), '*');
  assert.equal(originsOf('https://shop.example'), 'https://shop.example');
  assert.equal(originsOf('http://localhost:5173, http://[::1]:80'), 'http://localhost:5173,http://[::1]:80');
  for (const text of [
    '',
    'shop.example',
    'https://shop.example/',
    'https://*.example',
    'https://a.example,*',
    'null',
  ]) {
    assert.deepEqual(problemsOf({ flags: [`--cors-origins=${text}`] }), [
      `--cors-origins is "${text}"; expected origins like https://shop.example with commas between them, or *, or none`,
    ]);
  }
});

test('all problems are told at once, each with its source, its value and what is allowed', () => {
  const env = { ACTIONBASE_PORT: '80x', ACTIONBASE_SYSTEM_MUTATION_MODE: 'sync', ACTIONBASE_READ_ONLY: 'maybe' };
  const flags = ['--limits-body-bytes', '1', '--prot', '99', '--host', '--tenant='];
  assert.deepEqual(problemsOf({ env, flags }), [
    'ACTIONBASE_PORT is "80x"; expected an integer from 0 to 65535',
    'ACTIONBASE_READ_ONLY is "maybe"; expected on or off',
    'ACTIONBASE_SYSTEM_MUTATION_MODE is "sync"; expected one of none, SYNC, ASYNC, DROP, IGNORE',
    '--prot is not a setting; did you mean --port?',
    '--host has no value; expected text that is not empty',
    '--limits-body-bytes is "1"; expected bytes from 1024 to 268435456, as a number or with KiB, MiB or GiB',
    '--tenant is ""; expected text that is not empty',
  ]);
});

test('an unknown variable of ours is a warning that names the nearest known one; others are left alone', () => {
  const reading = readConfig({ flags: [], env: { ACTIONBASE_PROT: '1', PORT: '2', ACTIONBASE_DATADIR: 'x' } });
  assert.equal(reading.kind, 'config');
  assert.deepEqual(reading.warnings, [
    'ACTIONBASE_DATADIR is not a setting; did you mean ACTIONBASE_DATA_DIR?',
    'ACTIONBASE_PROT is not a setting; did you mean ACTIONBASE_PORT?',
  ]);
});

test('every setting has a variable and a flag of its own, named after it', () => {
  for (const [name, { env, flag }] of Object.entries(CONFIG_TABLE)) {
    const words = name
      .replace(/([A-Z])/g, ' $1')
      .replaceAll('.', ' ')
      .toLowerCase()
      .split(' ');
    assert.equal(env, `ACTIONBASE_${words.join('_').toUpperCase()}`);
    assert.equal(flag, `--${words.join('-')}`);
  }
});
