import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { loadCommune } from "../../components/commune/load.ts";
import { planCommune } from "../../components/commune/plan.ts";
import { answersPagePath, type Series } from "../../components/federation/answers.ts";
import type { Descriptor } from "../../components/federation/descriptor.ts";
import { type Latest, latestPagePath } from "../../components/federation/latest.ts";
import { type ToldLog, toldLogPath } from "../../components/federation/told-log.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { portalHome } from "../../components/portal/home-page.ts";
import { servedPortal } from "../../components/portal/manifests.ts";
import { portalIndex } from "../../components/portal/published.ts";
import { frenchKind, frenchPurpose, softwareTitle } from "../../components/services/list.ts";
import { checkout } from "../../local/paths.ts";
import { readPortal } from "../../programs/publisher/portal.ts";
import { Publication } from "../../programs/publisher/publication.ts";
import { publicServer } from "../../programs/publisher/server.ts";
import { lookAtAddress, lookAtFile, openBrowser, pictureFor, readAsText } from "./look.ts";

const folder = mkdtempSync(join(tmpdir(), "portal-pages-"));
const loaded = loadCommune(join(checkout, "stacks"), "villeurbanne");
if (!loaded.ok) throw loaded.error;
const { federation: metropolis, portal: files, places } = loaded;
const plan = planCommune(loaded.declaration, siteOf(siteSchema.parse({})), {
  metropolis,
  places: places?.places,
  ...(files && { portal: files }),
});
if (plan.portal === undefined) throw new Error("Villeurbanne has no portal.");
const served = servedPortal(plan.portal);

const french = { kind: frenchKind, purpose: frenchPurpose, software: softwareTitle };
let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
  const { data = {}, binaryData = {} } = served.configMap({ name: "portal", labels: {} });
  for (const [name, text] of Object.entries(data)) writeFileSync(join(folder, name), String(text));
  for (const [name, text] of Object.entries(binaryData)) {
    writeFileSync(join(folder, name), Buffer.from(String(text), "base64"));
  }
});
afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

test("every page has no fault, on a telephone and on a screen, without JavaScript, under its policy", async () => {
  const portal = readPortal(folder);
  const server = publicServer({
    publication: new Publication(plan.federation.settings),
    own: plan.federation.settings,
    website: undefined,
    webfinger: undefined,
    files: portal?.files ?? new Map(),
    home: portal?.home,
    told: () => undefined,
    failed: (error) => expect.fail(String(error)),
  }).listen(0);
  try {
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    const pages = served.paths.filter((path) => !path.includes("."));
    expect(pages.filter((path) => path.startsWith("/aide/"))).toEqual(
      ["documents", "publications", "videos", "wifi", "espaces", "ecoles"].map((id) => `/aide/${id}`),
    );
    expect(pages).toHaveLength(12);
    for (const path of pages) {
      const address = new URL(path, `http://127.0.0.1:${port}`);
      const answer = await fetch(address);
      const name = path.slice(1).replaceAll("/", "-");
      const file = join(folder, `${name}.html`);
      writeFileSync(file, await answer.text());
      expect(answer.headers.get("content-security-policy")).toContain("default-src 'none'");
      for (const width of [320, 1280]) {
        const screenshot = pictureFor(`portal-${name}-${width}.png`);
        const seen = await lookAtAddress(browser, address, file, { width, javaScript: false, screenshot });
        expect(seen, path).toMatchObject({ accessibility: [], markup: [], elsewhere: [], errors: [] });
        expect(seen.text).toContain("Ville de Villeurbanne");
      }
      await expect(await readAsText(file)).toMatchFileSnapshot(`portal/${name}.txt`);
    }
    const arms = await fetch(`http://127.0.0.1:${port}/armoiries.svg`);
    expect(arms.headers.get("content-type")).toBe("image/svg+xml; charset=utf-8");
    expect(arms.headers.get("content-security-policy")).toContain("sandbox");
    const feed = await fetch(`http://127.0.0.1:${port}/actualites.atom`);
    expect(feed.headers.get("content-type")).toBe("application/atom+xml; charset=utf-8");
    await isWellFormed(await feed.text());
  } finally {
    server.close();
  }
  // Thirteen pages, twice each.
}, 180_000);

