import type { EngineOptions } from '@actionbase/engine/engine';
import type { ServerConfig } from './config/config-table.ts';
import type { OnNotice } from './instance.ts';

const DAY_MS = 86_400_000;

/** How many notices a replay gives at most: one per this share of it. */
const REPLAY_STEP = 0.1;

/** What the configuration means for the engine. */
export function engineOptions(config: ServerConfig, onNotice: OnNotice): EngineOptions {
  const mode = config.systemMutationMode;
  return {
    phase: config.phase,
    systemMode: mode === 'none' ? null : mode === 'IGNORE' ? 'DROP' : mode,
    limits: { answerEdgesMax: config['limits.answerEdges'], mutationItemsMax: config['limits.mutationItems'] },
    retention: { ageMs: config['retention.days'] * DAY_MS, bytes: config['retention.bytes'] },
    queue: { batch: config['queue.batch'], ratePerS: config['queue.ratePerS'] },
    onReplay: noticeReplay(onNotice),
    onStatus: (status) => {
      if (status.kind === 'running') onNotice('the engine takes mutations again');
      if (status.kind === 'log-down' || status.kind === 'store-down') {
        onNotice(`the engine refuses mutations (${status.kind}): ${status.failure.message}`);
      }
      if (status.kind === 'fenced') onNotice(`the engine has stopped: ${status.failure.message}`);
      if (status.kind === 'broken') onNotice(`the engine has stopped: ${textOf(status.error)}`);
    },
  };
}

function noticeReplay(onNotice: OnNotice): (reached: number, end: number) => void {
  let told = 0;
  return (reached, end) => {
    if (end === 0 || reached / end < told + REPLAY_STEP) return;
    told = reached / end;
    onNotice(`replayed ${reached} of ${end} frames`);
  };
}

function textOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
