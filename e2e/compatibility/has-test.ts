/**
 * Whether a source file declares a test, or a titled part of one, of exactly this name. What the source fills in stands in
 * the name between braces: the name `golden {i}` is the test of the template with `i` in it.
 */
export function hasTest(source: string, name: string): boolean {
  const literal = name.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
  const declaration = new RegExp(String.raw`(?:\b(?:test|it)\(\s*|\btitle: )(['"\x60])${literal}\1`);
  return declaration.test(source.replaceAll('$' + '{', '{'));
}
