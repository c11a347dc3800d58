import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { edgesOfPackage } from './dependency-edges.ts';
import { readParagraphs } from './packages-text.ts';

export interface Conversion {
  /** Paragraphs with a name, so versions and architectures count. */
  readonly paragraphs: number;
  /** Lines written, one edge each. A package of several paragraphs may have the same edge in each. */
  readonly lines: number;
}

const chunkLength = 65_536;

/** Converts the text of a package index to JSON lines for `actionbase load`, as a stream: memory stays flat. */
export async function convertText(textPath: string, linesPath: string): Promise<Conversion> {
  let paragraphs = 0;
  let lines = 0;
  async function* print(): AsyncGenerator<string> {
    let chunk = '';
    for await (const paragraph of readParagraphs(readLines(textPath))) {
      paragraphs += 1;
      for (const edge of edgesOfPackage(paragraph, paragraphs)) {
        lines += 1;
        chunk += `${JSON.stringify(edge)}\n`;
      }
      if (chunk.length < chunkLength) continue;
      yield chunk;
      chunk = '';
    }
    yield chunk;
  }
  await pipeline(print, createWriteStream(linesPath));
  return { paragraphs, lines };
}

/** Only a line feed ends a line; `node:readline` also breaks at characters that a description may hold. */
async function* readLines(path: string): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of createReadStream(path, { encoding: 'utf8', highWaterMark: chunkLength })) {
    const lines = `${rest}${chunk}`.split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
  }
  if (rest !== '') yield rest;
}
