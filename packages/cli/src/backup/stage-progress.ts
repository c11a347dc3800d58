/** Told what a long piece of work is doing. */
export interface StageProgress {
  /** A stage has begun; the one before is over. */
  readonly begin: (stage: string) => void;
  /** How much of the stage is done, from 0 to 1. */
  readonly advance: (share: number) => void;
}

/** Tells nobody. */
export const SILENT: StageProgress = { begin: () => undefined, advance: () => undefined };
