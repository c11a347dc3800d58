/**
 * The stages of a migration, in their order:
 *
 *   planned    declared and checked; nothing runs
 *   dual       the application writes to both sides, the old one decides
 *   loaded     the table was copied
 *   caught-up  the follower has passed the end of the copy, and no debt is left
 *   verified   both sides are proven equal, window after window, with all that is derived
 *   shadow     live reads are sent to the new side as well, and compared
 *   ramp       a share of the keys has moved: the new side decides about them and answers them
 *   new        all keys have moved; the old side is a live backup
 *   retired    the old side is no longer written; there is no way back
 */
export const STAGES = [
  'planned',
  'dual',
  'loaded',
  'caught-up',
  'verified',
  'shadow',
  'ramp',
  'new',
  'retired',
] as const;

export type Stage = (typeof STAGES)[number];

export function isStage(text: string): text is Stage {
  return STAGES.some((stage) => stage === text);
}

/** Negative when a comes before b. */
export function compareStages(a: Stage, b: Stage): number {
  return STAGES.indexOf(a) - STAGES.indexOf(b);
}

/** The stage behind this one; undefined behind the last. */
export function nextStage(stage: Stage): Stage | undefined {
  return STAGES[STAGES.indexOf(stage) + 1];
}
