/** The process that makes the load: does what `LoadProcess` orders. Other processes stand around it on the same cores. */
import { EdgeCalls } from './edge-calls.ts';
import type { AnswerMessage, LoadOrders, OrderMessage, OrderName } from './load-orders.ts';
import { OpenLoop } from './open-loop.ts';

let calls: EdgeCalls | undefined;
let address = { host: '', port: 0 };
let firstCall = 0;
let running: OpenLoop | undefined;

type Do = { readonly [N in OrderName]: (order: LoadOrders[N]['order']) => Promise<LoadOrders[N]['answer']> };

const DO: Do = {
  async prepare({ host, port, mix }) {
    address = { host, port };
    calls = new EdgeCalls(mix);
    await calls.prepare(host, port);
    return null;
  },
  async capacity(load) {
    const measured = await known().capacity({ ...address, ...load, firstCall });
    firstCall += measured.calls;
    return measured.callsPerSecond;
  },
  async offer(load) {
    running = new OpenLoop({ ...address, ...load, firstCall }, known());
    const result = await running.run();
    running = undefined;
    firstCall += result.offered;
    return result;
  },
  async look() {
    return running?.look() ?? null;
  },
  verify({ step }) {
    return known().verify(address.host, address.port, step);
  },
};

process.on('message', (message: OrderMessage) => {
  const work = DO[message.name] as (order: unknown) => Promise<unknown>;
  const send = (answer: AnswerMessage): void => void process.send?.(answer);
  work(message.order).then(
    (answer) => send({ id: message.id, answer, error: null }),
    (error: unknown) => send({ id: message.id, answer: null, error: String(error) }),
  );
});
process.on('disconnect', () => process.exit(0));

function known(): EdgeCalls {
  if (calls === undefined) throw new Error('prepare comes first');
  return calls;
}
