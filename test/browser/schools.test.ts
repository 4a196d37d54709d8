import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { communeSchema } from "../../components/commune/declaration.ts";
import { pack } from "../../components/schools/kit/package.ts";
import { schoolKit } from "../../components/schools/kit/school.ts";
import { makePublication } from "../../components/schools/schools/publication.ts";
import { lookAtFolder, openBrowser } from "./look.ts";

const folder = mkdtempSync(join(tmpdir(), "schools-"));
const declaration = communeSchema.parse({
  id: "bron",
  name: "Bron",
  insee: "69029",
  domain: "bron.test",
  population: 42_000,
  contact: "numerique@bron.test",
  schools: {
    libraries: { commune: { name: "Ville de Bron", folder: "library" } },
    establishments: { "jules-ferry": { name: "École <Jules> & Ferry", levels: ["elementaire"] } },
  },
});
let browser: Browser;

beforeAll(async () => {
  const drawing = '<svg xmlns="http://www.w3.org/2000/svg"/>';
  mkdirSync(join(folder, "library/pictures"), { recursive: true });
  writeFileSync(join(folder, "library/pictures/lion.svg"), drawing);
  const kit = schoolKit(declaration, "jules-ferry", "1", undefined);
  if (!kit) throw new Error("no kit");
  const kits = [await pack(kit, folder, 0)];
  const made = await makePublication(declaration, {
    ...{ pathOf: (path) => join(folder, path), cache: join(folder, "cache"), kits },
  });
  if (!made.ok) throw new Error(JSON.stringify(made.problems));
  for (const [path, { source }] of made.files) {
    if (typeof source === "string") continue;
    mkdirSync(dirname(join(folder, "public", path)), { recursive: true });
    writeFileSync(join(folder, "public", path), source);
  }
  browser = await openBrowser();
});

afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

test.each([
  ["index.html", "Ressources des écoles de Bron", "École <Jules> & Ferry"],
  ["packages/index.html", "Postes de travail", "commune-school-jules-ferry_1_all.deb"],
  ["lessons/index.html", "Leçons partagées", "Aucune leçon pour le moment."],
])("%s is faultless, with and without JavaScript", async (page, title, text) => {
  for (const javaScript of [true, false]) {
    const seen = await lookAtFolder(browser, join(folder, "public"), { page, javaScript, width: 390 });
    expect(seen).toMatchObject({ title, accessibility: [], markup: [], elsewhere: [], errors: [] });
    expect(seen.text).toContain(text);
  }
});
