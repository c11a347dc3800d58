/**
 * Keeps data directories of a version as fixtures, for the versions after it:
 *
 *     npm run keep-data -- --name 0.2.0
 *     npm run keep-data -- --name 0.1.0 --program ../old/packages/cli/src/main.ts
 *
 * See README.md beside this file.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { packDirectory } from './directory-archive.ts';
import { makeData } from './make-data.ts';
import { ENDINGS, FIXTURES, type Manifest } from './manifest.ts';

const { values: flags } = parseArgs({
  options: {
    name: { type: 'string' },
    program: { type: 'string', default: join(import.meta.dirname, '../../packages/cli/src/main.ts') },
    help: { type: 'boolean', default: false },
  },
});

if (flags.help || flags.name === undefined || !/^[\w.-]+$/.test(flags.name)) {
  console.log('npm run keep-data -- --name NAME [--program packages/cli/src/main.ts of another checkout]');
  process.exitCode = flags.help ? 0 : 2;
} else {
  await keep(flags.name, resolve(flags.program));
}

async function keep(name: string, program: string): Promise<void> {
  const commit = execFileSync('git', ['rev-parse', 'HEAD'], { cwd: dirname(program), encoding: 'utf8' }).trim();
  for (const ending of ENDINGS) {
    const root = await mkdtemp(join(tmpdir(), 'actionbase-keep-'));
    try {
      const made = await makeData({ program, root, ending });
      if (made === undefined) continue;
      const manifest: Manifest = { name, commit, ending, ...made.kept };
      const archive = packDirectory(made.directory);
      writeFileSync(join(FIXTURES, `${name}-${ending}.json`), `${JSON.stringify(manifest, null, 2)}\n`);
      writeFileSync(join(FIXTURES, `${name}-${ending}.br`), archive);
      const { answers, refused } = manifest;
      console.log(
        `${name}-${ending}: ${archive.length} bytes, ${answers.length} answers, ${refused.length} calls refused`,
      );
      for (const line of refused) console.log(`    ${line}`);
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  }
}
