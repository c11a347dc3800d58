/**
 * Goal: every call answers as the specification's tables say, whatever came before. Method: generated programs over the
 * operations of v3 and v2 on the same edges, metadata changes, asynchronous mutations and restarts included, are sent to
 * a real server; each answer is compared, byte for byte, with that of a model that keeps a Map of edges and derives
 * nothing in advance. A restart finds an empty store: all rows come from the log again.
 */
import test from 'node:test';
import fc from 'fast-check';
import { HttpModel } from './testing/http-model/http-model.ts';
import { httpStep } from './testing/http-model/http-steps.ts';
import { ModelServer } from './testing/http-model/model-server.ts';
import { playStep } from './testing/http-model/play-step.ts';

test('every answer over HTTP is the one of a model made of a Map', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(httpStep, { minLength: 1, maxLength: 40, size: 'max' }), async (steps) => {
      await using server = await ModelServer.start();
      const model = new HttpModel();
      for (const step of steps) await playStep({ server, model }, step);
    }),
    { numRuns: 100 },
  );
});
