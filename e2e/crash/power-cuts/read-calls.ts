import {
  fileOf,
  resultOf,
  straceArguments,
  stringsOf,
  type TraceEvent,
} from '@actionbase/adapter-lmdb/testing/power-cut/trace';

/** What a traced process did to a folder, in order; and the lines that it wrote into a file of marks. */
export type DiskCall =
  | { readonly kind: 'file'; readonly path: string; readonly event: TraceEvent }
  /** A file is there that was not, or was emptied when it was opened. */
  | { readonly kind: 'create'; readonly path: string; readonly isEmptied: boolean }
  | { readonly kind: 'folder'; readonly path: string }
  | { readonly kind: 'rename'; readonly path: string; readonly from: string }
  | { readonly kind: 'remove'; readonly path: string }
  | { readonly kind: 'sync-folder'; readonly path: string; readonly call: number; readonly isDone: boolean }
  | { readonly kind: 'mark'; readonly line: string };

export interface CallPaths {
  /** Everything below it is followed. */
  readonly root: string;
  readonly marks: string;
}

/** Arguments for strace that make it write what `readCalls` reads. */
export const callArguments: readonly string[] = straceArguments.map((argument) =>
  argument.startsWith('--trace=') ? `${argument},mkdir,mkdirat,rmdir` : argument,
);

/** What LMDB shares among processes through memory: it means nothing after a power cut. */
const SHARED = 'lock.mdb';

export interface ReadTrace {
  readonly calls: readonly DiskCall[];
  /** Numbers of the calls that had begun when the process was killed: whether they happened the trace does not tell. */
  readonly unfinished: readonly number[];
}

/** Reads a whole trace; `firstCall` is above all call numbers of traces before it. Calls that it does not know make it fail. */
export function readCalls(trace: string, paths: CallPaths, firstCall: number): ReadTrace {
  const reader = new CallReader(paths, firstCall);
  for (const line of trace.split('\n')) reader.readLine(line);
  return { calls: reader.calls, unfinished: reader.unfinished };
}

interface StartedCall {
  readonly name: string;
  readonly text: string;
  readonly call: number;
}

interface OpenFile {
  readonly isDurable: boolean;
  position: number;
}

class CallReader {
  readonly calls: DiskCall[] = [];
  readonly #paths: CallPaths;
  readonly #files = new Map<string, OpenFile>();
  readonly #started = new Map<string, StartedCall>();
  #nextCall: number;

  constructor(paths: CallPaths, firstCall: number) {
    this.#paths = paths;
    this.#nextCall = firstCall;
  }

