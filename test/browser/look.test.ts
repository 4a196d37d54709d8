import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lookAtFile, lookAtFolder, openBrowser } from "./look.ts";

/** A page with one fault of each sort: no text for an image, a nested paragraph, a foreign image, a thrown error. */
const faulty = `<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><title>Fautes</title></head>
<body><main><h1>Fautes</h1><p>Un <p>texte</p></p>
<img src="https://elsewhere.test/pixel.png">
<script>throw new Error("broken")</script></main></body></html>
`;

const sound = `<!doctype html>
<html lang="fr"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Sans faute</title></head>
<body><main><h1>Sans faute</h1><noscript><p>Sans JavaScript</p></noscript></main></body></html>
`;

const folder = mkdtempSync(join(tmpdir(), "pages-"));
let browser: Browser;

beforeAll(async () => {
  writeFileSync(join(folder, "index.html"), sound);
  writeFileSync(join(folder, "faulty.html"), faulty);
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

describe.each([
  { how: "served", look: lookAtFolder, index: folder, other: folder },
  {
    how: "from a file",
    look: lookAtFile,
    index: join(folder, "index.html"),
    other: join(folder, "faulty.html"),
  },
])("a page $how", ({ look, index, other }) => {
  test("with faults has each of them found", async () => {
    const seen = await look(browser, other, { page: "faulty.html" });
    expect(seen.accessibility).toEqual(["image-alt: img"]);
    expect(seen.markup.join("\n")).toMatch(/3:\d+ close-order/);
    expect(seen.elsewhere).toEqual(["https://elsewhere.test/pixel.png"]);
    expect(seen.errors).toContain("broken");
  });

  test("without faults has none, and shows what it is without JavaScript", async () => {
    const screenshot = join(folder, "sound.png");
    const seen = await look(browser, index, { javaScript: false, screenshot });
    expect(seen).toEqual({
      title: "Sans faute",
      text: "Sans faute\n\nSans JavaScript",
      accessibility: [],
      markup: [],
      elsewhere: [],
      errors: [],
    });
    expect(statSync(screenshot).size).toBeGreaterThan(1000);
  });
});
