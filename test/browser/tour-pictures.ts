import { mkdirSync, rmSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { chromium } from "playwright-core";
import { openCluster } from "../../local/cluster/index.ts";
import { installPackages, missingPackages } from "../../local/packages.ts";
import { Journal } from "../../scripts/demo/tour/journal.ts";
import { tourFolder } from "../../scripts/demo/tour/project.ts";
import { pictureOf } from "./picture.ts";

/**
 * `npm run tour:pictures`: what the tour says to look at, as pictures in .local/tour/pictures, of the upper part of
 * each page in a small window. The tour has to have been taken, and its cluster to be up.
 */
await installPackages(await missingPackages(["chromium"]));
const { endpoints } = openCluster("commune");
if (endpoints === undefined) throw new Error("the demo's cluster is not up: npm run demo -- --tour");
const small = { width: 640, height: 480 };
const folder = join(tourFolder(), "pictures");
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  chromiumSandbox: false,
  // The cluster's authority is nobody's here, and its names lead nowhere else.
  args: [`--host-resolver-rules=MAP *.test ${new URL(endpoints.https).host}`, "--ignore-certificate-errors"],
});
try {
  const page = await browser.newPage({
    viewport: small,
    locale: "fr-FR",
    ignoreHTTPSErrors: true,
  });
  const looks = Object.entries(new Journal(tourFolder()).read()).flatMap(([step, { looks }]) =>
    looks.map(({ where }, index) => ({ name: looks.length > 1 ? `${step}-${index + 1}` : step, where })),
  );
  for (const { name, where } of looks) {
    await page.goto(where.startsWith("https:") ? where : pathToFileURL(where).href, { waitUntil: "load" });
    const path = join(folder, `${name}.png`);
    await page.setViewportSize(small);
    const isThere = await pictureOf(page, path);
    const told = isThere ? `${Math.round(statSync(path).size / 1024)} KiB` : "nothing to see, no picture";
    console.log(`${relative(process.cwd(), path)}  ${told}  ${where}`);
  }
} finally {
  await browser.close();
}
