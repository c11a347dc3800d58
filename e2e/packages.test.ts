/**
 * Goal: what we publish works where nothing but npm and Node is.
 * Method: build all packages, install the tarballs in an empty folder outside the repository, and use them there.
 */
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';

const root = dirname(import.meta.dirname);
const folder = mkdtempSync(join(tmpdir(), 'actionbase-packages-'));
const app = join(folder, 'app');
// The shebang of the installed command looks for `node` in the path: it must find the one that runs this test.
const env = { ...process.env, PATH: [dirname(process.execPath), process.env.PATH].join(delimiter) };

describe('the published packages', () => {
  before(() => {
    execFileSync(process.execPath, [join(root, 'scripts/build.ts'), folder], {
      stdio: ['ignore', 'ignore', 'inherit'],
    });
    const tarballs = globSync('*.tgz', { cwd: join(folder, 'tarballs') });
    const dependencies = tarballs.map((tarball) => join(folder, 'tarballs', tarball));
    mkdirSync(app);
    writeFileSync(join(app, 'package.json'), '{ "private": true, "type": "module" }\n');
    const flags = ['--no-audit', '--no-fund', '--loglevel=error'];
    execFileSync('npm', ['install', ...flags, ...dependencies], {
      cwd: app,
      env,
      stdio: ['ignore', 'ignore', 'inherit'],
    });
  });

  after(() => rmSync(folder, { recursive: true }));

  it('bring a command that tells its version', () => {
    const { version } = JSON.parse(readFileSync(join(root, 'packages/cli/package.json'), 'utf8'));
    const result = spawnSync(join(app, 'node_modules/.bin/actionbase'), ['--version'], { env, encoding: 'utf8' });
    assert.equal(result.stderr, '');
    assert.equal(result.status, 0);
    assert.match(result.stdout, new RegExp(`(^|\\s|v)${version.replaceAll('.', '\\.')}(\\s|$)`));
  });

  it('name the Node that the command needs when it runs on an older one', () => {
    const pretend = `data:text/javascript,Object.defineProperty(process.versions, 'node', { value: '22.1.0' })`;
    const command = join(app, 'node_modules/@actionbase/cli/bin/actionbase.js');
    const result = spawnSync(process.execPath, ['--import', pretend, command, '--version'], { env, encoding: 'utf8' });
    assert.equal(result.stderr, 'actionbase needs Node.js 24 or newer; this is 22.1.0.\n');
    assert.equal(result.status, 1);
  });

  it('load every module without the repository', () => {
    const modules = globSync('node_modules/@actionbase/*/dist/**/*.js', { cwd: app })
      // The command runs as soon as it is loaded.
      .filter((file) => !file.endsWith('@actionbase/cli/dist/main.js'))
      .map((file) => `await import('./${file}');`);
    assert.ok(modules.length > 0);
    writeFileSync(join(app, 'load.js'), modules.join('\n'));
    execFileSync(process.execPath, ['load.js'], { cwd: app, env });
  });

  it('type-check in an application', () => {
    const options = { module: 'nodenext', strict: true, noEmit: true, lib: ['esnext'], types: ['node'] };
    const typeRoots = [join(root, 'node_modules/@types')];
    const modules = globSync('node_modules/@actionbase/*/dist/**/*.d.ts', { cwd: app })
      .map((file) => file.replace(/^node_modules\/(.*)\/dist\/(.*)\.d\.ts$/, '$1/$2'))
      .map((specifier) => `import type {} from '${specifier}';`);
    writeFileSync(join(app, 'app.ts'), `${modules.join('\n')}\nimport type {} from '@actionbase/client';\n`);
    writeFileSync(
      join(app, 'tsconfig.json'),
      JSON.stringify({ compilerOptions: { ...options, typeRoots }, files: ['app.ts'] }),
    );
    const result = spawnSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc')], {
      cwd: app,
      encoding: 'utf8',
    });
    assert.equal(result.stdout, '');
  });

  it('hold no tests', () => {
    assert.deepEqual(globSync('node_modules/@actionbase/**/*{.test.*,contracts}', { cwd: app }), []);
  });
});
