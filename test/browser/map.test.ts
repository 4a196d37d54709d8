import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadCommune } from "../../components/commune/load.ts";
import { mapFiles } from "../../components/map/page.ts";
import { checkout } from "../../local/paths.ts";
import { drawing, spaceHours } from "../../scripts/map.ts";
import { lookAtFile, lookAtFolder, openBrowser, type Seen } from "./look.ts";

const folder = mkdtempSync(join(tmpdir(), "map-"));
/** Kept when asked for, to be looked at by a person. */
const screenshots = process.env.COMMUNE_SCREENSHOTS ?? folder;
let browser: Browser;

beforeAll(async () => {
  const loaded = loadCommune(join(checkout, "stacks"), "villeurbanne");
  if (!loaded.ok || !loaded.places) throw new Error("Villeurbanne has no sound places");
  const { declaration, places } = loaded;
  const { name, contact } = declaration;
  const spaces = spaceHours(declaration);
  for (const [file, content] of mapFiles({ name, contact, places: places.places, spaces }, drawing())) {
    writeFileSync(join(folder, file), content);
  }
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

function expectSound(seen: Seen) {
  expect(seen.accessibility).toEqual([]);
  expect(seen.markup).toEqual([]);
  expect(seen.elsewhere).toEqual([]);
  expect(seen.errors).toEqual([]);
  expect(seen.title).toBe("Wi-Fi public et zones blanches à Villeurbanne");
  expect(seen.text).toMatch(
    /Place Lazare-Goujon \(dehors\) : jour et nuit, tous les jours ; jusqu'à \d+ m environ/,
  );
  expect(seen.text).toMatch(
    /Crèche du Tonkin\s+crèche \(loi 2015-136\)\s+jour et nuit, tous les jours\s+−60 dBm\s+\d,?\d? dB/,
  );
  expect(seen.text).toContain("lundi et mardi de 8 h 20 à 16 h 30 ; jeudi et vendredi de 8 h 20 à 16 h 30");
  expect(seen.text).toContain("Le Rize");
}

test("the map is a drawing and a list without JavaScript", async () => {
  const seen = await lookAtFolder(browser, folder, {
    javaScript: false,
    screenshot: join(screenshots, "map.png"),
  });
  expectSound(seen);
  expect(seen.text).toContain("carte.svg");
});

test("the map moves with JavaScript, from a file as from a server", async () => {
  const file = join(folder, "index.html");
  let drawn = 0;
  const seen = await lookAtFile(browser, file, {
    screenshot: join(screenshots, "map-leaflet.png"),
    act: async (page) => {
      drawn = await page.locator("#carte path.leaflet-interactive").count();
      await page.locator("#carte path.leaflet-interactive").last().click();
      expect(await page.locator(".leaflet-popup-content").textContent()).toContain("Tonkin");
    },
  });
  expectSound(seen);
  // 44 points, 8 zones, 3 spaces.
  expect(drawn).toBe(55);
});

test("the map fits a telephone", async () => {
  const seen = await lookAtFolder(browser, folder, {
    width: 390,
    screenshot: join(screenshots, "map-telephone.png"),
  });
  expectSound(seen);
});
