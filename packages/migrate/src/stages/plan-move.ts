import { BUCKETS } from '@actionbase/core/digest/row-digest';
import { unreachable } from '@actionbase/core/failure';
import type { Gates } from '../declare/migration.ts';
import { compareStages, nextStage, type Stage } from './stage.ts';
import type { StageFacts } from './stage-facts.ts';

/** What an operator may ask for. */
export type StageCommand =
  | { readonly kind: 'advance'; readonly to: Stage }
  | { readonly kind: 'ramp'; readonly percent: number }
  | { readonly kind: 'rollback' }
  | { readonly kind: 'retire' };

/** Where a migration stands. */
export interface StagePlace {
  readonly stage: Stage;
  /** How many buckets have moved to the new side. */
  readonly newBuckets: number;
}

/** What is to be done, or every reason why not. */
export type StagePlan =
  | { readonly kind: 'move'; readonly place: StagePlace }
  | { readonly kind: 'refuse'; readonly reasons: readonly string[] };

const DAY_MS = 86_400_000;
/** Behind by no more than this, a follower counts as caught up, milliseconds. */
export const LAG_MS_MAX = 5_000;

/** Decides about a command. Every stage opens on the evidence of the one before, one at a time, in order. */
export function planMove(place: StagePlace, command: StageCommand, gates: Gates, facts: StageFacts): StagePlan {
  switch (command.kind) {
    case 'advance':
      return planAdvance(place, command.to, gates, facts);
    case 'ramp':
      return planRamp(place, command.percent, facts);
    case 'rollback':
      return planRollback(place);
    case 'retire':
      return planAdvance(place, 'retired', gates, facts);
    default:
      return unreachable(command);
  }
}

/** What the next stage still waits for; empty when it may be opened, undefined when there is none. */
export function missingFor(place: StagePlace, gates: Gates, facts: StageFacts): readonly string[] | undefined {
  const next = nextStage(place.stage);
  return next === undefined ? undefined : reasonsAgainst(place, next, gates, facts);
}

function planAdvance(place: StagePlace, to: Stage, gates: Gates, facts: StageFacts): StagePlan {
  const { stage } = place;
  if (stage === to) return refuse(`the migration is in stage ${stage} already`);
  if (compareStages(to, stage) < 0) {
    return refuse(`stage ${to} comes before ${stage}: stages only move forward, and back by rollback`);
  }
  const next = nextStage(stage);
  if (to !== next) return refuse(`stage ${to} does not follow ${stage}: the next one is ${next}`);
  const reasons = reasonsAgainst(place, to, gates, facts);
  if (reasons.length > 0) return { kind: 'refuse', reasons };
  return { kind: 'move', place: { stage: to, newBuckets: place.newBuckets } };
}

function planRamp(place: StagePlace, percent: number, facts: StageFacts): StagePlan {
  const newBuckets = Math.round((percent * BUCKETS) / 100);
  if (!(percent > 0 && percent <= 100)) return refuse(`${percent} percent should be above 0 and at most 100`);
  if (place.stage !== 'ramp') return refuse(`only stage ramp moves a share of the keys; this is stage ${place.stage}`);
  if (newBuckets === place.newBuckets) return refuse(`${percent} percent have moved already`);
  // Fewer keys on the new side are always allowed: that is a way back.
  const reasons = newBuckets > place.newBuckets ? reasonsAgainstMoving(facts) : [];
  return reasons.length > 0 ? { kind: 'refuse', reasons } : { kind: 'move', place: { stage: 'ramp', newBuckets } };
}

function planRollback({ stage }: StagePlace): StagePlan {
  if (stage === 'retired') {
    return refuse('the old side was retired: nothing has been written to it since, so there is nothing to go back to');
  }
  if (stage !== 'ramp' && stage !== 'new') return refuse(`in stage ${stage} the old side decides: nothing has moved`);
  return { kind: 'move', place: { stage: 'shadow', newBuckets: 0 } };
}

function reasonsAgainst(place: StagePlace, to: Stage, gates: Gates, facts: StageFacts): readonly string[] {
  switch (to) {
    case 'planned':
      return [];
    case 'dual':
      return facts.obstacles;
    case 'loaded':
      return facts.copy.isDone ? [] : [`the copy is not done: ${facts.copy.rows} rows so far`];
    case 'caught-up':
      return reasonsAgainstCaughtUp(facts);
    case 'verified':
      return [...reasonsAgainstCaughtUp(facts), ...reasonsAgainstVerified(gates, facts)];
    case 'shadow':
      return reasonsAgainstMoving(facts);
    case 'ramp':
      return [...reasonsAgainstMoving(facts), ...(facts.shadow?.reasons ?? ['no shadow read has been reported'])];
    case 'new':
      return [...reasonsAgainstNew(place), ...reasonsAgainstMoving(facts)];
    case 'retired':
      return reasonsAgainstRetired(gates, facts);
    default:
      return unreachable(to);
  }
}

function reasonsAgainstCaughtUp({ follower, debts, silentDirectors }: StageFacts): string[] {
  const reasons: string[] = [];
  if (!follower.isRunning) reasons.push('the follower does not run');
  if (!follower.hasPassedCopy) reasons.push('the follower has not passed the end of the copy');
  if (follower.lagMs > LAG_MS_MAX)
    reasons.push(`the follower is ${follower.lagMs} ms behind, allowed are ${LAG_MS_MAX}`);
  if (debts > 0) reasons.push(`${debts} writes are owed to the new side`);
  for (const name of silentDirectors) reasons.push(`director ${name} has not told how it stands for a while`);
  return reasons;
}

function reasonsAgainstVerified({ cleanWindows }: Gates, { proof }: StageFacts): string[] {
  const reasons = reasonsOfProof(proof);
  if (proof.cleanWindows < cleanWindows) {
    reasons.push(`${proof.cleanWindows} windows in a row without a mismatch, wanted are ${cleanWindows}`);
  }
  return reasons;
}

function reasonsOfProof({ openMismatches, isFullPassClean }: StageFacts['proof']): string[] {
  const reasons: string[] = [];
  if (openMismatches > 0) reasons.push(`${openMismatches} mismatches are open`);
  if (!isFullPassClean) reasons.push('the newest full pass was not clean, or there was none');
  return reasons;
}

/** What any move of keys to the new side asks for. */
function reasonsAgainstMoving(facts: StageFacts): string[] {
  return [...reasonsOfProof(facts.proof), ...reasonsAgainstCaughtUp(facts)];
}

function reasonsAgainstNew({ newBuckets }: StagePlace): string[] {
  return newBuckets === BUCKETS
    ? []
    : [`${(newBuckets * 100) / BUCKETS} percent of the keys have moved, wanted are 100`];
}

function reasonsAgainstRetired({ cleanDays }: Gates, facts: StageFacts): string[] {
  const reasons = reasonsOfProof(facts.proof);
  if (!facts.backUp.isRunning) reasons.push('the old side is not kept up to date: the way back does not run');
  const { cleanSinceMs } = facts.proof;
  const days = cleanSinceMs === undefined ? 0 : Math.floor((facts.nowMs - cleanSinceMs) / DAY_MS);
  if (days < cleanDays) reasons.push(`${days} days without a mismatch or an incident, wanted are ${cleanDays}`);
  return reasons;
}

function refuse(reason: string): StagePlan {
  return { kind: 'refuse', reasons: [reason] };
}
