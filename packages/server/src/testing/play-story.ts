import { setImmediate } from 'node:timers/promises';
import { parseJson, printJson } from '@actionbase/core/codec/json-text';
import { ManualClock } from '@actionbase/ports/memory/manual-clock';
import { SeededRandom } from '@actionbase/ports/memory/seeded-random';
import { engineOptions } from '../engine-options.ts';
import { type Example, type ExampleAnswer, STORY_TIME_MS } from '../openapi/examples/example.ts';
import { EXAMPLES } from '../openapi/examples.ts';
import { openMemoryInstance } from './memory-instance.ts';
import { send } from './send.ts';
import { startTestServer } from './test-server.ts';
import { type Asked, watchRoutes } from './watched-routes.ts';

export interface PlayedExample {
  readonly example: Example;
  readonly status: number;
  readonly text: string;
}

export interface PlayedStory {
  readonly played: readonly PlayedExample[];
  /** What each route asked of its requests, by its label. */
  readonly asked: ReadonlyMap<string, Asked>;
}

/** Sends all examples in their order to a server of its own, whose clock stands still and whose chance is always the same. */
export async function playStory(): Promise<PlayedStory> {
  const { routes, asked } = watchRoutes();
  const clock = new ManualClock({ nowMs: STORY_TIME_MS });
  await using server = await startTestServer(
    {},
    {
      parts: {
        clock,
        random: new SeededRandom(1),
        routes,
        open: (config, onNotice) => openMemoryInstance(clock, engineOptions(config, onNotice)),
      },
    },
  );
  const played: PlayedExample[] = [];
  for (const example of EXAMPLES) {
    const { method, path, headers = {}, body } = example;
    const sent = body === undefined ? undefined : printJson(parseJson(body));
    const { status, text } = await send(server, { method, path, headers, body: sent });
    played.push({ example, status, text });
    // What was queued takes effect before the story goes on, so that it is the same story every time.
    while (!server.instance.engine.isQueueEmpty) await setImmediate();
  }
  return { played, asked };
}

/** The text of an expected answer, as a server sends it; undefined when only a part is expected. */
export function expectedText(answer: ExampleAnswer | undefined): string | undefined {
  if (answer === undefined) return '';
  if (typeof answer === 'string') return printJson(parseJson(answer));
  if ('text' in answer) return answer.text;
  if ('lines' in answer) return answer.lines.map((line) => `${printJson(parseJson(line))}\n`).join('');
  return undefined;
}
