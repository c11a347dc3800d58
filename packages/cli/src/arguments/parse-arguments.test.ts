import assert from 'node:assert/strict';
import test from 'node:test';
import { type ArgumentShape, parseArguments } from './parse-arguments.ts';

const SHAPE: ArgumentShape = {
  positionals: [{ name: 'DB' }, { name: 'TABLE', optional: true }],
  flags: [
    { kind: 'text', name: 'start', value: 'VERTEX', repeated: true, help: 'Whose edges.' },
    { kind: 'text', name: 'index', value: 'INDEX', help: 'The index.' },
    { kind: 'integer', name: 'limit', value: 'N', min: 1, max: 100, help: 'Most edges.' },
    { kind: 'choice', name: 'direction', value: 'OUT|IN', choices: ['OUT', 'IN'], help: 'From where.' },
    { kind: 'switch', name: 'all', help: 'All.' },
  ],
};

test('values stand behind their flag or after "=", flags before and after positionals', () => {
  const args = parseArguments(['--start=a', 'shop', '--start', '-5', '--all', '--direction', 'in', '--', '--x'], SHAPE);
  assert.deepEqual(args.texts('start'), ['a', '-5']);
  assert.equal(args.positional('DB'), 'shop');
  assert.equal(args.positional('TABLE'), '--x');
  assert.equal(args.has('all'), true);
  assert.equal(args.text('direction'), 'IN');
  assert.equal(args.integer('limit'), undefined);
});

const MISTAKES: readonly (readonly [readonly string[], RegExp])[] = [
  [['shop', '--lmit', '5'], /^--lmit is not a flag of this command; did you mean --limit\?$/],
  [['shop', '--limit', '0'], /^--limit is "0"; expected an integer from 1 to 100\.$/],
  [['shop', '--limit', '1e1'], /^--limit is "1e1"/],
  [['shop', '--direction', 'up'], /^--direction is "up"; expected OUT, IN\.$/],
  [['shop', '--start', '--direction', 'OUT'], /^--start lacks its value VERTEX\./],
  [['shop', '--index'], /^--index lacks its value INDEX\./],
  [['shop', '--all=1'], /^--all takes no value, and got "1"\.$/],
  [['shop', '--index', 'a', '--index', 'b'], /^--index is given twice: "a" and "b"\.$/],
  [['shop', 'wish', 'more'], /^"more" is one argument too many; expected DB TABLE\.$/],
  [[], /^The argument DB is missing\.$/],
];

for (const [args, message] of MISTAKES) {
  test(`the mistake in "${args.join(' ')}" is named with what is allowed`, () => {
    assert.throws(() => parseArguments(args, SHAPE), { name: 'UsageError', message });
  });
}

test('a required flag that is missing is named', () => {
  const flags = [{ kind: 'text', name: 'index', value: 'INDEX', required: true, help: 'The index.' }] as const;
  assert.throws(() => parseArguments(['shop'], { ...SHAPE, flags }), {
    message: '--index INDEX is missing. The index.',
  });
});

test('a repeated argument takes all that follow', () => {
  const shape = { positionals: [{ name: 'DB' }, { name: 'ID', optional: true, repeated: true }], flags: SHAPE.flags };
  const args = parseArguments(['shop', 'a', '--all', 'b'], shape);
  assert.deepEqual([args.positional('DB'), args.positionals('ID')], ['shop', ['a', 'b']]);
  assert.deepEqual(parseArguments(['shop'], shape).positionals('ID'), []);
});
