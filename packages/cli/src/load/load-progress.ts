import { type LoadCounts, sumOf } from './load-ledger.ts';

/** A look at a load that runs. */
export interface ProgressSample {
  readonly timeMs: number;
  readonly edges: number;
  readonly offset: number;
}

/** How fast a load was lately. */
export interface ProgressFigures {
  readonly edges: number;
  readonly edgesPerSecond: number;
  /** From 0 to 1; null when the size is not known. */
  readonly share: number | null;
  readonly secondsLeft: number | null;
  readonly refused: number;
}

/** Speeds are of this long, so that they follow what happens now. */
const WINDOW_MS = 10_000;
const SAMPLES_MAX = 64;

/** Keeps the last samples of a load and tells its speed. */
export class LoadProgress {
  readonly #sizeBytes: number | null;
  #samples: ProgressSample[] = [];

  /** The size of the file; null when it is not known. */
  constructor(sizeBytes: number | null) {
    this.#sizeBytes = sizeBytes;
  }

  /** Takes a sample and answers the figures as of it. */
  update(timeMs: number, offset: number, counts: LoadCounts): ProgressFigures {
    const now = { timeMs, offset, edges: sumOf(counts) };
    this.#samples = [...this.#samples, now].filter((sample) => timeMs - sample.timeMs <= WINDOW_MS).slice(-SAMPLES_MAX);
    const [first = now] = this.#samples;
    const seconds = (now.timeMs - first.timeMs) / 1000;
    const bytesPerSecond = seconds === 0 ? 0 : (now.offset - first.offset) / seconds;
    const size = this.#sizeBytes;
    return {
      edges: now.edges,
      edgesPerSecond: seconds === 0 ? 0 : (now.edges - first.edges) / seconds,
      share: size === null ? null : size === 0 ? 1 : Math.min(1, offset / size),
      secondsLeft: size === null || bytesPerSecond <= 0 ? null : Math.max(0, size - offset) / bytesPerSecond,
      refused: counts.errors + counts.rejected,
    };
  }
}

const BAR_WIDTH = 24;

/** One line for people: `[######..................]  25 %  1,234 edges  617/s  0:45 left`. */
export function printProgress(figures: ProgressFigures): string {
  const { edges, edgesPerSecond, share, secondsLeft, refused } = figures;
  const parts = [`${count(edges)} edges`, `${count(edgesPerSecond)}/s`];
  if (share !== null) parts.unshift(`${String(Math.floor(share * 100)).padStart(3)} %`);
  if (secondsLeft !== null && share !== 1) parts.push(`${duration(secondsLeft)} left`);
  if (refused > 0) parts.push(`${count(refused)} refused`);
  return parts.join('  ');
}

/** A bar for a terminal; empty when the size is not known. */
export function printBar({ share }: ProgressFigures): string {
  if (share === null) return '';
  const filled = Math.floor(share * BAR_WIDTH);
  return `[${'#'.repeat(filled)}${'.'.repeat(BAR_WIDTH - filled)}]`;
}

function count(value: number): string {
  return Math.round(value).toLocaleString('en-US');
}

function duration(seconds: number): string {
  const whole = Math.ceil(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60)];
  const two = (value: number): string => String(value).padStart(2, '0');
  return hours === 0 ? `${minutes}:${two(whole % 60)}` : `${hours}:${two(minutes)}:${two(whole % 60)}`;
}
