import { SeededRandom } from '@actionbase/ports/memory/seeded-random';
import { KILL_POINTS, type KillPhase } from './killing/kill-points.ts';
import type { KillPlan } from './killing/kill-switch.ts';

/** The kills of one data directory, in order. */
export interface PlannedLife {
  /** Points of its making, at each of which one start is killed. */
  readonly births: readonly string[];
  /** Null for a random moment. */
  readonly kills: readonly (KillPlan | null)[];
  /** Points of backups and restores at its end. */
  readonly copies: readonly string[];
}

/** Kills of one data directory. */
const KILLS_OF_LIFE = 60;
/** The last passing that a kill waits for: of points that every request passes, and of others. */
const PASS_MAX = { often: 60, seldom: 4 };
const OFTEN = /^(?:frame|mutation|v2|answer|queued|pass)\./;

/** Points that are only passed after a kill that leaves something to repair, and a point for that kill. */
const BEFORE: Readonly<Record<string, string>> = {
  'start.draft-removed': 'segment.header-synced',
  'start.tail-rewritten': 'frame.synced',
  'replay.committing': 'mutation.durable',
  'replay.committed': 'mutation.durable',
};

export interface LivesToPlan {
  readonly kills: number;
  readonly seed: number;
  readonly points: readonly string[];
  readonly random: boolean;
}

/**
 * Spreads kills over data directories: every point in turn, as often as it takes, each second kill at a random moment. Where
 * a point needs a kill before it, that one comes on top.
 */
export function planLives({ kills, seed, points, random: withRandom }: LivesToPlan): PlannedLife[] {
  const random = new SeededRandom(seed ^ 0x5eed);
  const below = (limit: number): number => Math.floor(random.next() * limit);
  const phases = new Map<string, KillPhase>(KILL_POINTS.map(({ name, phase }) => [name, phase]));
  const lives: { births: string[]; kills: (KillPlan | null)[]; copies: string[] }[] = [];
  let life = { births: [] as string[], kills: [] as (KillPlan | null)[], copies: [] as string[] };
  const seen = new Set<string>();
  const turn = shuffled(points, below);
  for (let planned = 0, at = 0; planned < kills; ) {
    const size = life.births.length + life.kills.length + life.copies.length;
    if (size >= KILLS_OF_LIFE) {
      lives.push(life);
      life = { births: [], kills: [], copies: [] };
    }
    if (turn.length === 0 || (withRandom && planned % 2 === 1)) {
      life.kills.push(null);
      planned += 1;
      continue;
    }
    const point = turn[at++ % turn.length] ?? '';
    if (life.births.some((birth) => stemOf(birth) !== null && stemOf(birth) === stemOf(point))) {
      lives.push(life);
      life = { births: [], kills: [], copies: [] };
    }
    const pass = seen.has(point) ? 1 + below(OFTEN.test(point) ? PASS_MAX.often : PASS_MAX.seldom) : 1;
    seen.add(point);
    planned += 1;
    switch (phases.get(point)) {
      case 'birth':
        life.births.push(point);
        break;
      case 'backup':
      case 'restore':
        life.copies.push(point);
        break;
      case 'start': {
        const before = BEFORE[point];
        if (before !== undefined) life.kills.push({ point: before, pass: 1 });
        life.kills.push({ point, pass: 1 });
        break;
      }
      default:
        life.kills.push({ point, pass });
    }
  }
  lives.push(life);
  return lives.map((one) => ({ ...one, births: inOrder(one.births), kills: [null, ...one.kills] }));
}

/** What is given its name at a point: after a kill there it has it, and is not given it again in that life. */
function stemOf(point: string): string | null {
  return /^(.*)\.(?:renamed|named)$/.exec(point)?.[1] ?? null;
}

/** A making goes on from what the kill before it left: later points come later. */
function inOrder(births: readonly string[]): string[] {
  const names = KILL_POINTS.map(({ name }) => name);
  return [...new Set(births)].sort((a, b) => names.indexOf(a) - names.indexOf(b));
}

function shuffled(points: readonly string[], below: (limit: number) => number): string[] {
  const list = [...points];
  for (let at = list.length - 1; at > 0; at -= 1) {
    const other = below(at + 1);
    [list[at], list[other]] = [list[other] ?? '', list[at] ?? ''];
  }
  return list;
}
