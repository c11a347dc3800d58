import { unreachable } from '@actionbase/core/failure';
import type { ControlCall } from './control-call.ts';
import type { Coordinator } from './coordinator.ts';

/** What a coordinator answers to a call of the command line. */
export async function answerControl(coordinator: Coordinator, call: ControlCall): Promise<unknown> {
  switch (call.kind) {
    case 'status':
      return coordinator.status();
    case 'explain':
      return { status: await coordinator.status(), journal: coordinator.journal };
    case 'verify':
      return coordinator.verify(call.only);
    case 'incident':
      await coordinator.incident(call.what, call.who);
      return {};
    case 'stage':
      return coordinator.order(call.command, call.who, call.why);
    default:
      return unreachable(call);
  }
}
