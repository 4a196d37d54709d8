import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { mapFiles } from "../../components/places/map/page.ts";
import { payloads } from "../campaigns/hostile-files.ts";
import { hotspot, placesFrom, quarter, space, square, zone } from "../components/places/places.ts";
import { lookAtFolder, openBrowser, pictureFor } from "./look.ts";

const folder = mkdtempSync(join(tmpdir(), "map-hostile-"));
/** Kept when asked for, to be looked at by a person. */
let browser: Browser;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

/** A commune with payloads for names, a hole that goes round as its outline does, and a zone across its border. */
const scripts = placesFrom(
  { ...quarter("centre", [square(4.87, 45.76, 0.02), square(4.886, 45.761, 0.002)]) },
  ...payloads.map((name, index) => {
    const [west, south] = [4.872 + (index % 4) * 0.004, 45.762 + index * 0.0013];
    return index % 2
      ? zone({ name, threshold: "-40 dBm" }, [square(west, south, 0.0012)], `zone-${index}`)
      : hotspot({ name }, [west, south], `point-${index}`);
  }),
  zone({ name: "De part et d'autre" }, [square(4.868, 45.779, 0.004)], "bord"),
  { ...space({ name: payloads[0], address: payloads[2] }) },
);

test("names that are scripts are text, a hole is a hole", async () => {
  const map = { name: payloads[1] ?? "", contact: "numerique@bron.test", places: scripts, spaces: [] };
  for (const [file, content] of Object.entries(mapFiles(map))) writeFileSync(join(folder, file), content);
  const seen = await lookAtFolder(browser, folder, {
    screenshot: pictureFor("map-scripts.png"),
    act: async (page) => {
      await page.locator("#carte path.leaflet-interactive").last().click();
      expect(await page.locator(".leaflet-popup-content").textContent()).toContain(payloads[0]);
      // The drawing itself: a corner of the quarter is filled, its hole is not.
      const filled = await page.evaluate<boolean[]>(`(() => {
        document.getElementById("dessin").hidden = false;
        const path = document.querySelector("#dessin path[fill='#f1f1ec']");
        const { x, y, width, height } = path.getBBox();
        const at = (east, north) => new DOMPoint(x + width * east, y + height * (1 - north));
        return [at(0.01, 0.01), at(0.85, 0.1)].map((point) => path.isPointInFill(point));
      })()`);
      expect(filled).toEqual([true, false]);
    },
  });
  expect(seen.elsewhere).toEqual([]);
  expect(seen.errors).toEqual([]);
  expect(seen.markup).toEqual([]);
  expect(seen.accessibility).toEqual([]);
  for (const name of payloads) expect(seen.text).toContain(name);
});

test("a commune across the antimeridian is drawn in one piece", async () => {
  const ring = (west: number, east: number) => [
    [west, -16.81],
    [east, -16.81],
    [east, -16.79],
    [west, -16.79],
    [west, -16.81],
  ];
  const places = placesFrom(
    {
      ...quarter("date"),
      geometry: { type: "MultiPolygon", coordinates: [[ring(179.985, 180)], [ring(-180, -179.985)]] },
    },
    hotspot({ quarter: "date" }, [179.99, -16.8], "ouest"),
    hotspot({ quarter: "date" }, [-179.99, -16.8], "est"),
  );
  const map = { name: "Date", contact: "numerique@date.test", places, spaces: [] };
  for (const [file, content] of Object.entries(mapFiles(map))) writeFileSync(join(folder, file), content);
  const seen = await lookAtFolder(browser, folder, {
    javaScript: false,
    screenshot: pictureFor("map-antimeridian.png"),
  });
  expect(seen.errors).toEqual([]);
  // Two points 2.1 km apart, in a drawing 940 wide of 3.2 km: not at its two ends.
  const centres = [...mapFiles(map)["carte.svg"].matchAll(/<circle cx="([\d.]+)" cy="[\d.]+" r="2.8"\/>/g)];
  expect(centres.map(([, x]) => Math.round(Number(x)))).toEqual([187, 813]);
});
