import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openBrowser } from "./look.ts";
import { pictureOf } from "./picture.ts";

let browser: Browser;
const folder = mkdtempSync(join(tmpdir(), "pictures-"));
const path = join(folder, "picture.png");

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

/** Height of the picture of a page, pixels, as its file says; undefined if none was taken. */
async function heightOf(body: string): Promise<number | undefined> {
  rmSync(path, { force: true });
  const page = await browser.newPage({ viewport: { width: 640, height: 480 } });
  try {
    await page.setContent(`<style>*{margin:0}p,h2{height:100px}.box{border:1px solid}</style>${body}`);
    // PNG, section 11.2.2: the height stands after the width in the first chunk.
    return (await pictureOf(page, path)) ? readFileSync(path).readUInt32BE(20) : undefined;
  } finally {
    await page.close();
  }
}

const lines = (count: number) => "<p>Une ligne.</p>".repeat(count);

test("a picture ends with a whole piece of its page, and not with a heading", async () => {
  expect(await heightOf(lines(3))).toBe(480);
  expect(await heightOf(lines(7))).toBe(700);
  expect(await heightOf(lines(20))).toBe(916);
  expect(await heightOf(`${lines(8)}<h2>Suite</h2>${lines(20)}`)).toBe(816);
  expect(await heightOf(`${lines(6)}<div class="box">${lines(9)}</div>`)).toBe(616);
});

test("of a page without a word there is none", async () => {
  expect(await heightOf("<div></div>")).toBeUndefined();
});
