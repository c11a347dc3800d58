import type { Sample } from './sample.ts';

interface Series {
  readonly name: string;
  readonly color: 'a' | 'b' | 'c';
  readonly read: (sample: Sample) => number;
}

interface Panel {
  readonly title: string;
  readonly series: readonly Series[];
}

const PANELS: readonly Panel[] = [
  {
    title: 'memory, MB',
    series: [
      { name: 'resident', color: 'a', read: ({ residentMB }) => residentMB },
      { name: 'without the store’s file', color: 'b', read: ({ ownMB }) => ownMB },
      { name: 'heap', color: 'c', read: ({ heapMB }) => heapMB },
    ],
  },
  {
    title: 'open files and connections',
    series: [{ name: 'open', color: 'a', read: ({ openFiles }) => openFiles }],
  },
  {
    title: 'latency, ms',
    series: [
      { name: 'p99', color: 'a', read: ({ p99Ms }) => p99Ms },
      { name: 'p50', color: 'b', read: ({ p50Ms }) => p50Ms },
    ],
  },
];

const WIDTH = 800;
const PANEL_HEIGHT = 150;
const LEFT = 60;
const RIGHT = 20;
const TOP = 30;
const GAP = 30;

const STYLE = `
  text { font: 12px sans-serif; fill: #333 }
  .axis { stroke: #999; fill: none }
  .a { stroke: #1f6fb4 } .b { stroke: #c25b12 } .c { stroke: #3a8a3a }
  polyline { fill: none; stroke-width: 1.5 }
  text.a, text.b, text.c { stroke: none }
  text.a { fill: #1f6fb4 } text.b { fill: #c25b12 } text.c { fill: #3a8a3a }
  @media (prefers-color-scheme: dark) {
    text { fill: #ccc }
    .a { stroke: #6cb4f0 } .b { stroke: #f0a060 } .c { stroke: #7ccf7c }
    text.a { fill: #6cb4f0 } text.b { fill: #f0a060 } text.c { fill: #7ccf7c }
  }`;

/** A picture of a soak as SVG: memory, open files and latency over time. */
export function plotSoak(samples: readonly Sample[]): string {
  const minutes = (samples.at(-1)?.seconds ?? 0) / 60;
  const height = PANELS.length * (PANEL_HEIGHT + TOP + GAP);
  const panels = PANELS.map((panel, place) => plotPanel(panel, samples, place * (PANEL_HEIGHT + TOP + GAP)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img">`,
    `<title>A server under steady load for ${Math.round(minutes)} minutes</title>`,
    `<style>${STYLE}\n</style>`,
    ...panels,
    '</svg>',
    '',
  ].join('\n');
}

function plotPanel({ title, series }: Panel, samples: readonly Sample[], top: number): string {
  const highest = roundUp(Math.max(1, ...series.flatMap(({ read }) => samples.map(read))));
  const seconds = Math.max(1, samples.at(-1)?.seconds ?? 1);
  const bottom = top + TOP + PANEL_HEIGHT;
  const x = (value: number): number => LEFT + (value / seconds) * (WIDTH - LEFT - RIGHT);
  const y = (value: number): number => bottom - (value / highest) * PANEL_HEIGHT;
  const lines = series.map(({ color, read }) => {
    const points = samples.map((sample) => `${x(sample.seconds).toFixed(1)},${y(read(sample)).toFixed(1)}`);
    return `<polyline class="${color}" points="${points.join(' ')}"/>`;
  });
  const names = series.map(({ name, color }, place) => {
    return `<text class="${color}" x="${LEFT + 200 + place * 160}" y="${top + 20}">${name}</text>`;
  });
  return [
    `<text x="${LEFT}" y="${top + 20}">${title}</text>`,
    ...names,
    `<path class="axis" d="M${LEFT} ${top + TOP}V${bottom}H${WIDTH - RIGHT}"/>`,
    `<text x="${LEFT - 6}" y="${top + TOP + 5}" text-anchor="end">${highest}</text>`,
    `<text x="${LEFT - 6}" y="${bottom}" text-anchor="end">0</text>`,
    `<text x="${WIDTH - RIGHT}" y="${bottom + 16}" text-anchor="end">${(seconds / 60).toFixed(1)} min</text>`,
    ...lines,
  ].join('\n');
}

/** The next number of the kind 1, 2 or 5 with noughts. */
function roundUp(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5].find((step) => step * power >= value) ?? 10) * power;
}
