/** A part of a document that is printed from the code. */
export type GeneratedBlock = {
  /** The document, from the root of the repository. */
  readonly file: string;
  /** The block lies between `<!-- marker:begin -->` and `<!-- marker:end -->`. */
  readonly marker: string;
  /** The same code prints the same text: a check compares it with what the document holds. */
  readonly print: () => string | Promise<string>;
};

/** Puts new text between a document's markers. Undefined when the document has not exactly one such pair, in order. */
export function replaceBlock(document: string, marker: string, text: string): string | undefined {
  const [before, fromBegin, ...moreBegins] = document.split(`<!-- ${marker}:begin -->`);
  if (before === undefined || fromBegin === undefined || moreBegins.length > 0) return undefined;
  const [, after, ...moreEnds] = fromBegin.split(`<!-- ${marker}:end -->`);
  if (after === undefined || moreEnds.length > 0) return undefined;
  return `${before}<!-- ${marker}:begin -->\n\n${text.trim()}\n\n<!-- ${marker}:end -->${after}`;
}
