import { Failure } from '@actionbase/core/failure';
import type { Appended, Frame, Log, ReadLimits } from '../../log.ts';
import { ManualClock } from '../../memory/manual-clock.ts';
import { MemoryLog } from '../../memory/memory-log.ts';
import { MemoryLogStorage } from '../../memory/memory-log-storage.ts';
import type { MakeHome } from '../law.ts';
import type { LogHome } from '../log-home.ts';
import { ForwardingLog } from './forwarding-log.ts';

/** One way to break a law of `Log`, which the law's sentences must notice. */
export interface BrokenLog {
  readonly law: 'G1' | 'G2' | 'G3' | 'G4' | 'G5' | 'G6' | 'G7' | 'G8' | 'G9' | 'G10';
  readonly mistake: string;
  breakHome(home: LogHome): LogHome;
}

/** A home whose logs are broken. */
export async function makeBrokenLogHome(make: MakeHome<LogHome>, broken: BrokenLog): Promise<LogHome> {
  return broken.breakHome(await make());
}

type LogClass = new (inner: ForwardingLog['inner']) => ForwardingLog;

function wrapping(Wrapper: LogClass): (home: LogHome) => LogHome {
  return (home) => ({
    ...home,
    open: async () => new Wrapper(await home.open()),
    beside: async () => new Wrapper(await home.beside()),
    crash: (log, seed) => home.crash(log instanceof ForwardingLog ? log.inner : log, seed),
  });
}

/** Keeps the last append to itself until the next one comes. */
class WriteBehindLog extends ForwardingLog {
  #behind: { readonly entries: readonly Uint8Array[]; readonly frame: Frame } | undefined;

  override async append(partition: number, entries: readonly Uint8Array[]): Promise<Appended> {
    if (this.#behind !== undefined) await super.append(partition, this.#behind.entries);
    const { epoch, end: offset, lastStampMs } = this.inner.bounds(partition);
    const frame = { epoch, offset, stampMs: lastStampMs + 1, entries };
    this.#behind = { entries, frame };
    return { epoch, offset, stampMs: frame.stampMs, firstEntry: 0, entryCount: entries.length };
  }
}

/** Leaves out every fourth offset. */
class HoleyLog extends ForwardingLog {
  override async append(partition: number, entries: readonly Uint8Array[]): Promise<Appended> {
    const appended = await super.append(partition, entries);
    return { ...appended, offset: appended.offset + Math.floor(appended.offset / 3) };
  }
}

/** Writes the entries of an append in the wrong order. */
class ReversingLog extends ForwardingLog {
  override append(partition: number, entries: readonly Uint8Array[]): Promise<Appended> {
    return super.append(partition, [...entries].reverse());
  }
}

/** Stamps frames in steps of ten milliseconds. */
class CoarseLog extends ForwardingLog {
  override async read(partition: number, from: number, limits: ReadLimits): Promise<readonly Frame[]> {
    const frames = await super.read(partition, from, limits);
    return frames.map((frame) => ({ ...frame, stampMs: frame.stampMs - (frame.stampMs % 10) }));
  }
}

/** Shows a frame as soon as it was asked for. */
class HastyLog extends ForwardingLog {
  readonly #asked: (readonly Uint8Array[])[] = [];

  override append(partition: number, entries: readonly Uint8Array[]): Promise<Appended> {
    this.#asked.push(entries);
    return super.append(partition, entries);
  }

  override async read(partition: number, from: number, limits: ReadLimits): Promise<readonly Frame[]> {
    const frames = await super.read(partition, from, limits);
    const entries = this.#asked[from];
    const { epoch, end, lastStampMs } = this.inner.bounds(partition);
    if (entries === undefined || from < end) return frames;
    return [{ epoch, offset: from, stampMs: lastStampMs + 1, entries }];
  }
}

/** Gives every entry a frame of its own. */
class ScatteringLog extends ForwardingLog {
  override async append(partition: number, entries: readonly Uint8Array[]): Promise<Appended> {
    let first: Appended | undefined;
    for (const entry of entries) {
      const appended = await super.append(partition, [entry]);
      first ??= appended;
    }
    return { ...(first ?? (await super.append(partition, []))), entryCount: entries.length };
  }
}

/** Recovers behind its caller's back, and appends again. */
class ObligingLog extends ForwardingLog {
  override async append(partition: number, entries: readonly Uint8Array[]): Promise<Appended> {
    try {
      return await super.append(partition, entries);
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== 'log-closed') throw error;
      await super.recover(partition);
      return super.append(partition, entries);
    }
  }
}

