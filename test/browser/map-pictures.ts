import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { loadCommune } from "../../components/commune/load.ts";
import { mapFiles } from "../../components/places/map/page.ts";
import { planMap } from "../../components/places/map/plan.ts";
import { installPackages, missingPackages } from "../../local/packages.ts";
import { checkout } from "../../local/paths.ts";
import { openBrowser } from "./look.ts";

/** `npm run map:pictures`: the pictures of docs/places.md, of the map of Villeurbanne as it is declared here. */
await installPackages(await missingPackages(["chromium"]));
const loaded = loadCommune(join(checkout, "stacks"), "villeurbanne");
if (!loaded.ok) throw loaded.error;
const map = planMap(loaded.declaration, loaded.places?.places);
if (map === undefined) throw new Error("Villeurbanne has no places");
const folder = mkdtempSync(join(tmpdir(), "map-pictures-"));
for (const [file, content] of Object.entries(mapFiles(map))) writeFileSync(join(folder, file), content);
const browser = await openBrowser();
try {
  for (const { name, width, box, javaScriptEnabled } of [
    { name: "map", width: 1280, box: "main svg >> nth=0", javaScriptEnabled: false },
    { name: "map-telephone", width: 390, box: "#carte", javaScriptEnabled: true },
  ]) {
    const context = await browser.newContext({ javaScriptEnabled, viewport: { width, height: 844 } });
    const page = await context.newPage();
    await page.goto(pathToFileURL(join(folder, "index.html")).href, { waitUntil: "load" });
    const { y = 0, height = 0 } = (await page.locator(box).boundingBox()) ?? {};
    await page.screenshot({
      path: join(checkout, "docs", "images", `${name}.png`),
      fullPage: true,
      clip: { x: 0, y: 0, width, height: Math.ceil(y + height) + 4 },
    });
    await context.close();
  }
} finally {
  await browser.close();
  rmSync(folder, { recursive: true });
}