test("the state of services has no fault either, and says who has measured it", async () => {
  const { settings } = plan.federation;
  const publication = new Publication(settings);
  const series = (share: number, answers: boolean): Series => ({
    ...{ url: "https://cloud.villeurbanne.test", answers, since: "2026-11-26T08:12:00Z", day: "2026-11-26" },
    days: Array.from({ length: 60 }, (_, index): [number, number] => [
      288,
      index % 17 === 3 ? Math.floor(288 * share) : 288,
    ]),
  });
  const services = { documents: series(0.95, true), video: series(0.4, false) };
  const lyon = { lyon: { domain: "lyon.test", services } };
  const measured = { version: 1, id: settings.id, measured: "2026-11-26T12:00:00Z" };
  const answers = { ...measured, own: { documents: series(1, true) }, linked: lyon, seenBy: lyon };
  expect(publication.showAnswers(JSON.stringify(answers))).toBeUndefined();
  const portal = readPortal(folder);
  const server = publicServer({
    ...{
      publication,
      own: settings,
      website: undefined,
      webfinger: undefined,
      files: portal?.files ?? new Map(),
    },
    home: portal?.home,
    told: () => undefined,
    failed: (error) => expect.fail(String(error)),
  }).listen(0);
  try {
    await new Promise((resolve) => server.once("listening", resolve));
    const address = new URL(answersPagePath, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const file = join(folder, "etat.html");
    writeFileSync(file, await (await fetch(address)).text());
    for (const width of [320, 1280]) {
      const screenshot = pictureFor(`portal-etat-${width}.png`);
      const seen = await lookAtAddress(browser, address, file, { width, javaScript: false, screenshot });
      expect(seen).toMatchObject({ accessibility: [], markup: [], elsewhere: [], errors: [] });
      expect(seen.text).toMatch(/Vue de lyon\.test\s+Mesuré de l’extérieur, par une autre commune/);
      expect(seen.text).toContain("Mesuré par la commune seule");
      expect(seen.text).toContain("ne répond pas depuis le 26 novembre 2026");
    }
  } finally {
    server.close();
  }
});

const latest: Latest = {
  ...{ version: 1, id: "villeurbanne" },
  services: {
    microblog: {
      ...{ url: "https://social.villeurbanne.test", at: "2026-11-26T12:00:00Z", answers: true },
      items: [
        "Le marché de la place Grandclément rouvre samedi.\n\nVenez à pied : le métro vous dépose devant.",
        `Travaux : ${"la rue reste ouverte aux piétons et aux vélos. ".repeat(8)}`,
        "Conseil municipal ce soir, à suivre en direct.",
        "Bonne rentrée.",
      ].map((text, index) => ({
        ...{
          text,
          url: `https://social.villeurbanne.test/@mairie/${index}`,
          date: `2026-11-2${5 - index}T09:30:00Z`,
        },
      })),
    },
    video: {
      ...{ url: "https://video.villeurbanne.test", at: "2026-11-25T18:00:00Z", answers: false },
      items: [
        {
          text: "Conseil municipal du 23 novembre",
          url: "https://video.villeurbanne.test/w/1",
          date: "2026-11-23T20:00:00Z",
        },
      ],
    },
  },
};
const mayor = { name: "maire", role: "official" } as const;
const told: ToldLog = {
  changes: [
    {
      ...({ at: "2026-11-26T09:02:00Z", state: "applied", label: "needs a restore point" } as const),
      shown: [
        "Nextcloud passe de 33.0.6 à 33.0.7.",
        "2 500 agents et élus sont concernés, avec une interruption de 2 minutes.",
      ],
      proposedBy: { name: "équipe numérique", role: "administrator" },
      approvedBy: [mayor, { name: "déléguée à la protection des données", role: "data-protection" }],
    },
    {
      ...({ at: "2026-11-25T09:02:00Z", state: "refused", label: "irreversible" } as const),
      ...{ shown: ["Les vidéos sont retirées."], approvedBy: [] },
    },
  ],
  exceptions: [
    {
      ...{
        at: "2026-11-20T09:02:00Z",
        rule: "memory-is-limited",
        object: "villeurbanne-peertube/Deployment/web",
      },
      ...{
        reason: "Fête des lumières",
        owner: "direction du numérique",
        expires: "2026-12-31",
        signedBy: mayor,
      },
    },
  ],
  unapproved: [
    { at: "2026-11-24T20:41:00.000Z", isWhole: true, objects: 12 },
    { at: "2026-11-23T20:41:00.000Z", isWhole: false, objects: 1 },
  ],
  ...{ lines: 7, faulty: 1, kitTried: "2026-11-02" },
  drills: [
    { at: "2026-11-20T02:04:00Z", outcome: "failed", services: ["Nextcloud"], rpoSeconds: 86 },
    {
      ...{ at: "2026-11-01T02:04:00Z", outcome: "passed", services: ["Nextcloud", "Mastodon"] },
      ...{ rpoSeconds: 40_000, rtoSeconds: 221, momentAt: "2026-10-31T22:04:00Z" },
    },
  ],
};

test("what was decided, and what the commune's services show, has no fault, with much and with nothing", async () => {
  const { settings } = plan.federation;
  const portal = readPortal(folder);
  for (const [name, known] of [
    ["", true],
    ["-vide", false],
  ] as const) {
    const publication = new Publication(settings);
    if (known) expect(publication.showLatest(JSON.stringify(latest))).toBeUndefined();
    const server = publicServer({
      ...{ publication, own: settings, website: undefined, webfinger: undefined },
      files: portal?.files ?? new Map(),
      home: portal?.home,
      told: () => (known ? told : undefined),
      failed: (error) => expect.fail(String(error)),
    }).listen(0);
    try {
      await new Promise((resolve) => server.once("listening", resolve));
      for (const path of [toldLogPath, latestPagePath]) {
        const address = new URL(path, `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
        const shown = `${path.slice(1)}${name}`;
        const file = join(folder, `${shown}.html`);
        writeFileSync(file, await (await fetch(address)).text());
        for (const width of [320, 1280]) {
          const screenshot = pictureFor(`portal-${shown}-${width}.png`);
          const seen = await lookAtAddress(browser, address, file, { width, javaScript: false, screenshot });
          expect(seen, path).toMatchObject({ accessibility: [], markup: [], elsewhere: [], errors: [] });
        }
        await expect(await readAsText(file)).toMatchFileSnapshot(`portal/${shown}.txt`);
      }
    } finally {
      server.close();
    }
  }
});

/** Has the browser read a feed as XML. */
async function isWellFormed(text: string): Promise<void> {
  const page = await browser.newPage();
  const fault = await page.evaluate(
    `new DOMParser().parseFromString(${JSON.stringify(text)}, "application/xml").querySelector("parsererror")?.textContent ?? ""`,
  );
  await page.close();
  expect(fault).toBe("");
}

test("the first page has its news, its services and somebody to talk to", async () => {
  const read = readPortal(folder)?.home;
  if (read === undefined) throw new Error(`no ${portalIndex}`);
  const hosted = (name: string, index: number) => ({
    ...{ name, expires: "2028-06-30" },
    places: [
      { what: "un site", host: `a${index}.assos-villeurbanne.test` },
      ...(index === 0 ? [{ what: "un wiki", host: "wiki.a0.assos-villeurbanne.test" }] : []),
    ],
  });
  const names = ["Chorale des Gratte-Ciel", ...Array.from({ length: 25 }, (_, index) => `Club ${index + 2}`)];
  const home = { ...read, associations: names.map(hosted) };
  const { settings } = plan.federation;
  const descriptor = {
    ...settings,
    issued: "2026-11-26T12:00:00Z",
    services: settings.services,
    peers: [{ id: "lyon", domain: "lyon.test", services: ["documents"] }],
  } as unknown as Descriptor;
  const file = join(folder, "index.html");
  writeFileSync(
    file,
    portalHome(descriptor, { website: "https://www.villeurbanne.test", today: "2026-11-28" }, home, french, {
      latest,
    }),
  );
  await expect(await readAsText(file)).toMatchFileSnapshot("portal/home.txt");
  for (const width of [320, 1280]) {
    const screenshot = pictureFor(`portal-home-${width}.png`);
    const seen = await lookAtFile(browser, file, { width, javaScript: false, screenshot });
    expect(seen).toMatchObject({ accessibility: [], markup: [], elsewhere: [] });
    for (const part of [
      "Parler à quelqu’un",
      "+33 4 65 71 00 01",
      "Toutes les actualités",
      "non conforme",
      "Conseil municipal du 23 novembre",
      "Chorale des Gratte-Ciel",
      "Les 2 autres",
    ]) {
      expect(seen.text).toContain(part);
    }
  }
});
