/** Bytes that one frame may have, head and padding included. */
export const FRAME_BYTES_MAX = 16 * 1024 * 1024;

/** Entries that one frame may have. */
export const FRAME_ENTRIES_MAX = 65_536;

/** Appends that may wait for a frame. */
export const QUEUE_APPENDS_MAX = 16_384;

/** Bytes of the entries that may wait for a frame. */
export const QUEUE_BYTES_MAX = 64 * 1024 * 1024;

/** Bytes after which a segment is followed by the next one, unless `open` is told otherwise. */
export const SEGMENT_BYTES_DEFAULT = 64 * 1024 * 1024;

/** Bytes that a segment may be told to have: the place of every frame fits into four bytes. */
export const SEGMENT_BYTES_MAX = 0xffffffff - FRAME_BYTES_MAX;

/** Zeros that are written ahead of the frames in one go, unless `open` is told otherwise. */
export const PREALLOCATED_BYTES_DEFAULT = 4 * 1024 * 1024;

/** Bytes that one read of the disk asks for when frames are looked through; longer frames get a read of their own. */
export const READ_BYTES = 256 * 1024;

/** A frame waits this often for the clock to leave the millisecond of the frame before. */
export const STAMP_WAITS_MAX = 20;

/** How often a process tries to become the owner of a log while others do so at the same moment. */
export const CLAIM_ATTEMPTS_MAX = 20;
