import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadCommune } from "../../components/commune/load.ts";
import { planCommune } from "../../components/commune/plan.ts";
import type { CommunePlan } from "../../components/commune/planned.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { mapConfigMap } from "../../components/places/map/manifests.ts";
import { mapFiles } from "../../components/places/map/page.ts";
import { mapPath } from "../../components/places/map/published.ts";
import { checkout } from "../../local/paths.ts";
import { readMap } from "../../programs/publisher/files.ts";
import { Publication } from "../../programs/publisher/publication.ts";
import { publicServer } from "../../programs/publisher/server.ts";
import {
  type Looking,
  lookAtAddress,
  lookAtFile,
  lookAtFolder,
  openBrowser,
  pictureFor,
  readAsText,
  type Seen,
} from "./look.ts";

const folder = mkdtempSync(join(tmpdir(), "map-"));
/** As the kubelet mounts it. */
const mounted = join(folder, "mounted");
/** Kept when asked for, to be looked at by a person. */
let browser: Browser;
let plan: CommunePlan;

beforeAll(async () => {
  const loaded = loadCommune(join(checkout, "stacks"), "villeurbanne");
  if (!loaded.ok) throw loaded.error;
  plan = planCommune(loaded.declaration, siteOf(siteSchema.parse({})), { places: loaded.places?.places });
  const { map } = plan;
  if (!map) throw new Error("Villeurbanne has no places");
  for (const [file, content] of Object.entries(mapFiles(map))) writeFileSync(join(folder, file), content);
  mkdirSync(mounted);
  const { binaryData = {} } = mapConfigMap({ name: "map", labels: {} }, map);
  for (const [file, content] of Object.entries(binaryData)) {
    writeFileSync(join(mounted, file), Buffer.from(content, "base64"));
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
    /Place Lazare-Goujon \(dehors\) : jour et nuit, tous les jours ; à moins de 30 m \(\d+ m en prolongeant le modèle\)/,
  );
  expect(seen.text).toMatch(
    /Crèche du Tonkin\s+crèche \(loi 2015-136\)\s+jour et nuit, tous les jours\s+−60 dBm\s+\d,?\d? dB/,
  );
  expect(seen.text).toContain("lundi et mardi de 8 h 20 à 16 h 30 ; jeudi et vendredi de 8 h 20 à 16 h 30");
  expect(seen.text).toMatch(
    /Le Rize, 23 rue Valentin-Haüy : mardi à vendredi de 12 h à 19 h ; .* ; 3 postes, accès de plain-pied/,
  );
}

test("the map is a drawing and a list without JavaScript", async () => {
  const seen = await lookAtFolder(browser, folder, {
    javaScript: false,
    screenshot: pictureFor("map.png"),
  });
  expectSound(seen);
  expect(seen.text).toContain("carte.svg");
  await expect(await readAsText(join(folder, "index.html"))).toMatchFileSnapshot("places/carte.txt");
});

/** Steps of a reader who tries the map, and the number of things on it that answer. */
function trying(screenshot: string): Looking & { drawn: () => number } {
  let drawn = 0;
  return {
    screenshot: pictureFor(screenshot),
    act: async (page) => {
      drawn = await page.locator("#carte path.leaflet-interactive").count();
      await page.locator("#carte path.leaflet-interactive").last().click();
      expect(await page.locator(".leaflet-popup-content").textContent()).toContain("Tonkin");
    },
    drawn: () => drawn,
  };
}

test("the map moves with JavaScript, from a file", async () => {
  const looking = trying("map-file.png");
  expectSound(await lookAtFile(browser, join(folder, "index.html"), looking));
  // 44 points, 8 zones, 3 spaces.
  expect(looking.drawn()).toBe(55);
});

test("the map moves where the commune serves it, under its content security policy", async () => {
  const server = publicServer({
    publication: new Publication(plan.federation.settings),
    own: plan.federation.settings,
    website: undefined,
    webfinger: undefined,
    files: readMap(mounted),
    home: undefined,
    told: () => undefined,
    failed: (error) => expect.fail(String(error)),
  }).listen(0);
  try {
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    const address = new URL(mapPath, `http://127.0.0.1:${port}`);
    const looking = trying("map-leaflet.png");
    expectSound(await lookAtAddress(browser, address, join(folder, "index.html"), looking));
    expect(looking.drawn()).toBe(55);
    const response = await fetch(address, { headers: { "accept-encoding": "gzip, br" } });
    expect(response.headers.get("content-encoding")).toBe("br");
    expect(response.headers.get("content-security-policy")).toContain("script-src 'self'");
    const plain = await fetch(address, { headers: { "accept-encoding": "identity" } });
    expect(plain.headers.get("content-encoding")).toBe(null);
    expect(await plain.text()).toBe(await response.text());
    const drawing = await fetch(`${address}.svg`);
    expect(drawing.headers.get("content-type")).toBe("image/svg+xml; charset=utf-8");
  } finally {
    server.close();
    server.closeAllConnections();
  }
});

test("the map fits a telephone", async () => {
  const seen = await lookAtFolder(browser, folder, {
    width: 320,
    screenshot: pictureFor("map-telephone.png"),
  });
  expectSound(seen);
});
