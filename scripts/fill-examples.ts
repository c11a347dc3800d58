/**
 * Writes the answers of new examples of the API into their files: `npm run fill-examples`. A new example is written with
 * `status: 0` and `answer: '?'` (or `lines: ['?']`); read what comes out, for from then on a test holds it. Then
 * `npm run fix` and `npm run docs`.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseJson } from '@actionbase/core/codec/json-text';
import { layoutJson } from '@actionbase/server/openapi/layout-json';
import { type PlayedExample, playStory } from '@actionbase/server/testing/play-story';
import { root } from './root.ts';

const { played } = await playStory();
for (const file of globSync('packages/server/src/openapi/examples/*.ts', { cwd: root })) {
  const path = join(root, file);
  const before = readFileSync(path, 'utf8');
  const after = before
    .split(/(?=\btitle:)/)
    .map(fill)
    .join('');
  if (after === before) continue;
  writeFileSync(path, after);
  console.log(`${file}: filled in`);
}

/** The source text of one example, its title first, with what is open in it filled in. */
function fill(source: string): string {
  const [one] = played
    .filter(({ example: { title } }) => source.includes(title))
    .sort((a, b) => b.example.title.length - a.example.title.length);
  if (one === undefined) return source;
  const { status } = one;
  return source
    .replace('status: 0,', `status: ${status},`)
    .replace(/,\s*answer: '\?'/, () => (one.text === '' ? '' : `,\n    answer: ${quote(one.text)}`))
    .replace("lines: ['?']", () => `lines: [${linesOf(one).map(quote).join(', ')}]`);
}

function linesOf({ text }: PlayedExample): string[] {
  return text.trimEnd().split('\n');
}

function quote(text: string): string {
  const laidOut = layoutJson(parseJson(text)).replaceAll(/[`\\]|\$\{/g, '\\$&');
  return `\`${laidOut}\``;
}
