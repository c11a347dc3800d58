import type { StageCommand } from './plan-move.ts';

/** An order in a few words, as the journal keeps it. */
export function printCommand(command: StageCommand): string {
  switch (command.kind) {
    case 'advance':
      return `advance to ${command.to}`;
    case 'ramp':
      return `ramp to ${command.percent} percent`;
    default:
      return command.kind;
  }
}
