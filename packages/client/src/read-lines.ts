/** The lines of a body, as they come; a last one without a line break is left out: it may be cut off. */
export async function* readLines(
  body: ReadableStream<Uint8Array>,
  onChunk: () => void,
): AsyncGenerator<string, undefined> {
  const decoder = new TextDecoder();
  const reader = body.getReader();
  let rest = '';
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return undefined;
      onChunk();
      const pieces = (rest + decoder.decode(value, { stream: true })).split('\n');
      rest = pieces.pop() ?? '';
      yield* pieces;
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}
