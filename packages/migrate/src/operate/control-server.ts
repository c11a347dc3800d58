import { chmod, rm } from 'node:fs/promises';
import { createServer, type Server, type Socket } from 'node:net';
import { Failure } from '@actionbase/core/failure';
import { CALL_LENGTH_MAX, type ControlAnswer, type ControlCall, socketPathOf } from './control-call.ts';

/**
 * Takes calls on a socket in the migration's folder, one line of JSON each, and answers one line. Only who owns the folder can
 * connect; nothing listens on the network.
 */
export class ControlServer implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(answer: (call: ControlCall) => Promise<unknown>) {
    this.#server = createServer((socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      socket.on('error', () => socket.destroy());
      serve(socket, answer);
    });
  }

  /** Listens; the folder must belong to one process, which holds its lock. */
  static async open(directory: string, answer: (call: ControlCall) => Promise<unknown>): Promise<ControlServer> {
    const path = socketPathOf(directory);
    // Left behind by a process that was killed: the folder's lock says that there is no other one.
    await rm(path, { force: true });
    const server = new ControlServer(answer);
    await new Promise<void>((resolve, reject) => {
      server.#server.once('error', reject);
      server.#server.listen(path, resolve);
    });
    await chmod(path, 0o600);
    return server;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }
}

function serve(socket: Socket, answer: (call: ControlCall) => Promise<unknown>): void {
  let text = '';
  socket.setEncoding('utf8');
  socket.on('data', (piece: string) => {
    text += piece;
    const end = text.indexOf('\n');
    if (end < 0 && text.length <= CALL_LENGTH_MAX) return;
    socket.removeAllListeners('data');
    const call = end < 0 ? '' : text.slice(0, end);
    void answerText(call, answer).then((reply) => socket.end(`${JSON.stringify(reply)}\n`));
  });
}

async function answerText(text: string, answer: (call: ControlCall) => Promise<unknown>): Promise<ControlAnswer> {
  try {
    // Written by `control-client.ts` of the same program, whose types hold.
    return { kind: 'done', body: await answer(JSON.parse(text) as ControlCall) };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return { kind: 'refused', code: error instanceof Failure ? error.code : 'internal-error', message };
  }
}
