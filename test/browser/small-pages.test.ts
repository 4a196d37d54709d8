import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Answers } from "../../components/federation/answers.ts";
import { answersPage } from "../../components/federation/answers-page.ts";
import { informationPage, languages } from "../../components/places/hotspots/portal.ts";
import { framed } from "../../components/portal/frame.ts";
import { unknownPage } from "../../components/portal/unknown-page.ts";
import type { Share } from "../../components/recovery/kit/share.ts";
import { sheet } from "../../components/recovery/kit/sheet.ts";
import { frenchKind } from "../../components/services/list.ts";
import { firstPage } from "../../components/tenants/applications/pages.ts";
import { noticePage } from "../../components/tenants/tenant/notice.ts";
import { lookAtFile, openBrowser, pictureFor, readAsText } from "./look.ts";

let browser: Browser;
const folder = mkdtempSync(join(tmpdir(), "small-pages-"));
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

const town = {
  name: "L’Haÿ-les-Roses",
  colour: "#8a1538",
  hasArms: false,
  conformity: "non conforme",
} as const;
const statement = { address: "https://lhay.test/accessibilite", conformity: "non conforme" } as const;
const choir = { name: "Chorale des Gratte-Ciel & Cie", contact: "bureau@chorale.test" };
const desk = {
  ...{ address: "41 rue Jean-Jaurès", phone: "+33 4 65 71 00 01" },
  hours: ["du lundi au vendredi : 8 h 30 – 17 h"],
};
// Its bytes say nothing: no page may show the share of a town.
const share: Share = {
  ...{ needed: 2, of: 3, number: 2, set: "00c0ffee" },
  fingerprint: "00".repeat(8),
  part: Buffer.alloc(33, 1),
};
const days = Array.from({ length: 60 }, (_, index): [number, number] => [288, index % 17 === 3 ? 270 : 288]);
const series = {
  url: "https://cloud.lhay.test",
  answers: true,
  since: "2026-11-26T08:12:00Z",
  day: "2026-11-26",
  days,
};
const answers = {
  ...{ version: 1, id: "lhay", measured: "2026-11-26T12:00:00Z", own: { documents: series } },
  ...{ linked: {}, seenBy: { lyon: { domain: "lyon.test", services: { documents: series } } } },
} as Answers;

const pages: [string, string][] = [
  ["avis-de-suspension", noticePage(choir, "2026-11-20")],
  ["association", Buffer.from(firstPage(choir).files["index.html"] ?? "", "base64").toString("utf8")],
  [
    "wifi",
    informationPage(
      { commune: town.name, languages, information: "Il s’éteint la nuit.", help: "Accueil de la mairie" },
      statement,
    ),
  ],
  ["adresse-inconnue", framed(town, unknownPage(town.name, "mairie@lhay.test", desk))],
  [
    "etat",
    framed(
      town,
      answersPage(answers, { name: town.name, now: new Date("2026-11-26T12:01:00Z"), french: frenchKind }),
    ),
  ],
  [
    "feuille-de-secours",
    sheet(
      {
        commune: { id: "lhay", name: town.name, contact: "mairie@lhay.test" },
        ...{ holders: ["Direction générale", "Notaire", "Préfecture"], needed: 2, repository: undefined },
        copies: [
          { host: { name: "Lyon", email: "a@lyon.test" }, address: "https://coffre.lyon.test", user: "lhay" },
        ],
        ...{ authority: undefined, date: "2026-11-26" },
      },
      share,
    ),
  ],
];

test.each(pages)("%s has no fault, on a telephone and on a screen, and reads as text", async (name, text) => {
  const file = join(folder, `${name}.html`);
  writeFileSync(file, text);
  for (const width of [320, 1280]) {
    const screenshot = pictureFor(`small-${name}-${width}.png`);
    const seen = await lookAtFile(browser, file, { width, javaScript: false, screenshot });
    expect(seen).toMatchObject({ accessibility: [], markup: [], elsewhere: [], errors: [] });
  }
  await expect(await readAsText(file)).toMatchFileSnapshot(`small-pages/${name}.txt`);
});