  get unfinished(): number[] {
    return [...this.#started.values()].map(({ call }) => call);
  }

  readLine(line: string): void {
    const match = /^(\d+) +(?:<\.\.\. (\w+) resumed>|(\w+)\()(.*)$/.exec(line);
    if (match === null) return;
    const [, thread = '', resumed, name, rest = ''] = match;
    if (resumed !== undefined) {
      const started = this.#started.get(thread);
      this.#started.delete(thread);
      // What was told at the start and what at the end make the whole call.
      if (started?.name === resumed) this.#finish({ ...started, text: started.text + rest }, resultOf(rest));
      return;
    }
    const call = { name: name ?? '', text: rest, call: this.#nextCall++ };
    this.#start(call);
    if (rest.endsWith('<unfinished ...>')) this.#started.set(thread, call);
    else this.#finish(call, resultOf(rest));
  }

  #start({ name, text, call }: StartedCall): void {
    const file = fileOf(text);
    if (file === undefined || !this.#isFollowed(file.path)) return;
    const { path } = file;
    switch (name) {
      case 'fsync':
      case 'fdatasync':
        this.calls.push({ kind: 'sync-folder', path, call, isDone: false });
        this.#push(path, { kind: 'sync', call, what: 'file' });
        return;
      case 'write':
      case 'writev':
      case 'pwrite64': {
        const bytes = stringsOf(text);
        if (path === this.#paths.marks) return this.#mark(bytes);
        const offset =
          name === 'pwrite64' ? Number(/, (\d+)(?:\)| <)[^,]*$/.exec(text)?.[1]) : this.#advance(file.fd, bytes);
        if (!Number.isSafeInteger(offset)) throw new Error(`cannot find the offset of ${name} in the trace`);
        this.#push(path, { kind: 'write', call, offset, bytes });
        return;
      }
      case 'mmap':
        if (!text.includes('PROT_WRITE') || text.includes('MAP_PRIVATE')) return;
        throw new Error(`${path} is written through a map, which a trace does not show`);
      case 'ftruncate':
      case 'lseek':
      case 'openat':
      case 'open':
      case 'mkdir':
      case 'mkdirat':
      case 'rmdir':
      case 'unlink':
      case 'unlinkat':
      case 'rename':
      case 'renameat':
      case 'renameat2':
        return;
      default:
        throw new Error(`the disk model does not know the call ${name}`);
    }
  }

  #finish({ name, text, call }: StartedCall, result: string): void {
    if (result.startsWith('?')) this.#started.set(`${call}`, { name, text, call });
    if (!/^\d+/.test(result)) return;
    if (name === 'openat' || name === 'open') return this.#opened(text, result);
    if (/^(?:rename|unlink|rmdir|mkdir)/.test(name)) return this.#named(name, text);
    const file = fileOf(text);
    if (file === undefined || !this.#isFollowed(file.path) || file.path === this.#paths.marks) return;
    const { path, fd } = file;
    const open = this.#files.get(fd);
    if (name === 'lseek' && open !== undefined) open.position = Number.parseInt(result, 10);
    if (name === 'ftruncate') {
      const sizeBytes = Number(/, (\d+)(?:\)| <)/.exec(text)?.[1]);
      if (!Number.isSafeInteger(sizeBytes)) throw new Error('cannot find the length of ftruncate in the trace');
      this.#push(path, { kind: 'resize', sizeBytes });
    }
    if (name === 'fsync' || name === 'fdatasync') {
      this.calls.push({ kind: 'sync-folder', path, call, isDone: true });
      this.#push(path, { kind: 'synced', call });
    }
    if (['write', 'writev', 'pwrite64'].includes(name)) {
      this.#push(path, { kind: 'written', call, durable: open?.isDurable === true });
    }
  }

  #opened(text: string, result: string): void {
    const file = fileOf(result);
    if (file === undefined) return;
    this.#files.set(file.fd, { isDurable: /O_DSYNC|O_SYNC/.test(text), position: 0 });
    if (!this.#isFollowed(file.path) || file.path === this.#paths.marks || !text.includes('O_CREAT')) return;
    this.calls.push({ kind: 'create', path: file.path, isEmptied: text.includes('O_TRUNC') });
  }

  #named(name: string, text: string): void {
    const [first = '', second = ''] = [...text.matchAll(/"((?:\\x[0-9a-f]{2})*)"/g)].map(([, hex = '']) =>
      Buffer.from(hex.replaceAll('\\x', ''), 'hex').toString(),
    );
    const isFollowed = this.#isFollowed(first) || this.#isFollowed(second);
    if (!isFollowed) return;
    if (name.startsWith('rename')) this.calls.push({ kind: 'rename', path: second, from: first });
    else if (name.startsWith('mkdir')) this.calls.push({ kind: 'folder', path: first });
    else this.calls.push({ kind: 'remove', path: first });
  }

  #isFollowed(path: string): boolean {
    const { root, marks } = this.#paths;
    if (path === marks || path === root) return true;
    return path.startsWith(`${root}/`) && !path.endsWith(SHARED) && !path.endsWith('(deleted)');
  }

  #push(path: string, event: TraceEvent): void {
    this.calls.push({ kind: 'file', path, event });
  }

  #advance(fd: string, bytes: Uint8Array): number {
    const open = this.#files.get(fd);
    if (open === undefined) throw new Error(`the trace never opened file ${fd}`);
    const offset = open.position;
    open.position += bytes.length;
    return offset;
  }

  #mark(bytes: Uint8Array): void {
    for (const line of new TextDecoder().decode(bytes).trim().split('\n')) this.calls.push({ kind: 'mark', line });
  }
}
