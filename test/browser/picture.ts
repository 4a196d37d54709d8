import type { Page } from "playwright-core";

/** Greatest height of a picture, pixels: what a guide shows of a page beside its text. */
const lowest = 960;

/** Pixels below the last thing that is shown. */
const margin = 16;

/** Something on a page, with its upper and lower edge. */
interface Piece {
  tag: string;
  top: number;
  bottom: number;
}

interface Measured {
  text: string;
  height: number;
  pieces: Piece[];
}

/**
 * In the browser, which has types of its own: what a page says, where it ends, and its pieces. What has a frame is one thing, as large as
 * it may be; and so is each line of what has none.
 */
const measured = `({
  text: document.body.innerText.trim(),
  height: document.documentElement.scrollHeight,
  pieces: [...document.body.querySelectorAll("*")].flatMap((element) => {
    const { top, bottom } = element.getBoundingClientRect();
    const { display, borderBottomWidth } = getComputedStyle(element);
    if (bottom === top || display === "inline") return [];
    const isOne = element.childElementCount === 0 || borderBottomWidth !== "0px" ||
      element.matches("p,li,h1,h2,h3,h4,label,td,th,button,svg");
    return isOne ? [{ tag: element.localName, top, bottom }] : [];
  }),
})`;

/** Height at which a picture ends: below a whole piece, and not below a heading whose text is not in it. */
function endOf(pieces: readonly Piece[]): number {
  const isWhole = (end: number) => pieces.every(({ top, bottom }) => top >= end || bottom <= end);
  const ends = pieces
    .filter(({ tag, bottom }) => !/^(h[1-6]|label)$/.test(tag) && bottom <= lowest - margin)
    .map(({ bottom }) => Math.ceil(bottom))
    .sort((one, other) => other - one);
  const end = ends.find(isWhole);
  return end === undefined ? lowest : end + margin;
}

/**
 * Takes a picture of a page from its top down to the end of a paragraph, a field or a box.
 *
 * @returns whether there is one: of a page without a word none is taken.
 */
export async function pictureOf(page: Page, path: string): Promise<boolean> {
  const { text, height, pieces } = await page.evaluate<Measured>(measured);
  if (text === "") return false;
  const { width } = page.viewportSize() ?? { width: 640 };
  await page.setViewportSize({ width, height: height <= lowest ? height : endOf(pieces) });
  await page.screenshot({ path });
  return true;
}
