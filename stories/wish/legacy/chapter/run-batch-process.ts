import { join } from 'node:path';
import { ChildMain } from '../../../../e2e/servers/child-main.ts';
import { check } from '../../story-report.ts';
import type { BatchSettings } from '../legacy-settings.ts';
import type { BatchRun } from '../wisher-batch.ts';
import { addressOf, type LegacyContext, schemaAddress, WISH_SCHEMA } from './legacy-context.ts';

const MAIN = join(import.meta.dirname, '../batch-main.ts');

/** Runs the batch as a process of its own, to its end. */
export async function runBatchProcess(context: LegacyContext): Promise<BatchRun> {
  await using batch = startBatch(context);
  const { code, signal } = await batch.ended();
  check(code === 0, 'batch', () => `it ended (${code ?? signal}): ${batch.lines.join('\n')}`);
  return JSON.parse(batch.lines.at(-1) ?? '') as BatchRun;
}

/** Runs the batch until it dies of kill -9 at a point. */
export async function crashBatchProcess(
  context: LegacyContext,
  crash: NonNullable<BatchSettings['crash']>,
): Promise<void> {
  await using batch = startBatch(context, crash);
  const { signal } = await batch.ended();
  check(signal === 'SIGKILL', 'batch', () => `it should have died at ${crash.at}: ${batch.lines.join('\n')}`);
}

function startBatch({ mariadb, redis, size }: LegacyContext, crash?: BatchSettings['crash']): ChildMain {
  const settings: BatchSettings = {
    sql: schemaAddress(mariadb, WISH_SCHEMA),
    redis: addressOf(redis),
    chunkRows: size.chunkRows,
    ...(crash !== undefined && { crash }),
  };
  return new ChildMain(MAIN, settings);
}
