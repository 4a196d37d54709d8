import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { writeCatalogue } from "../../components/schools/lessons/catalogue.ts";
import { readLessons } from "../../components/schools/lessons/folder.ts";
import { lesson, notice } from "../components/schools/lessons/lesson.ts";
import { lookAtFolder, openBrowser, pictureFor, readAsText } from "./look.ts";

const folder = mkdtempSync(join(tmpdir(), "catalogue-"));
let browser: Browser;

/** One lesson per subject, the second for another level. */
const lessons = [
  ["fractions", "Les fractions", "mathematiques", "elementaire, college"],
  ["volcans", "Volcans d'Auvergne", "sciences", "college"],
  ["comptines", "Comptines d'été", "musique", "maternelle"],
] as const;

beforeAll(async () => {
  const shelf = join(folder, "lessons");
  mkdirSync(shelf);
  const picture = await thumbnail();
  for (const [name, title, subject, levels] of lessons) {
    writeFileSync(join(shelf, `${name}.ubz`), lesson([], undefined, picture));
    const text = notice.replace("mathematiques", subject).replace("elementaire", levels);
    writeFileSync(join(shelf, `${name}.yaml`), `title: ${title}\n${text}`);
  }
  const read = await readLessons(shelf);
  expect(read.refused).toEqual([]);
  writeCatalogue("Leçons partagées", shelf, read.lessons, join(folder, "catalogue"));
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

/** A picture that a browser can draw: a JPEG of a coloured page, made by the browser itself. */
async function thumbnail(): Promise<Buffer> {
  const own = await openBrowser();
  const page = await own.newPage({ viewport: { width: 160, height: 120 } });
  await page.setContent("<body style='background:#fff8e1;font:bold 24px sans-serif'>½ + ¼ = ¾");
  const picture = await page.screenshot({ type: "jpeg" });
  await own.close();
  return picture;
}

const faultless = { title: "Leçons partagées", accessibility: [], markup: [], elsewhere: [], errors: [] };

test("the catalogue is a list without JavaScript", async () => {
  const seen = await lookAtFolder(browser, folder, {
    page: "catalogue/index.html",
    javaScript: false,
    width: 320,
  });
  expect(seen).toMatchObject(faultless);
  expect(seen.text).toContain("3 leçons");
  expect(seen.text).not.toContain("Rechercher");
  for (const [, title] of lessons) expect(seen.text).toContain(title);
  const text = await readAsText(join(folder, "catalogue", "index.html"));
  // The pictures in them are as large as this browser makes them.
  await expect(text.replaceAll(/\d+,\d ko/g, "… ko")).toMatchFileSnapshot("schools/lessons.txt");
});

test("a search narrows it, whatever the accents", async () => {
  const seen = await lookAtFolder(browser, folder, {
    page: "catalogue/index.html",
    act: (page) => page.getByLabel("Rechercher").fill("ETE comptine"),
    screenshot: pictureFor("lessons-search.png"),
  });
  expect(seen).toMatchObject(faultless);
  expect(seen.text).toContain("1 leçon\n");
  expect(seen.text).toContain("Comptines d'été");
  expect(seen.text).not.toContain("Volcans");
});

test("a level narrows it, and a lesson can be had", async () => {
  let downloaded = "";
  const seen = await lookAtFolder(browser, folder, {
    page: "catalogue/index.html",
    act: async (page) => {
      await page.getByLabel("Niveau").selectOption("Collège");
      const download = page.waitForEvent("download");
      await page.getByRole("link", { name: /Volcans/ }).click();
      downloaded = (await download).suggestedFilename();
    },
    screenshot: pictureFor("lessons.png"),
  });
  expect(seen).toMatchObject(faultless);
  expect(seen.text).toContain("2 leçons");
  expect(downloaded).toBe("volcans.ubz");
});
