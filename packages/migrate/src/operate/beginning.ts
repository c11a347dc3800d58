import type { Clock } from '@actionbase/ports/clock';
import type { LegacyPosition, LegacySource } from '@actionbase/ports/legacy';
import type { Migration } from '../declare/migration.ts';
import type { Checkpoint } from '../send/checkpoint.ts';

/** Where a migration begins: fixed once, before the first dual write. */
export interface Beginning {
  /** The end of the old log then: following begins here. */
  readonly position: LegacyPosition;
  /** Of a migration that is `forwardOnly`, the version from which rows count; else undefined, and all do. */
  readonly versionMin: bigint | undefined;
}

export interface BeginningParts {
  readonly migration: Pick<Migration, 'forwardOnly'>;
  readonly source: Pick<LegacySource, 'position'>;
  readonly checkpoint: (name: string) => Checkpoint;
  readonly clock: Clock;
}

/** What the clocks of writers and that of the coordinator may differ by while a migration with `forwardOnly` begins, milliseconds. */
export const CLOCK_DIFFERENCE_MS_MAX = 1_000;

/**
 * Fixes the beginning, or tells the one that was fixed: the checkpoints `begin` (position) and `floor` (version).
 *
 * A migration that is `forwardOnly` has to part the rows that were there from those that come, by their versions, microseconds since
 * the epoch by the clocks of their writers. The floor lies a margin after the position, and dual writes begin a margin after the
 * floor: so all that is below it stays on the old side alone, and all that is above it is followed.
 *
 *     position        floor           dual writes
 *     ──┼───────────────┼───────────────┼──────────▶ time
 *        not followed   ┆ followed      ┆ written to both, and followed
 */
export async function openBeginning(parts: BeginningParts): Promise<Beginning> {
  const { migration, source, checkpoint, clock } = parts;
  const position = await keep(checkpoint('begin'), () => source.position());
  if (!migration.forwardOnly) return { position: position as LegacyPosition, versionMin: undefined };
  const floor = await keep(checkpoint('floor'), async () =>
    String(BigInt(clock.nowMs() + CLOCK_DIFFERENCE_MS_MAX) * 1_000n),
  );
  const waitMs = Number(BigInt(floor) / 1_000n) + CLOCK_DIFFERENCE_MS_MAX - clock.nowMs();
  if (waitMs > 0) await clock.sleep(waitMs);
  return { position: position as LegacyPosition, versionMin: BigInt(floor) };
}

async function keep(checkpoint: Checkpoint, find: () => Promise<string>): Promise<string> {
  const saved = await checkpoint.load();
  if (saved !== undefined) return saved;
  const found = await find();
  await checkpoint.save(found);
  return found;
}
