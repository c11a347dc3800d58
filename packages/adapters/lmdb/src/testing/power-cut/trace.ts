/**
 * Reads what strace has written about a process: the calls that change one file, the syncs of the file and of its folder,
 * and the lines that the process itself wrote into a file of marks. Calls that a trace cannot show in full (shared writable
 * maps) or that the disk model does not know make reading fail, so that no image is built on half the truth.
 */

/** Each call is seen twice: what is between its start and its finish may or may not have happened. */
export type TraceEvent =
  | { readonly kind: 'name' }
  | { readonly kind: 'write'; readonly call: number; readonly offset: number; readonly bytes: Uint8Array }
  | { readonly kind: 'written'; readonly call: number; readonly durable: boolean }
  /** The file is cut, or lengthened with zeros. */
  | { readonly kind: 'resize'; readonly sizeBytes: number }
  | { readonly kind: 'sync'; readonly call: number; readonly what: 'file' | 'folder' }
  | { readonly kind: 'synced'; readonly call: number }
  | { readonly kind: 'mark'; readonly line: string };

export interface TracePaths {
  readonly file: string;
  /** The name under which the file is made, before it is renamed. */
  readonly madeAs: string;
  readonly folder: string;
  readonly marks: string;
}

/** Arguments for strace that make it write what `readTrace` reads. */
export const straceArguments: readonly string[] = [
  '--follow-forks',
  '--decode-fds=path',
  '--strings-in-hex=all',
  '--string-limit=10000000',
  '--signal=none',
  `--trace=${[
    'openat,open,creat,lseek,pwrite64,pwritev,pwritev2,write,writev,ftruncate,truncate,fallocate,mmap,msync',
    'fsync,fdatasync,sync_file_range,rename,renameat,renameat2,unlink,unlinkat,copy_file_range,sendfile,io_uring_enter',
  ].join()}`,
];

interface OpenFile {
  readonly durable: boolean;
  position: number;
}

interface PendingCall {
  readonly name: string;
  readonly text: string;
  readonly call: number;
}

/** Reads a whole trace; `firstCall` is above all call numbers of traces before it. */
export function readTrace(trace: string, paths: TracePaths, firstCall = 0): TraceEvent[] {
  const reader = new TraceReader(paths, firstCall);
  for (const line of trace.split('\n')) reader.readLine(line);
  return reader.events;
}

class TraceReader {
  readonly events: TraceEvent[] = [];
  readonly #paths: TracePaths;
  readonly #files = new Map<string, OpenFile>();
  readonly #pending = new Map<string, PendingCall>();
  #nextCall: number;

  constructor(paths: TracePaths, firstCall: number) {
    this.#paths = paths;
    this.#nextCall = firstCall;
  }

  readLine(line: string): void {
    const match = /^(\d+) +(?:<\.\.\. (\w+) resumed>|(\w+)\()(.*)$/.exec(line);
    if (match === null) return;
    const [, thread = '', resumed, started, rest = ''] = match;
    if (resumed !== undefined) {
      const pending = this.#pending.get(thread);
      this.#pending.delete(thread);
      if (pending?.name === resumed) this.#finish(pending, resultOf(rest));
      return;
    }
    const call = { name: started ?? '', text: rest, call: this.#nextCall };
    this.#nextCall += 1;
    this.#start(call);
    if (rest.endsWith('<unfinished ...>')) this.#pending.set(thread, call);
    else this.#finish(call, resultOf(rest));
  }

  #start({ name, text, call }: PendingCall): void {
    if (
      name.startsWith('rename') &&
      new TextDecoder().decode(stringsOf(text)) === this.#paths.madeAs + this.#paths.file
    ) {
      this.events.push({ kind: 'name' });
      return;
    }
    const file = fileOf(text);
    if (file === undefined || !Object.values(this.#paths).includes(file.path)) return;
    const isMarks = file.path === this.#paths.marks;
    switch (name) {
      case 'lseek':
      case 'openat':
      case 'open':
        return;
      case 'fsync':
      case 'fdatasync':
        this.events.push({ kind: 'sync', call, what: file.path === this.#paths.folder ? 'folder' : 'file' });
        return;
      case 'write':
      case 'writev':
      case 'pwrite64': {
        const bytes = stringsOf(text);
        if (isMarks) return this.#mark(bytes);
        const offset =
          name === 'pwrite64' ? Number(/, (\d+)(?:\)| <)[^,]*$/.exec(text)?.[1]) : this.#advance(file.fd, bytes);
        if (!Number.isSafeInteger(offset)) throw new Error(`cannot find the offset of ${name} in the trace`);
        this.events.push({ kind: 'write', call, offset, bytes });
        return;
      }
      case 'mmap':
        if (!text.includes('PROT_WRITE') || text.includes('MAP_PRIVATE')) return;
        throw new Error('the file is written through a map, which a trace does not show');
      default:
        if (!isMarks) throw new Error(`the disk model does not know the call ${name}`);
    }
  }

  #finish({ name, text, call }: PendingCall, result: string): void {
    if (name === 'openat' || name === 'open') return this.#opened(text, result);
    const file = fileOf(text);
    if (file === undefined) return;
    const ok = /^\d+/.test(result);
    if (name === 'lseek' && ok) {
      const open = this.#files.get(file.fd);
      if (open !== undefined) open.position = Number.parseInt(result, 10);
      return;
    }
    if (ok && Object.values(this.#paths).includes(file.path)) {
      if (name === 'fsync' || name === 'fdatasync') this.events.push({ kind: 'synced', call });
      else if (['write', 'writev', 'pwrite64'].includes(name)) {
        this.events.push({ kind: 'written', call, durable: this.#files.get(file.fd)?.durable === true });
      }
    }
  }

  #opened(text: string, result: string): void {
    const file = fileOf(result);
    if (file === undefined) return;
    this.#files.set(file.fd, { durable: /O_DSYNC|O_SYNC/.test(text), position: 0 });
  }

  #advance(fd: string, bytes: Uint8Array): number {
    const open = this.#files.get(fd);
    if (open === undefined) throw new Error(`the trace never opened file ${fd}`);
    const offset = open.position;
    open.position += bytes.length;
    return offset;
  }

  #mark(bytes: Uint8Array): void {
    for (const line of new TextDecoder().decode(bytes).trim().split('\n')) this.events.push({ kind: 'mark', line });
  }
}

/** The first `12<\x2f…>` of the text: a descriptor and what it is open on. */
export function fileOf(text: string): { readonly fd: string; readonly path: string } | undefined {
  const match = /(?:^|[ ,])(\d+)<((?:\\x[0-9a-f]{2})+)>/.exec(text.slice(0, 2_000));
  if (match === null) return undefined;
  return { fd: match[1] ?? '', path: new TextDecoder().decode(fromHex(match[2] ?? '')) };
}

/** All strings of the text, joined. */
export function stringsOf(text: string): Uint8Array {
  const parts = [...text.matchAll(/"((?:\\x[0-9a-f]{2})*)"(\.\.\.)?/g)];
  if (parts.some(([, , cut]) => cut !== undefined)) throw new Error('the trace has cut a string');
  return Buffer.concat(parts.map(([, hex = '']) => fromHex(hex)));
}

function fromHex(escaped: string): Uint8Array {
  return Buffer.from(escaped.replaceAll('\\x', ''), 'hex');
}

/** What a call answered, from the end of its line. */
export function resultOf(rest: string): string {
  return rest.slice(rest.lastIndexOf(') ') + 1).replace(/^\s*=\s*/, '');
}
