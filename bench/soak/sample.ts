/** How the server was at one moment of a soak. */
export interface Sample {
  readonly [name: string]: number;
  readonly seconds: number;
  readonly residentMB: number;
  /** Memory without the pages of the store's file. */
  readonly ownMB: number;
  readonly heapMB: number;
  /** Besides connections. */
  readonly openFiles: number;
  readonly connections: number;
  readonly directoryMB: number;
  readonly goodPerS: number;
  readonly refused: number;
  readonly gaveUp: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** What the samples after the warm-up say. */
export interface Trend {
  readonly samples: number;
  /** Slopes of straight lines through the samples, in MB per hour. */
  readonly ownMBPerHour: number;
  readonly heapMBPerHour: number;
  /** Means of the first and of the last third. */
  readonly ownMBFirst: number;
  readonly ownMBLast: number;
  readonly openFilesMin: number;
  readonly openFilesMax: number;
  readonly p99MsMedian: number;
  readonly isMemorySteady: boolean;
  readonly areFilesSteady: boolean;
}

/** Share of a soak that is not judged: caches fill and code is compiled. */
const WARM_UP_SHARE = 0.2;
/** The last third may have so much more memory than the first one. */
const GROWTH_MAX = 0.1;
const GROWTH_MB_MAX = 32;
/** Files of the log and of the store come and go, and whoever measures has a connection. */
const FILES_SPREAD_MAX = 16;

/** Judges a soak. */
export function trendOf(all: readonly Sample[]): Trend {
  const samples = all.slice(Math.floor(all.length * WARM_UP_SHARE));
  const third = Math.max(1, Math.floor(samples.length / 3));
  const ownMBFirst = mean(samples.slice(0, third).map(({ ownMB }) => ownMB));
  const ownMBLast = mean(samples.slice(-third).map(({ ownMB }) => ownMB));
  const files = samples.map(({ openFiles }) => openFiles);
  const openFilesMin = Math.min(...files);
  const openFilesMax = Math.max(...files);
  const p99s = samples.map(({ p99Ms }) => p99Ms).sort((a, b) => a - b);
  return {
    samples: samples.length,
    ownMBPerHour: slopePerHour(samples, ({ ownMB }) => ownMB),
    heapMBPerHour: slopePerHour(samples, ({ heapMB }) => heapMB),
    ownMBFirst,
    ownMBLast,
    openFilesMin,
    openFilesMax,
    p99MsMedian: p99s[Math.floor(p99s.length / 2)] ?? 0,
    isMemorySteady: ownMBLast - ownMBFirst <= Math.max(GROWTH_MB_MAX, ownMBFirst * GROWTH_MAX),
    areFilesSteady: openFilesMax - openFilesMin <= FILES_SPREAD_MAX,
  };
}

/** The slope of the straight line that fits best (least squares). */
function slopePerHour(samples: readonly Sample[], read: (sample: Sample) => number): number {
  const meanSeconds = mean(samples.map(({ seconds }) => seconds));
  const meanValue = mean(samples.map(read));
  let products = 0;
  let squares = 0;
  for (const sample of samples) {
    products += (sample.seconds - meanSeconds) * (read(sample) - meanValue);
    squares += (sample.seconds - meanSeconds) ** 2;
  }
  return squares === 0 ? 0 : (products / squares) * 3_600;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / Math.max(1, values.length);
}
