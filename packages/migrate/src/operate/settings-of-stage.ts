import type { DirectSettings } from '../direct/settings.ts';
import type { Stage } from '../stages/stage.ts';

/** How many of the reads are shadowed while the migration is in stage `shadow`, and compared. */
export interface ShadowShares {
  readonly shadowShare: number;
  readonly compareShare: number;
  readonly noiseShare: number;
}

/** What directors are told in a stage. */
export function settingsOfStage(
  stage: Stage,
  shares: ShadowShares,
  forwardOnly: boolean,
): Omit<DirectSettings, 'round'> {
  const none = { shadowShare: 0, compareShare: 1, noiseShare: 0 };
  switch (stage) {
    case 'planned':
      return { stage: 'off', ...none, forwardOnly };
    case 'dual':
    case 'loaded':
    case 'caught-up':
    case 'verified':
      return { stage: 'dual', ...none, forwardOnly };
    case 'shadow':
      return { stage: 'shadow', ...shares, forwardOnly };
    case 'ramp':
      return { stage: 'ramp', ...shares, forwardOnly };
    case 'new':
      return { stage: 'new', ...none, forwardOnly };
    case 'retired':
      return { stage: 'retired', ...none, forwardOnly };
  }
}
