/** Something that the person who runs the example can read and act on; anything else is a mistake of ours. */
export class ExampleFailure extends Error {
  override readonly name = 'ExampleFailure';
}
