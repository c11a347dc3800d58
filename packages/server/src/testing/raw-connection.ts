import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** A connection of a test that sends what it is told, byte by byte if need be. */
export class RawConnection {
  readonly socket: Socket;
  /** All that was received so far. */
  received = '';
  /** Resolves when the connection is closed, from whatever side. */
  readonly closed: Promise<void>;

  private constructor(socket: Socket) {
    this.socket = socket;
    const closed = Promise.withResolvers<void>();
    this.closed = closed.promise;
    socket.setEncoding('latin1').on('data', (text: string) => {
      this.received += text;
    });
    socket.on('error', () => undefined);
    socket.on('close', () => closed.resolve());
  }

  static async open(port: number): Promise<RawConnection> {
    const connection = new RawConnection(connect({ host: '127.0.0.1', port }));
    await once(connection.socket, 'connect');
    return connection;
  }

  send(text: string): void {
    this.socket.write(text);
  }

  /** Resolves when what was received contains this, or the connection is closed. */
  async until(text: string): Promise<string> {
    while (!this.received.includes(text) && !this.socket.destroyed) {
      await Promise.race([once(this.socket, 'data'), this.closed]);
    }
    return this.received;
  }
}