/** Acknowledges what it has written, whoever owns the log now. */
class ConfidentLog extends ForwardingLog {
  override async append(partition: number, entries: readonly Uint8Array[]): Promise<Appended> {
    const { epoch, end: offset, lastStampMs } = this.inner.bounds(partition);
    return super
      .append(partition, entries)
      .catch(() => ({ epoch, offset, stampMs: lastStampMs + 1, firstEntry: 0, entryCount: entries.length }));
  }
}

/** Lets what an earlier opening still writes into the log, behind what a later one has written. */
function takesLateFrames(home: LogHome): LogHome {
  const opened: Log[] = [];
  const keep = async (log: Promise<Log>): Promise<Log> => {
    const inner = await log;
    opened.push(inner);
    return new LateLog(inner, opened);
  };
  return { ...wrapping(ForwardingLog)(home), open: () => keep(home.open()), beside: () => keep(home.beside()) };
}

class LateLog extends ForwardingLog {
  readonly #opened: readonly Log[];

  constructor(inner: Log, opened: readonly Log[]) {
    super(inner);
    this.#opened = opened;
  }

  override async append(partition: number, entries: readonly Uint8Array[]): Promise<Appended> {
    try {
      return await super.append(partition, entries);
    } catch (error) {
      const newest = this.#opened.at(-1);
      if (newest !== this.inner) await newest?.append(partition, entries);
      throw error;
    }
  }
}

/** Opens a damaged log as an empty one. */
function opensDamaged(home: LogHome): LogHome {
  return {
    ...home,
    open: () =>
      home
        .open()
        .catch(() => MemoryLog.open({ storage: new MemoryLogStorage(), clock: home.clock ?? new ManualClock() })),
  };
}

/** Trims one frame too many. */
class GreedyLog extends ForwardingLog {
  override trim(partition: number, before: number): Promise<void> {
    return super.trim(partition, before + 1);
  }
}

/** Answers with the first frame that it has when an older one is asked for. */
class PretendingLog extends ForwardingLog {
  override read(partition: number, from: number, limits: ReadLimits): Promise<readonly Frame[]> {
    return super.read(partition, Math.max(from, this.inner.bounds(partition).start), limits);
  }
}

export const brokenLogs: readonly BrokenLog[] = [
  { law: 'G1', mistake: 'acknowledges before it has written', breakHome: wrapping(WriteBehindLog) },
  { law: 'G2', mistake: 'leaves out offsets', breakHome: wrapping(HoleyLog) },
  { law: 'G2', mistake: 'turns the entries round', breakHome: wrapping(ReversingLog) },
  { law: 'G3', mistake: 'stamps frames in steps of ten milliseconds', breakHome: wrapping(CoarseLog) },
  { law: 'G4', mistake: 'shows what is not durable', breakHome: wrapping(HastyLog) },
  { law: 'G5', mistake: 'scatters an append over frames', breakHome: wrapping(ScatteringLog) },
  { law: 'G6', mistake: 'appends again without being told to recover', breakHome: wrapping(ObligingLog) },
  { law: 'G7', mistake: 'opens although a frame is damaged', breakHome: opensDamaged },
  { law: 'G8', mistake: 'trims one frame too many', breakHome: wrapping(GreedyLog) },
  {
    law: 'G8',
    mistake: 'gives other frames than the trimmed ones it was asked for',
    breakHome: wrapping(PretendingLog),
  },
  { law: 'G9', mistake: 'acknowledges although another one has opened it', breakHome: wrapping(ConfidentLog) },
  { law: 'G10', mistake: 'lets late frames of an earlier opening in', breakHome: takesLateFrames },
];
