/**
 * Goal: whatever happens between, both sides end equal, and no acknowledged write is lost. Method: writers, crashes of
 * directors, moves of the truth, and either side down and up, one step at a time, in an order that a seed draws.
 */
import test from 'node:test';
import fc from 'fast-check';
import { playSmallProgram } from '../testing/small-program.ts';

const seeds = fc.integer({ min: 0, max: 1_000_000 });

test('WISH-07, WISH-17, WISH-18, WISH-19 with a follower, both sides end equal and nothing acknowledged is lost', async () => {
  const run = (seed: number): Promise<void> => playSmallProgram({ seed, hasFollower: true, lostAnswers: 5 });
  await fc.assert(fc.asyncProperty(seeds, run), { numRuns: 150, endOnFailure: true });
});

test('WISH-07 without a follower, what was recorded beforehand has the same effect', async () => {
  const run = (seed: number): Promise<void> => playSmallProgram({ seed, hasFollower: false, lostAnswers: 5 });
  await fc.assert(fc.asyncProperty(seeds, run), { numRuns: 150, endOnFailure: true });
});
