import { connect } from 'node:net';
import { Failure } from '@actionbase/core/failure';
import { migrateFailures } from '../failures.ts';
import { type ControlAnswer, type ControlCall, socketPathOf } from './control-call.ts';

/** Calls the process that runs a migration. Throws `migration-not-running` when there is none. */
export function callControl(directory: string, call: ControlCall): Promise<ControlAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect(socketPathOf(directory));
    let text = '';
    socket.setEncoding('utf8');
    socket.on('connect', () => socket.write(`${JSON.stringify(call)}\n`));
    socket.on('data', (piece: string) => {
      text += piece;
    });
    socket.on('end', () => {
      if (text.endsWith('\n')) resolve(JSON.parse(text) as ControlAnswer);
      else reject(notRunning(directory, 'it ended before it answered'));
    });
    socket.on('error', (error) => reject(notRunning(directory, error.message)));
  });
}

function notRunning(directory: string, reason: string): Failure {
  const message = `no process runs the migration of ${directory} (${reason}): start it with \`actionbase migrate start\``;
  return new Failure(migrateFailures['migration-not-running'], message);
}
