import assert from 'node:assert/strict';
import test from 'node:test';
import { plotSoak } from './plot-soak.ts';
import { type Sample, trendOf } from './sample.ts';

function samples(ownMB: (minute: number) => number, openFiles: (minute: number) => number = () => 40): Sample[] {
  return Array.from({ length: 60 }, (_, minute) => ({
    seconds: minute * 60,
    residentMB: 900,
    ownMB: ownMB(minute),
    heapMB: 100,
    openFiles: openFiles(minute),
    connections: 500,
    directoryMB: 10,
    goodPerS: 1,
    refused: 0,
    gaveUp: 0,
    p50Ms: 1,
    p99Ms: 5,
  }));
}

test('memory that grows after the warm-up is told, with its slope', () => {
  const leak = trendOf(samples((minute) => 100 + 2 * minute));
  assert.equal(leak.isMemorySteady, false);
  assert.equal(Math.round(leak.ownMBPerHour), 120);
});

test('memory that grows while the server warms up, and then swings, is steady', () => {
  const trend = trendOf(samples((minute) => (minute < 10 ? minute * 20 : 200 + (minute % 2) * 30)));
  assert.equal(trend.isMemorySteady, true);
  assert.equal(trend.areFilesSteady, true);
});

test('files that stay open are told', () => {
  assert.equal(
    trendOf(
      samples(
        () => 100,
        (minute) => 40 + minute,
      ),
    ).areFilesSteady,
    false,
  );
});

test('the plot has a line for each series and no number that is none', () => {
  const svg = plotSoak(samples((minute) => minute));
  assert.equal(svg.match(/<polyline/g)?.length, 6);
  assert.doesNotMatch(svg, /NaN|Infinity|undefined/);
});
