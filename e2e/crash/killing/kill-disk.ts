import { basename } from 'node:path';
import { FIRST_FRAME_PLACE } from '@actionbase/adapter-file-log/segment-header';
import type { Disk, DiskFile, OpenOptions } from '@actionbase/ports/disk';
import type { KillSwitch } from './kill-switch.ts';

/** The files that log and data directory write under one name and give another one. */
const NAMED = new Map([
  ['FORMAT', 'format'],
  ['log.meta', 'meta'],
]);

const DRAFT = '.new';

/** A disk whose changes pass the points of segments, frames, zeros, names and removals. */
export class KillDisk implements Disk {
  readonly #inner: Disk;
  readonly #kill: KillSwitch;
  /** The last change of names that no sync of its folder has made durable. */
  #unsynced: string | undefined;

  constructor(inner: Disk, kill: KillSwitch) {
    this.#inner = inner;
    this.#kill = kill;
  }

  async open(path: string, options: OpenOptions): Promise<DiskFile> {
    const file = await this.#inner.open(path, options);
    const kind = kindOf(path);
    if (this.#serves && kind === 'segment' && options.create) this.#kill.pass('segment.created');
    if (kind === 'claim' && options.create) this.#kill.pass('claim.created');
    if (kind === 'meta' && options.create) this.#kill.pass('meta.created');
    return new KillFile(file, kind, this.#kill);
  }

  list(directory: string): Promise<readonly string[]> {
    return this.#inner.list(directory);
  }

  makeDirectory(directory: string): Promise<void> {
    return this.#inner.makeDirectory(directory);
  }

  async rename(from: string, to: string): Promise<void> {
    await this.#inner.rename(from, to);
    const kind = kindOf(to);
    if (kind === 'other' || kind === 'claim' || (kind === 'segment' && !this.#serves)) return;
    this.#kill.pass(`${kind}.renamed`);
    this.#unsynced = `${kind}.named`;
  }

  async remove(path: string): Promise<void> {
    await this.#inner.remove(path);
    if (kindOf(path) === 'claim') {
      this.#kill.pass('claim.earlier-removed');
      this.#unsynced = 'claim.taken';
    }
    if (kindOf(path) !== 'segment') return;
    if (this.#serves) {
      this.#kill.pass('trim.segment-removed');
      this.#unsynced = 'trim.synced';
    } else if (path.endsWith(DRAFT)) this.#kill.pass('start.draft-removed');
  }

  async syncDirectory(directory: string): Promise<void> {
    await this.#inner.syncDirectory(directory);
    const done = this.#unsynced;
    this.#unsynced = undefined;
    if (done !== undefined) this.#kill.pass(done);
  }

  async lock(path: string): Promise<AsyncDisposable> {
    const lock = await this.#inner.lock(path);
    this.#kill.pass('directory.claimed');
    return lock;
  }

  get #serves(): boolean {
    return this.#kill.phase === 'serve';
  }
}

type FileKind = 'segment' | 'claim' | 'format' | 'meta' | 'other';
type Written = 'nothing' | 'header' | 'zeros' | 'frame';

class KillFile implements DiskFile {
  readonly #inner: DiskFile;
  readonly #kind: FileKind;
  readonly #kill: KillSwitch;
  #written: Written = 'nothing';

  constructor(inner: DiskFile, kind: FileKind, kill: KillSwitch) {
    this.#inner = inner;
    this.#kind = kind;
    this.#kill = kill;
  }

  sizeBytes(): Promise<number> {
    return this.#inner.sizeBytes();
  }

  read(offset: number, length: number): Promise<Uint8Array> {
    return this.#inner.read(offset, length);
  }

  async write(offset: number, bytes: Uint8Array): Promise<void> {
    this.#written = this.#kind === 'segment' ? writtenAt(offset, bytes) : 'nothing';
    const torn = `${this.#written}.half`;
    const canTear = this.#serves && (this.#written === 'zeros' || this.#written === 'frame');
    if (canTear && this.#kill.isDue(torn)) {
      await this.#inner.write(offset, bytes.subarray(0, Math.ceil(bytes.length / 2)));
      this.#kill.die();
    }
    await this.#inner.write(offset, bytes);
    this.#passWritten();
  }

  async truncate(sizeBytes: number): Promise<void> {
    await this.#inner.truncate(sizeBytes);
    if (this.#kind === 'segment' && sizeBytes > 0 && this.#serves) this.#kill.pass('segment.full-cut');
  }

  async sync(): Promise<void> {
    await this.#inner.sync();
    if (!this.#serves) return;
    if (this.#written === 'frame') this.#kill.pass('frame.synced');
    if (this.#written === 'zeros') this.#kill.pass('zeros.synced');
    if (this.#written === 'header') this.#kill.pass('segment.header-synced');
  }

  close(): Promise<void> {
    return this.#inner.close();
  }

  #passWritten(): void {
    if (this.#kind === 'format' || this.#kind === 'meta') this.#kill.pass(`${this.#kind}.written`);
    if (this.#written === 'nothing') return;
    if (this.#serves)
      this.#kill.pass(this.#written === 'header' ? 'segment.header-written' : `${this.#written}.written`);
    else if (this.#written === 'frame') this.#kill.pass('start.tail-rewritten');
  }

  get #serves(): boolean {
    return this.#kill.phase === 'serve';
  }
}

function kindOf(path: string): FileKind {
  const name = basename(path).replace(DRAFT, '');
  if (name.endsWith('.log')) return 'segment';
  if (name.endsWith('.term')) return 'claim';
  const kind = NAMED.get(name);
  return kind === 'format' || kind === 'meta' ? kind : 'other';
}

function writtenAt(offset: number, bytes: Uint8Array): Written {
  if (offset < FIRST_FRAME_PLACE) return 'header';
  return bytes.subarray(0, 16).every((byte) => byte === 0) ? 'zeros' : 'frame';
}
