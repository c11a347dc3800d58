/**
 * Clients that do a server harm, in a process of their own: many idle connections, readers that take nothing of a large answer,
 * headers and bodies that arrive a byte at a time. Who is cut off comes back. Told by the parent what to open; tells how it goes.
 */
import { connect, type Socket } from 'node:net';
import { HOARDER } from '../driver/edge-calls.ts';

export interface AdversaryOrder {
  readonly host: string;
  readonly port: number;
  readonly idle: number;
  readonly slowReaders: number;
  readonly slowHeaders: number;
  readonly slowBodies: number;
}

export interface AdversaryReport {
  readonly idle: number;
  readonly idleLost: number;
  readonly slowReadersCut: number;
  readonly slowHeadersCut: number;
  readonly slowBodiesCut: number;
}

const TABLE = '/graph/v3/databases/bench/tables/wish';
const DRIBBLE_MS = 1_000;
const OPENED_TOGETHER = 100;
const PING = 'GET /graph/v3 HTTP/1.1\r\nHost: idle\r\n\r\n';
const LARGE = `GET ${TABLE}/edges/scan/newest?start=${HOARDER.source}&direction=OUT&limit=${HOARDER.edges} HTTP/1.1\r\nHost: slow\r\n\r\n`;
const HEAD = `GET ${TABLE}/edges/count?start=1&direction=OUT HTTP/1.1\r\nHost: slow\r\nX-Slow: `;
const BODY = `POST ${TABLE}/edges HTTP/1.1\r\nHost: slow\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{`;

const counts = { idle: 0, idleLost: 0, slowReadersCut: 0, slowHeadersCut: 0, slowBodiesCut: 0 };
const dribbling = new Set<Socket>();
let isOver = false;

process.on('message', (order: AdversaryOrder | 'report') => {
  if (order === 'report') process.send?.(counts);
  else void open(order).then(() => process.send?.(counts));
});
process.on('disconnect', () => {
  isOver = true;
  process.exit(0);
});

setInterval(() => {
  for (const socket of dribbling) socket.write('x');
}, DRIBBLE_MS);

async function open(order: AdversaryOrder): Promise<void> {
  for (let made = 0; made < order.idle; made += OPENED_TOGETHER) {
    const some = Math.min(OPENED_TOGETHER, order.idle - made);
    await Promise.all(Array.from({ length: some }, () => openIdle(order)));
  }
  for (let count = 0; count < order.slowReaders; count++) openSlowReader(order);
  for (let count = 0; count < order.slowHeaders; count++) openDribble(order, HEAD, 'slowHeadersCut');
  for (let count = 0; count < order.slowBodies; count++) openDribble(order, BODY, 'slowBodiesCut');
}

function openIdle({ host, port }: AdversaryOrder): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect({ host, port }, () => socket.write(PING));
    socket.once('data', () => {
      counts.idle += 1;
      resolve();
    });
    socket.on('error', () => undefined);
    socket.on('close', () => {
      counts.idle -= 1;
      counts.idleLost += 1;
      resolve();
    });
  });
}

/** Asks for a large answer again and again and reads none of it: the answers pile up as far as the server lets them. */
function openSlowReader(order: AdversaryOrder): void {
  const socket = connect({ host: order.host, port: order.port }, () => {
    socket.pause();
    socket.write(LARGE.repeat(12));
  });
  socket.on('error', () => undefined);
  socket.on('close', () => {
    counts.slowReadersCut += 1;
    if (!isOver) setTimeout(() => openSlowReader(order), DRIBBLE_MS);
  });
}

function openDribble(order: AdversaryOrder, beginning: string, name: 'slowHeadersCut' | 'slowBodiesCut'): void {
  const socket = connect({ host: order.host, port: order.port }, () => {
    socket.write(beginning);
    dribbling.add(socket);
  });
  socket.on('data', () => undefined);
  socket.on('error', () => undefined);
  socket.on('close', () => {
    counts[name] += 1;
    dribbling.delete(socket);
    if (!isOver) setTimeout(() => openDribble(order, beginning, name), DRIBBLE_MS);
  });
}
