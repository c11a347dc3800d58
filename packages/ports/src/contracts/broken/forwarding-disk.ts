import type { Disk, DiskFile } from '../../disk.ts';

/** A disk that hands everything to another one; broken ones replace what they break. */
export function forwardingDisk(inner: Disk): Disk {
  return {
    open: (path, options) => inner.open(path, options),
    list: (directory) => inner.list(directory),
    makeDirectory: (directory) => inner.makeDirectory(directory),
    rename: (from, to) => inner.rename(from, to),
    remove: (path) => inner.remove(path),
    syncDirectory: (directory) => inner.syncDirectory(directory),
    lock: (path) => inner.lock(path),
  };
}

/** A file that hands everything to another one. */
export function forwardingFile(file: DiskFile): DiskFile {
  return {
    sizeBytes: () => file.sizeBytes(),
    read: (offset, length) => file.read(offset, length),
    write: (offset, bytes) => file.write(offset, bytes),
    truncate: (sizeBytes) => file.truncate(sizeBytes),
    sync: () => file.sync(),
    close: () => file.close(),
  };
}
