import type { TraceEvent } from './trace.ts';

/** What a disk writes whole or not at all: a page of the file system's cache, or a sector. */
export type UnitBytes = 4_096 | 512;

interface Version {
  readonly content: Uint8Array;
  readonly call: number;
  finished: boolean;
}

/** One unit of the file: what is on the disk for certain, and what the cache has held since. */
interface Unit {
  durable: Uint8Array | undefined;
  versions: Version[];
}

/** Numbers in [0, 1). */
export type Chance = () => number;

/**
 * One file on a disk that forgets. After each write a unit has one more version; a sync, or a write through a descriptor
 * with O_DSYNC, makes durable what had been written when it began. A power cut leaves each unit at its durable version or at
 * any later one, independently of all others; so unsynced writes are kept, lost, torn and reordered. The file's name is
 * durable when its folder was synced after it was given.
 */
export class DiskModel {
  readonly #unitBytes: UnitBytes;
  readonly #units = new Map<number, Unit>();
  /** Units with more versions than the durable one. */
  readonly #unsynced = new Set<number>();
  /** For each sync under way: how many versions of each unit it covers. */
  readonly #syncs = new Map<number, ReadonlyMap<number, Version>>();
  #named: 'no' | 'maybe' | 'yes' = 'no';
  #sizeBytes = 0;
  /** Lengths that the file had before it was cut shorter, as far as no sync has made the cut durable. */
  #longer: number[] = [];
  /** For each sync under way: how many of those cuts it covers. */
  readonly #cutsCovered = new Map<number, number>();

  constructor(unitBytes: UnitBytes) {
    this.#unitBytes = unitBytes;
  }

  apply(event: TraceEvent): void {
    switch (event.kind) {
      case 'name':
        if (this.#named === 'no') this.#named = 'maybe';
        return;
      case 'write':
        return this.#write(event.call, event.offset, event.bytes);
      case 'written':
        return this.#written(event.call, event.durable);
      case 'resize':
        return this.#resize(event.sizeBytes);
      case 'sync':
        this.#cutsCovered.set(event.call, this.#longer.length);
        this.#syncs.set(event.call, event.what === 'folder' ? folderSync : this.#finishedVersions());
        return;
      case 'synced': {
        const covered = this.#syncs.get(event.call);
        if (covered === folderSync && this.#named === 'maybe') this.#named = 'yes';
        for (const [at, version] of covered ?? []) this.#makeDurable(at, version);
        this.#syncs.delete(event.call);
        if (covered !== folderSync) this.#longer = this.#longer.slice(this.#cutsCovered.get(event.call) ?? 0);
        this.#cutsCovered.delete(event.call);
        return;
      }
      case 'mark':
        return;
    }
  }

  /** The file as a power cut may leave it now; undefined when its name is lost. `kept` is the share of unsynced units kept. */
  cut(chance: Chance, kept: number): Uint8Array | undefined {
    if (this.#named === 'no' || (this.#named === 'maybe' && chance() < 0.5)) return undefined;
    const found: [number, Uint8Array][] = [];
    for (const [at, unit] of this.#units) {
      const content = this.#survivor(unit, chance, kept);
      if (content !== undefined) found.push([at, content]);
    }
    const last = found.reduce((max, [at]) => Math.max(max, at), -1);
    const [longer] = this.#longer;
    const sizeBytes = longer === undefined || chance() < 0.5 ? this.#sizeBytes : longer;
    const image = new Uint8Array(Math.min(sizeBytes, (last + 1) * this.#unitBytes));
    for (const [at, content] of found)
      if (at * this.#unitBytes < image.length)
        image.set(content.subarray(0, image.length - at * this.#unitBytes), at * this.#unitBytes);
    return image;
  }

  /** The file as the running system sees it. */
  newest(): Uint8Array {
    const image = new Uint8Array(this.#sizeBytes);
    for (const [at, { durable, versions }] of this.#units) {
      const content = versions.at(-1)?.content ?? durable ?? new Uint8Array(0);
      if (at * this.#unitBytes >= image.length) continue;
      image.set(content.subarray(0, image.length - at * this.#unitBytes), at * this.#unitBytes);
    }
    return image;
  }

  #survivor(unit: Unit, chance: Chance, kept: number): Uint8Array | undefined {
    if (unit.versions.length === 0 || chance() >= kept) return unit.durable;
    return unit.versions[Math.floor(chance() * unit.versions.length)]?.content;
  }

  #write(call: number, offset: number, bytes: Uint8Array): void {
    this.#sizeBytes = Math.max(this.#sizeBytes, offset + bytes.length);
    const size = this.#unitBytes;
    for (let at = Math.floor(offset / size); at * size < offset + bytes.length; at += 1) {
      const unit = this.#units.get(at) ?? { durable: undefined, versions: [] };
      this.#units.set(at, unit);
      const before = unit.versions.at(-1)?.content ?? unit.durable;
      const content = before === undefined ? new Uint8Array(size) : before.slice();
      const from = Math.max(offset, at * size);
      const to = Math.min(offset + bytes.length, (at + 1) * size);
      content.set(bytes.subarray(from - offset, to - offset), from - at * size);
      unit.versions.push({ content, call, finished: false });
      this.#unsynced.add(at);
    }
  }

  /** What is cut off is gone: read again, when the file grows again, it is zeros. */
  #resize(sizeBytes: number): void {
    const before = this.#sizeBytes;
    const size = this.#unitBytes;
    if (sizeBytes < before) {
      for (let at = Math.floor(sizeBytes / size); at * size < before; at += 1) {
        const unit = this.#units.get(at);
        const newest = unit?.versions.at(-1)?.content ?? unit?.durable;
        if (unit === undefined || newest === undefined) continue;
        const content = newest.slice().fill(0, Math.max(0, sizeBytes - at * size));
        unit.versions.push({ content, call: -1, finished: true });
        this.#unsynced.add(at);
      }
      this.#longer.push(before);
    }
    this.#sizeBytes = sizeBytes;
  }

  #written(call: number, durable: boolean): void {
    for (const at of [...this.#unsynced]) {
      for (const version of this.#units.get(at)?.versions ?? []) {
        if (version.call !== call) continue;
        version.finished = true;
        if (durable) this.#makeDurable(at, version);
      }
    }
  }

  #finishedVersions(): ReadonlyMap<number, Version> {
    const covered = new Map<number, Version>();
    for (const at of this.#unsynced) {
      const version = this.#units.get(at)?.versions.findLast(({ finished }) => finished);
      if (version !== undefined) covered.set(at, version);
    }
    return covered;
  }

  #makeDurable(at: number, version: Version): void {
    const unit = this.#units.get(at);
    const index = unit?.versions.indexOf(version) ?? -1;
    if (unit === undefined || index < 0) return;
    unit.durable = version.content;
    unit.versions = unit.versions.slice(index + 1);
    if (unit.versions.length === 0) this.#unsynced.delete(at);
  }
}

/** Stands for the coverage of a folder's sync. */
const folderSync: ReadonlyMap<number, Version> = new Map();
