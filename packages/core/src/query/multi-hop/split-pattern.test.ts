import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseSplitPattern, splitText } from './split-pattern.ts';

function split(pattern: string, text: string, limit = 0): string[] {
  const parsed = parseSplitPattern(pattern);
  assert.equal(parsed.kind, 'parsed', pattern);
  return parsed.kind === 'parsed' ? splitText(parsed.pattern, text, limit) : [];
}

const PATTERNS = [
  ',',
  ', ',
  ',+',
  '\\s*,\\s*',
  '[,;]',
  '[^a-c]',
  '\\|',
  '\\s+',
  'a*b',
  'ab?c',
  'a+a',
  'a*,b*',
  '.b',
  '\\d+',
  'aa',
];

test('pieces are those of the regular expression that the pattern is written as', () => {
  const texts = fc.string({ unit: fc.constantFrom('a', 'b', 'c', ',', ';', ' ', '|', '1'), maxLength: 12 });
  fc.assert(
    fc.property(fc.constantFrom(...PATTERNS), texts, (pattern, text) => {
      assert.deepEqual(split(pattern, text), text.split(new RegExp(pattern)));
    }),
    { numRuns: 2_000 },
  );
});

test('a limit leaves the rest in the last piece', () => {
  assert.deepEqual(split(',', 'a,b,c,d', 2), ['a', 'b,c,d']);
  assert.deepEqual(split(',', 'a,b,c,d', 1), ['a,b,c,d']);
  assert.deepEqual(split(',', 'a,b', 9), ['a', 'b']);
});

test('a text that makes regular expressions slow is split by looking at each character once per element', () => {
  const blanks = ' '.repeat(300_000);
  assert.deepEqual(split('\\s*\\s*\\s*,', blanks), [blanks]);
  assert.deepEqual(split('x[xy]*y', `xy${'x'.repeat(300_000)}`), ['', 'x'.repeat(300_000)]);
});

test('what could be slow, or means something else, is refused', () => {
  const refused = [
    '(a|b)',
    'a|b',
    'a{2}',
    '^a',
    'a$',
    'a+?',
    'a**',
    '\\1',
    '\\p',
    '\\',
    '[a',
    '[',
    '[]',
    '[a[b]]',
    '[a&&b]',
    '[z-a]',
  ];
  for (const pattern of [...refused, '', 'a*', 'a?b*', '+', 'x'.repeat(65)]) {
    assert.equal(parseSplitPattern(pattern).kind, 'refused', pattern);
  }
});
