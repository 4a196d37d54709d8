import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeWhole } from "../../local/cluster/files.ts";
import { checkout } from "../../local/paths.ts";
import { searchScript } from "../../scripts/docs/search.ts";
import { docsPages } from "../../scripts/docs/site.ts";
import { lookAtFile, markupFindings, openBrowser, pictureFor, readAsText } from "./look.ts";

let browser: Browser;
const folder = mkdtempSync(join(tmpdir(), "docs-"));
const pages = docsPages(join(checkout, "docs"));

beforeAll(async () => {
  for (const [path, text] of pages) writeWhole(join(folder, path), text);
  writeWhole(join(folder, "search.js"), searchScript(join(checkout, "docs")));
  cpSync(join(checkout, "docs", "images"), join(folder, "images"), { recursive: true });
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

test("every page is valid HTML", async () => {
  const faults: string[] = [];
  for (const path of pages.keys())
    faults.push(...(await markupFindings(join(folder, path))).map((fault) => `${path}:${fault}`));
  expect(faults).toEqual([]);
});

/** Guides, the index, and one page of each kind: long tables, code, a drawing in text. */
const looked = [...pages.keys()].filter((path) =>
  /^(fr\/|index|reference|approval|architecture|commands|tour)/.test(path),
);

test.each(looked)("%s has no fault, on a telephone and on a screen, without JavaScript", async (path) => {
  const file = join(folder, path);
  const looks = [320, 1280].map((width) => {
    const screenshot = pictureFor(`docs-${path.replace("/", "-")}-${width}.png`);
    return lookAtFile(browser, file, { width, javaScript: false, screenshot });
  });
  for (const seen of await Promise.all(looks))
    expect(seen).toMatchObject({ accessibility: [], markup: [], elsewhere: [], errors: [] });
});

const others = [...pages.keys()].filter((path) => !looked.includes(path) && !path.includes("/"));

test("every other page has no fault on a telephone", async () => {
  const faults: Record<string, unknown> = {};
  const left = others.values();
  const look = async () => {
    for (const path of left) {
      const { accessibility, elsewhere, errors } = await lookAtFile(browser, join(folder, path), {
        ...{ width: 320, javaScript: false },
      });
      if ([...accessibility, ...elsewhere, ...errors].length > 0)
        faults[path] = { accessibility, elsewhere, errors };
    }
  };
  // Side by side: the browser has a process for each page.
  await Promise.all([look(), look(), look()]);
  expect(others.length).toBeGreaterThan(30);
  expect(faults).toEqual({});
  // Some fifty pages, a few seconds each on a machine that has other work.
}, 400_000);

test.each([
  ["reference.html", "undo", "Changes: Undo"],
  ["index.html", "télephone perdu", "Les membres de votre association: L’agenda dans un téléphone"],
])("%s finds what %s is about, without a server", async (path, words, title) => {
  const seen = await lookAtFile(browser, join(folder, path), {
    width: 390,
    screenshot: pictureFor(`docs-search-${path.replace("/", "-")}.png`),
    act: async (page) => {
      await page.getByRole("searchbox").fill(words);
      await page.getByRole("link", { name: title }).waitFor({ timeout: 10_000 });
    },
  });
  expect(seen).toMatchObject({ accessibility: [], elsewhere: [], errors: [] });
  expect(seen.text).toContain(title);
});

test("the guides can be read as text", async () => {
  const french = [...pages.keys()].filter((path) => path.startsWith("fr/"));
  expect(french.length).toBeGreaterThan(3);
  for (const path of french) expect(await readAsText(join(folder, path)), path).toContain("Toutes les pages");
});
