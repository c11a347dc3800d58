/**
 * Stored bytes that no encoder of ours or of the reference writes: damage, or bytes of something else. Readers that may
 * skip a row (a scan) catch it; everybody else lets it stop them. `offset` is the place where reading stopped to make sense.
 */
export class MalformedBytes extends Error {
  readonly offset: number;

  constructor(sentence: string, offset: number) {
    super(`${sentence} at byte ${offset}`);
    this.name = 'MalformedBytes';
    this.offset = offset;
  }
}
