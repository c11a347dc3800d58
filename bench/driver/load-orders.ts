import type { EdgeMix, Verification } from './edge-calls.ts';
import type { OpenLoad, OpenLoop, OpenResult } from './open-loop.ts';

/** What the process that makes the load can be asked for, and what it answers. */
export interface LoadOrders {
  readonly prepare: {
    readonly order: { readonly host: string; readonly port: number; readonly mix: EdgeMix };
    readonly answer: null;
  };
  /** Closed loops: calls per second. */
  readonly capacity: {
    readonly order: { readonly connections: number; readonly durationMs: number };
    readonly answer: number;
  };
  /** An open loop; `firstCall` and the address are known there. */
  readonly offer: {
    readonly order: Omit<OpenLoad, 'host' | 'port' | 'firstCall'>;
    readonly answer: OpenResult;
  };
  /** How the open loop goes, since the last look. */
  readonly look: { readonly order: null; readonly answer: ReturnType<OpenLoop['look']> | null };
  readonly verify: { readonly order: { readonly step: number }; readonly answer: Verification };
}

export type OrderName = keyof LoadOrders;

export interface OrderMessage {
  readonly id: number;
  readonly name: OrderName;
  readonly order: unknown;
}

export interface AnswerMessage {
  readonly id: number;
  readonly answer: unknown;
  readonly error: string | null;
}
