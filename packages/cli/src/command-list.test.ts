import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { GLOBAL_FLAGS } from './arguments/flag.ts';
import { parseArguments } from './arguments/parse-arguments.ts';
import { COMMANDS } from './command-list.ts';
import { printCommandHelp, printOverview } from './print-help.ts';

const manual = readFileSync(new URL('../../../docs/cli.md', import.meta.url), 'utf8');

for (const command of COMMANDS) {
  const name = command.words.join(' ');

  test(`the help of ${name} has a summary, a usage line and examples that parse`, () => {
    const help = printCommandHelp(command);
    assert.ok(help.startsWith(command.summary) && /[^.]\.$/.test(command.summary));
    assert.match(help, new RegExp(`^Usage: actionbase ${name}`, 'm'));
    assert.ok(command.examples.length > 0);
    if (command.kind === 'raw') return;
    for (const example of command.examples) {
      assert.doesNotThrow(() => parseArguments(argumentsOf(example, name), shapeOf(command)), example);
    }
  });

  test(`the manual tells about ${name} and its flags`, () => {
    assert.ok(manual.includes(`actionbase ${name}`), name);
    const flags = command.kind === 'raw' ? [] : command.flags;
    for (const flag of [...flags, ...GLOBAL_FLAGS]) assert.ok(manual.includes(`--${flag.name}`), `--${flag.name}`);
  });
}

test('the overview names every command', () => {
  const overview = printOverview(COMMANDS);
  for (const { words, summary } of COMMANDS)
    assert.ok(overview.includes(words.join(' ')) && overview.includes(summary));
});

function shapeOf(command: Extract<(typeof COMMANDS)[number], { kind: 'parsed' }>) {
  return { positionals: command.positionals, flags: [...command.flags, ...GLOBAL_FLAGS] };
}

/** The arguments of an example, as a shell would split them. */
function argumentsOf(example: string, name: string): string[] {
  const [, rest = ''] = example.split(`actionbase ${name}`);
  const words = rest.split(/ [>|] /, 1)[0]?.match(/'[^']*'|"[^"]*"|\S+/g) ?? [];
  return words.map((word) => word.replace(/^(['"])(.*)\1$/s, '$2'));
}
