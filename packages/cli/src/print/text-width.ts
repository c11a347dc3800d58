/** Letters that take two columns: East Asian wide and full-width ones, and emoji. */
const WIDE =
  /^[\u{1100}-\u{115f}\u{2e80}-\u{303e}\u{3041}-\u{33ff}\u{3400}-\u{4dbf}\u{4e00}-\u{9fff}\u{a000}-\u{a4cf}\u{a960}-\u{a97c}\u{ac00}-\u{d7a3}\u{f900}-\u{faff}\u{fe30}-\u{fe6f}\u{ff00}-\u{ff60}\u{ffe0}-\u{ffe6}\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u;
const EMOJI = /^\p{Emoji_Presentation}|\u{fe0f}/u;
const WITHOUT_WIDTH = /^[\p{Mn}\p{Me}\p{Cf}]+$/u;
const PLAIN = /^[\u{20}-\u{7e}]*$/u;

const segmenter = new Intl.Segmenter();

/** How many columns a text takes on a terminal: two for wide characters such as Korean ones and emoji, none for marks. */
export function textWidth(text: string): number {
  if (PLAIN.test(text)) return text.length;
  let width = 0;
  for (const { segment } of segmenter.segment(text)) {
    if (WIDE.test(segment) || EMOJI.test(segment)) width += 2;
    else if (!WITHOUT_WIDTH.test(segment)) width += 1;
  }
  return width;
}
