import type { Appended, Frame, Log, LogBounds, ReadLimits } from '../../log.ts';

/** A log that hands everything to another one; broken logs override one verb. */
export class ForwardingLog implements Log {
  readonly inner: Log;

  constructor(inner: Log) {
    this.inner = inner;
  }

  get partitions(): number {
    return this.inner.partitions;
  }

  term(partition: number): number {
    return this.inner.term(partition);
  }

  confirm(partition: number): Promise<void> {
    return this.inner.confirm(partition);
  }

  append(partition: number, entries: readonly Uint8Array[]): Promise<Appended> {
    return this.inner.append(partition, entries);
  }

  read(partition: number, from: number, limits: ReadLimits): Promise<readonly Frame[]> {
    return this.inner.read(partition, from, limits);
  }

  bounds(partition: number): LogBounds {
    return this.inner.bounds(partition);
  }

  trim(partition: number, before: number): Promise<void> {
    return this.inner.trim(partition, before);
  }

  recover(partition: number): Promise<LogBounds> {
    return this.inner.recover(partition);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve(this.inner[Symbol.asyncDispose]());
  }
}
