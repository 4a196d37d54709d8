import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Descriptor } from "../../components/federation/descriptor.ts";
import { descriptorPage } from "../../components/federation/descriptor-page.ts";
import { type Directory, directoryFiles, perPage } from "../../components/federation/directory.ts";
import { homePage, homePageToBe } from "../../components/federation/home-page.ts";
import { frenchKind, frenchPurpose, softwareTitle } from "../../components/services/list.ts";
import { lookAtFile, openBrowser, pictureFor, readAsText } from "./look.ts";

const folder = mkdtempSync(join(tmpdir(), "federation-pages-"));
const french = { kind: frenchKind, purpose: frenchPurpose, software: softwareTitle };
let browser: Browser;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(async () => {
  await browser?.close();
  rmSync(folder, { recursive: true });
});

const descriptor: Descriptor = {
  version: 1,
  id: "villeurbanne",
  name: "Villeurbanne <l’été>",
  insee: "69266",
  domain: "villeurbanne.test",
  contact: "numerique@villeurbanne.test",
  population: 160_000,
  map: "https://villeurbanne.test/.well-known/commune/carte",
  hotspots: { points: 1340, url: "https://wifi.villeurbanne.test" },
  schools: {
    url: "https://ecoles.villeurbanne.test",
    libraries: [{ name: "Villeurbanne <l’été>", url: "https://ecoles.villeurbanne.test/library/commune" }],
  },
  issued: "2026-11-24T09:00:00.000Z",
  expires: "2026-11-25T09:00:00.000Z",
  services: [
    {
      kind: "documents",
      software: "nextcloud",
      version: "33.0.7",
      url: "https://cloud.villeurbanne.test",
      licence: "AGPL-3.0-or-later",
      source: "https://github.com/nextcloud/server",
    },
    {
      kind: "video",
      software: "peertube",
      version: "8.3.1",
      url: "https://video.villeurbanne.test",
      licence: "AGPL-3.0-or-later",
      source: "https://github.com/Chocobozzz/PeerTube",
      feeds: [
        "https://video.villeurbanne.test/feeds/videos.xml?isLocal=true",
        "https://video.villeurbanne.test/feeds/videos.atom?isLocal=true",
      ],
      statistics: { accounts: 12, videos: 1340 },
    },
  ],
  peers: [
    { id: "albigny", domain: "albigny.test", name: "Albigny", services: ["documents"], open: [] },
    { id: "bron", domain: "bron.test", name: "Bron", services: ["documents", "video"], open: ["video"] },
    { id: "lyon", domain: "lyon.test", services: ["documents", "video"] },
  ],
};

const directory: Directory = {
  name: "Métropole de Lyon",
  made: "2026-11-24T12:00:00.000Z",
  members: [
    {
      id: "bron",
      name: "Bron",
      domain: "bron.test",
      contact: "numerique@bron.test",
      problem: "refuses connections",
    },
    {
      id: "villeurbanne",
      name: "Villeurbanne",
      domain: "villeurbanne.test",
      contact: "numerique@villeurbanne.test",
      descriptor,
      read: "2026-11-21T09:00:00.000Z",
      problem: "did not answer in time",
    },
    {
      id: "lyon",
      name: "Lyon",
      domain: "lyon.test",
      contact: "numerique@lyon.test",
      descriptor: { ...descriptor, id: "lyon", name: "Lyon", domain: "lyon.test", peers: [] },
      read: "2026-11-24T12:00:00.000Z",
    },
  ],
};

/** Two communes more than a page has. */
const many: Directory = {
  ...directory,
  members: Array.from({ length: perPage + 2 }, (_, index) => {
    const [id, name] = [`commune-${100 + index}`, `Commune ${100 + index}`];
    return {
      id,
      name,
      domain: `${id}.test`,
      contact: `a@${id}.test`,
      group: "Est",
      problem: "did not answer",
    };
  }),
};

test.each([
  [
    "descriptor",
    descriptorPage(descriptor, frenchKind),
    [
      "1 340 vidéos",
      "Villeurbanne <l’été>",
      "RSS",
      "Atom",
      "Carte du Wi-Fi public",
      "1 340 points",
      "Ressources des écoles",
    ],
  ],
  [
    "home",
    homePage(descriptor, { website: "https://www.villeurbanne.test" }, french),
    [
      "Villeurbanne <l’été> : services numériques publics",
      "cloud.villeurbanne.test, avec Nextcloud",
      "Ressources des écoles",
      "Albigny : documents, agenda et contacts (pas encore ouvert)",
      "Bron : vidéos ; pas encore ouvert : documents, agenda et contacts",
      "lyon.test : documents, agenda et contacts ; vidéos",
      "Le site de la commune : www.villeurbanne.test",
      "commune.json",
    ],
  ],
  [
    "home of a site that another one has taken over",
    homePage(descriptor, { website: undefined }, french, {
      answers: {
        version: 1,
        id: "villeurbanne",
        measured: "",
        own: {},
        linked: {},
        seenBy: {},
        replacedBy: 2,
      },
    }),
    ["Ces services ne sont plus ceux de Villeurbanne <l’été>.", "ne sera ni copié, ni repris"],
  ],
  ["home before anything is known", homePageToBe("Bron"), ["Les services de la commune démarrent."]],
  [
    "directory",
    directoryFiles(directory, frenchKind)["index.html"] ?? "",
    ["dont 1 ont répondu", "il y a 3 jours", "Rien n’en est connu encore", "1 340 points"],
  ],
  [
    "directory of many",
    directoryFiles(many, frenchKind)["page-2.html"] ?? "",
    ["(page 2 sur 2)", "Page 1, dès Commune 100", "Page 2, dès Commune 160 (celle-ci)", "Groupe : Est."],
  ],
])("the page of the %s is valid, accessible and alone, without JavaScript too", async (name, text, parts) => {
  const file = join(folder, `${name}.html`);
  writeFileSync(file, text);
  for (const javaScript of [true, false]) {
    const seen = await lookAtFile(browser, file, {
      javaScript,
      screenshot: pictureFor(`federation-${name}.png`),
    });
    expect({ ...seen, text: "", title: "" }).toEqual({
      title: "",
      text: "",
      accessibility: [],
      markup: [],
      elsewhere: [],
      errors: [],
    });
    for (const part of parts) expect(seen.text.replace(/[\u202f\u00a0]/g, " ")).toContain(part);
  }
  const narrow = await lookAtFile(browser, file, { width: 320 });
  expect(narrow.accessibility).toEqual([]);
  await expect(await readAsText(file)).toMatchFileSnapshot(`federation/${name.replaceAll(" ", "-")}.txt`);
});
