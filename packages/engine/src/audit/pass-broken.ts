/** Ends a pass of an audit that has to begin again, since what it stands on has changed meanwhile. */
export class PassBroken extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'PassBroken';
  }
}
