import type { QueueState, QueueStatus } from '@actionbase/engine/queue/queue-status';
import { VISIBILITY_BOUNDS_MS } from '@actionbase/engine/queue/visibility-times';

const STATES = ['idle', 'draining', 'waiting-for-room', 'failing'] as const satisfies QueueState['kind'][];

/** The lines of the text format of Prometheus that tell how the queue of asynchronous mutations is. */
export function printQueueMetrics(status: QueueStatus, nowMs: number): string[] {
  const { state, framesBehind, waitingSinceMs, parked, parkedMax } = status;
  const waitingS = waitingSinceMs === null ? 0 : Math.max(0, nowMs - waitingSinceMs) / 1000;
  return [
    '# HELP actionbase_queue_state 1 for what the queue does.',
    '# TYPE actionbase_queue_state gauge',
    ...STATES.map((kind) => `actionbase_queue_state{state="${kind}"} ${kind === state.kind ? 1 : 0}`),
    '# HELP actionbase_queue_frames_behind Frames of the log that may hold asynchronous mutations not yet in effect.',
    '# TYPE actionbase_queue_frames_behind gauge',
    `actionbase_queue_frames_behind ${framesBehind}`,
    '# HELP actionbase_queue_waiting_seconds Age of the oldest asynchronous mutation that waits; 0 when none does.',
    '# TYPE actionbase_queue_waiting_seconds gauge',
    `actionbase_queue_waiting_seconds ${waitingS}`,
    '# HELP actionbase_queue_parked Mutations in the side queue.',
    '# TYPE actionbase_queue_parked gauge',
    `actionbase_queue_parked ${parked}`,
    '# HELP actionbase_queue_parked_max Mutations that the side queue takes.',
    '# TYPE actionbase_queue_parked_max gauge',
    `actionbase_queue_parked_max ${parkedMax}`,
    ...printVisibility(status.visibility),
  ];
}

function printVisibility({ count, sumMs, buckets }: QueueStatus['visibility']): string[] {
  const name = 'actionbase_queue_visibility_seconds';
  let total = 0;
  const lines = buckets.map((bucket, place) => {
    total += bucket;
    const bound = VISIBILITY_BOUNDS_MS[place];
    return `${name}_bucket{le="${bound === undefined ? '+Inf' : bound / 1000}"} ${total}`;
  });
  return [
    `# HELP ${name} Time from the acknowledgement of an asynchronous request until it was in effect.`,
    `# TYPE ${name} histogram`,
    ...lines,
    `${name}_sum ${sumMs / 1000}`,
    `${name}_count ${count}`,
  ];
}
