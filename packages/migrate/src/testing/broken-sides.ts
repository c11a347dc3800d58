import type { LegacyStore } from '@actionbase/ports/legacy';
import type { NewFeed } from '../back/new-feed.ts';
import type { NewSide } from '../direct/new-side.ts';
import type { WorldOptions } from './small-world.ts';

/** Mistakes that the director or the way back could make, each as something broken around it; the tests must object to each. */
export const BROKEN_WORLDS: Readonly<Record<string, Omit<WorldOptions, 'seed'>>> = {
  'the old side writes what has moved': { hasFollower: true, breakLegacy: withoutMoves },
  'a closed fence is passed by': { hasFollower: true, breakNewSide: withoutFence },
  'an edge that did not get there is not owed': { hasFollower: false, breakNewSide: withoutDebt, lostAnswers: 5 },
  'echoes are brought back': { hasFollower: true, breakFeed: withEchoes },
  'changes are brought back once in a while': { hasFollower: true, breakFeed: withGaps },
};

function withoutMoves(legacy: LegacyStore): LegacyStore {
  return replacing(legacy, { write: (write) => legacy.write({ ...write, bucket: 999 }) });
}

function withoutFence(newSide: NewSide): NewSide {
  return replacing(newSide, {
    async send(name, edges, timeoutMs) {
      const sent = await newSide.send(name, edges, timeoutMs);
      return sent.kind === 'fenced' ? newSide.send('wish', edges, timeoutMs) : sent;
    },
  });
}

function withoutDebt(newSide: NewSide): NewSide {
  return replacing(newSide, {
    async send(name, edges, timeoutMs) {
      const sent = await newSide.send(name, edges, timeoutMs);
      if (sent.kind !== 'unavailable' || name !== 'wish') return sent;
      return { kind: 'done', statuses: edges.map(() => ({ status: 'CREATED', reason: '' })) };
    },
  });
}

function withEchoes(feed: NewFeed): NewFeed {
  return throughLines(feed, (record) => ({ ...record, alias: record.alias ?? 'shop.wish--r1' }));
}

function withGaps(feed: NewFeed): NewFeed {
  let seen = 0;
  return throughLines(feed, (record) => {
    seen += 1;
    return seen % 5 === 0 ? { ...record, status: 'IDLE' } : record;
  });
}

type Line = Awaited<
  ReturnType<ReturnType<ReturnType<NewFeed['follow']>[typeof Symbol.asyncIterator]>['next']>
>['value'];

function throughLines(feed: NewFeed, change: (record: Line['record']) => Line['record']): NewFeed {
  return replacing(feed, {
    follow(from, signal) {
      const reader = feed.follow(from, signal);
      return {
        get position() {
          return reader.position;
        },
        async *[Symbol.asyncIterator]() {
          for await (const line of reader) yield { ...line, record: change(line.record) };
        },
      };
    },
  });
}

/** The same object with some methods replaced. */
function replacing<T extends object>(object: T, methods: Partial<T>): T {
  return new Proxy(object, {
    get: (target, name) => {
      const value: unknown = Reflect.get(methods, name) ?? Reflect.get(target, name, target);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
}
