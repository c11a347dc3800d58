import type { ChildProcess } from 'node:child_process';

/** Has a child process end when this process ends, however it is told to: a handler of `exit` runs. */
export function killAtExit(child: ChildProcess): void {
  const kill = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', kill);
  child.once('exit', () => process.removeListener('exit', kill));
}
