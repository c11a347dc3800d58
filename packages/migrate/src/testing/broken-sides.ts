import { setImmediate } from 'node:timers/promises';
import type { LogLine } from '@actionbase/client';
import type { LegacyStore } from '@actionbase/ports/legacy';
import type { NewFeed } from '../back/new-feed.ts';
import type { NewSide } from '../direct/new-side.ts';
import type { WorldOptions } from './small-world.ts';

/** Mistakes that the director or the way back could make, each as something broken around it; the tests must object to each. */
export const BROKEN_WORLDS: Readonly<Record<string, Omit<WorldOptions, 'seed'>>> = {
  'that a key has moved is passed over': { hasFollower: true, breakLegacy: withoutMoves },
  'a closed fence is passed by': { hasFollower: true, breakNewSide: withoutFence },
  'an edge that did not get there is not owed': {
    hasFollower: false,
    debtsAlone: true,
    breakNewSide: withoutDebt,
    lostAnswers: 30,
  },
  'echoes are brought back': { hasFollower: true, breakFeed: withEchoes },
  'changes are brought back once in a while': { hasFollower: true, breakFeed: withGaps },
};

const LATE_TURNS = 30;

function withoutMoves(legacy: LegacyStore): LegacyStore {
  return replacing(legacy, {
    async write(write) {
      const written = await legacy.write(write);
      if (written.kind === 'written') return written;
      return { kind: 'written', version: write.versionMin, revision: written.truth.revision, existed: true };
    },
  });
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
    return seen % 5 === 0 ? { ...record, status: 'ERROR' } : record;
  });
}

/** Each line comes some turns late, which is right, and which shows what an old one does. */
function throughLines(feed: NewFeed, change: (record: LogLine['record']) => LogLine['record']): NewFeed {
  return replacing(feed, {
    async *follow(from, signal) {
      for await (const line of feed.follow(from, signal)) {
        for (let turns = 0; turns < LATE_TURNS; turns += 1) await setImmediate();
        yield { ...line, record: change(line.record) };
      }
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
