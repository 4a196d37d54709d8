import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { loadCommune } from "../../../components/commune/load.ts";
import { planCommune } from "../../../components/commune/plan.ts";
import { weeklyHoursOf } from "../../../components/foundation/declaration/weekly-hours.ts";
import { armsProblem } from "../../../components/portal/arms.ts";
import { contrastWithWhite } from "../../../components/portal/colour.ts";
import { newsFeed } from "../../../components/portal/feed.ts";
import { frenchHours } from "../../../components/portal/hours.ts";
import { portalFiles } from "../../../components/portal/manifests.ts";
import { newsHtml, readNews } from "../../../components/portal/news.ts";
import { arms, news, portal } from "./town.ts";

const folder = mkdtempSync(join(tmpdir(), "portal-"));
afterAll(() => rmSync(folder, { recursive: true }));
let towns = 0;

/** A commune of its own folder, as it is read. */
function town(more: string, files: Readonly<Record<string, string>> = {}) {
  const stacks = join(folder, String(++towns));
  const own = join(stacks, "bron");
  mkdirSync(join(own, "news"), { recursive: true });
  writeFileSync(
    join(own, "commune.yaml"),
    `id: bron
name: Bron
insee: "69029"
domain: bron.test
population: 42000
contact: mairie@bron.test
nextcloud: {}
mastodon: {}
${more}`,
  );
  for (const [name, text] of Object.entries(files)) writeFileSync(join(own, name), text);
  return loadCommune(stacks, "bron");
}

function problemsOf(loaded: ReturnType<typeof loadCommune>): string[] {
  if (loaded.ok) return [];
  return loaded.error.problems.map(({ path, message }) => `${path.join(".")}: ${message}`);
}

function planOf(loaded: ReturnType<typeof loadCommune>) {
  if (!loaded.ok) throw loaded.error;
  const { declaration, portal: files, places } = loaded;
  const plan = planCommune(
    declaration,
    { storageClass: undefined, privatePeers: [] },
    { ...(files && { portal: files }), places: places?.places },
  ).portal;
  if (plan === undefined) throw new Error("no portal");
  return plan;
}

describe("what is declared", () => {
  test("a telephone number as people write it in France is told as it is dialled", () => {
    expect(problemsOf(town(portal.replace("+33 4 78 00 00 01", "04.78.00.00.01")))).toEqual([
      'portal.phone: "04.78.00.00.01" has no country\'s code. Write "+33 4 78 00 00 01".',
    ]);
  });

  test("a colour on which white cannot be read is refused with one that is as near as can be", () => {
    const [problem = ""] = problemsOf(town(`${portal}  colour: "#3fa9f5"\n`));
    const instead = /Write "(#[0-9a-f]{6})"/.exec(problem)?.[1] ?? "#ffffff";
    expect(problem).toContain("contrast of 2.6 to 1");
    expect(contrastWithWhite(instead)).toBeGreaterThan(4.5);
    expect(contrastWithWhite(instead)).toBeLessThan(4.8);
    expect(problemsOf(town(`${portal}  colour: "${instead}"\n`))).toEqual([]);
  });

  test("where the commune's own website is at the domain itself, its pages have no place", () => {
    expect(problemsOf(town(`website: https://bron.test\n${portal}`))).toEqual([
      expect.stringContaining('is at "bron.test" itself'),
    ]);
    expect(problemsOf(town(`website: https://www.bron.test\n${portal}`))).toEqual([]);
  });

  test("every file that cannot be shown is told, with its name", () => {
    const bad = town(`${portal}  arms: armes.svg\n`, {
      "armes.svg": arms.replace("<path", '<image href="https://elsewhere.test/x.png"/><path'),
      "news/2026-11-20-marche.md": "Le marché\n\nSans titre.",
      "news/marche.md": news,
    });
    expect(problemsOf(bad)).toEqual([
      expect.stringMatching(/^portal.arms: "armes.svg" cannot be shown: <image> is not of a plain drawing/),
      expect.stringContaining('its first line is no title. Write "# "'),
      expect.stringContaining("its name does not say its day"),
    ]);
    expect(problemsOf(town(`${portal}  arms: ../../etc/passwd\n`))).toEqual([
      expect.stringContaining("is no SVG file beside commune.yaml"),
    ]);
  });
});

describe("a coat of arms", () => {
  test("is shapes and gradients alone", () => {
    expect(armsProblem(arms)).toBeUndefined();
    for (const [piece, problem] of [
      ["<script>alert(1)</script>", "<script> is not of a plain drawing"],
      ['<g onload="alert(1)"/>', "onload of <g> would run a program"],
      ['<use href="https://elsewhere.test/#a"/>', "<use> leads out of the file"],
      ['<use xlink:href="data:image/svg+xml;base64,AA"/>', "<use> leads out of the file"],
      ['<rect fill="url(https://elsewhere.test/#a)"/>', "fill of <rect> leads out of the file"],
      ["<foreignObject/>", "<foreignObject> is not of a plain drawing"],
      ["<style>@import url(https://elsewhere.test)</style>", "<style> is not of a plain drawing"],
      ['<a href="#x"/>', "<a> is not of a plain drawing"],
    ] as const) {
      expect(armsProblem(arms.replace("</svg>", `${piece}</svg>`)), piece).toContain(problem);
    }
    expect(armsProblem('<?xml-stylesheet href="x.css"?><svg viewBox="0 0 1 1"/>')).toContain("leads out");
    expect(armsProblem("<html></html>")).toBe("it is no SVG file");
    expect(armsProblem(`${arms}${" ".repeat(60_000)}`)).toContain("at most 60 kB");
  });
});

describe("news", () => {
  test("are Markdown without markup, pictures or addresses that run", () => {
    const item = readNews(
      "2026-11-20-marche.md",
      "# Le marché & la halle\n\n<script>alert(1)</script> ![x](https://elsewhere.test/x.png) [ici](javascript:alert(1)) [là](https://bron.test/)\n\n## Horaires\n\n- 8 h",
    );
    if ("problem" in item) throw new Error(item.problem);
    const text = newsHtml(item).toString();
    expect(text).not.toMatch(/<script|<img|href="javascript/);
    expect(text).toContain('<a href="https://bron.test/">là</a>');
    expect(text).toContain("<h3>Horaires</h3>");
  });

  test("say below their title which services they announce an interruption of, to nobody else", () => {
    const item = readNews(
      "2026-11-20-coupure.md",
      "# Coupure\n\nAnnonce : Nextcloud, peertube\n\nCe soir.\n",
    );
    expect(item).toMatchObject({ announces: ["nextcloud", "peertube"], text: "Ce soir." });
    expect(readNews("2026-11-20-coupure.md", "# Coupure\n\nannonce: nextcloud\n")).toEqual({
      problem: "nothing stands below its title.",
    });
    const wrong = town(portal, { "news/2026-11-20-coupure.md": "# Coupure\nannonce: nexcloud\n\nCe soir." });
    expect(wrong.ok ? [] : wrong.error.problems).toMatchObject([
      { message: expect.stringContaining('it announces "nexcloud", which is no service.') },
    ]);
  });

  test("are in the feed and on the page, the newest first, each with an address that stays", () => {
    const plan = planOf(
      town(portal, {
        "news/2026-11-20-marche.md": "# Le marché & la halle\n\nRouvre.",
        "news/2026-11-24-neige.md": "# Neige\n\nLes écoles sont ouvertes.",
      }),
    );
    const feed = newsFeed(plan);
    expect([...feed.matchAll(/<id>(.*?)<\/id>/g)].map(([, id]) => id)).toEqual([
      "https://bron.test/actualites",
      "https://bron.test/actualites#2026-11-24-neige",
      "https://bron.test/actualites#2026-11-20-marche",
    ]);
    expect(feed).toContain("<title>Le marché &amp; la halle</title>");
    expect(feed).toContain("<updated>2026-11-24T12:00:00Z</updated>");
    const page = portalFiles(plan).find(({ path }) => path === "/actualites")?.text ?? "";
    expect(page.indexOf('id="2026-11-24-neige"')).toBeLessThan(page.indexOf('id="2026-11-20-marche"'));
  });
});

describe("the pages", () => {
  const text = (path: string, more = "") =>
    portalFiles(planOf(town(portal + more))).find((file) => file.path === path)?.text ?? "";

  test("name who publishes, who answers for it and who hosts it", () => {
    const page = text("/mentions-legales");
    for (const part of ["Le maire de Bron", "Métropole de Lyon", "20 rue du Lac, 69003 Lyon"]) {
      expect(page).toContain(part);
    }
    expect(page).toContain('<a href="tel:+33478000001">+33 4 78 00 00 01</a>');
  });

  test("say that they do not conform, until an audit says more", () => {
    const audit = (rate: number) =>
      `  audit: { date: 2026-03-01, by: Mission accessibilité, rate: ${rate} }\n`;
    expect(text("/accessibilite")).toContain("<strong>non conforme</strong>");
    expect(text("/accessibilite", audit(49))).toContain("<strong>non conforme</strong>");
    expect(text("/accessibilite", audit(84))).toContain("<strong>partiellement conforme</strong>");
    expect(text("/accessibilite", audit(100))).toContain("<strong>totalement conforme</strong>");
  });

  test("name every software that runs, with its licence and source", () => {
    const table = text("/donnees/logiciels.csv").split("\r\n");
    expect(table[0]).toBe("logiciel,version,usage,licence,source,editeur,sill,comptoir,releve,releve_sur");
    expect(table.map((row) => row.split(",")[0])).toEqual([
      ...["logiciel", "Nextcloud", "Mastodon", "Mastodon (flux)", "PostgreSQL", "Valkey", "nginx", "Node.js"],
      "",
    ]);
    expect(table[1]).toMatch(/^Nextcloud,[\d.]+,.*AGPL-3.0/);
  });
});

test("what a member of the CHATONS publishes is served where its files say", () => {
  const files = portalFiles(planOf(town(portal)));
  const paths = files.map(({ path }) => path);
  const own = files.find(({ path }) => path === "/.well-known/chatonsinfos/organization.properties");
  const subs = [...(own?.text ?? "").matchAll(/^subs\.(\w+) = https:\/\/bron\.test(.*)$/gm)];
  expect(subs.map(([, id]) => id)).toEqual(["nextcloud", "mastodon"]);
  for (const [, , path = ""] of subs) expect(paths).toContain(path);
  expect(own?.type).toBe("text/plain; charset=utf-8");
  expect(own?.text).not.toContain("datetime");
  // Each is a key of one ConfigMap.
  expect(new Set(files.map(({ file }) => file)).size).toBe(files.length);
});

describe("help", () => {
  const files = (more: string) => portalFiles(planOf(town(portal + more)));
  const pages = (more = "") => files(more).filter(({ path }) => path.startsWith("/aide"));
  const all = "peertube: {}\nhotspots: {}\nschools: {}\nspaces: { a: { name: Le Rize } }\n";

  test("has a page for what is declared, and for nothing else", () => {
    const paths = (more?: string) => pages(more).map(({ path }) => path);
    expect(paths()).toEqual(["/aide", "/aide/documents", "/aide/publications"]);
    const ids = ["documents", "publications", "videos", "wifi", "espaces", "ecoles"];
    expect(paths(all)).toEqual(["/aide", ...ids.map((id) => `/aide/${id}`)]);
  });

  test("says what is so in this commune", () => {
    const page = (id: string, more: string) =>
      pages(more).find(({ path }) => path === `/aide/${id}`)?.text ?? "";
    expect(page("publications", "")).toContain("@mairie@social.bron.test");
    expect(page("publications", "")).toContain("Les comptes d’ici sont ceux de la commune");
    expect(page("wifi", "hotspots: { network: Bron libre, portal: none }\n")).not.toContain(
      "Une page s’ouvre",
    );
    expect(page("wifi", "hotspots: { network: Bron libre }\n")).toContain("<strong>Bron libre</strong>");
    expect(page("wifi", "hotspots: {}\n")).toContain("La borne garde un an");
    expect(page("wifi", "hotspots: { connectionRecords: none }\n")).not.toContain("La borne garde un an");
    expect(page("espaces", all)).toContain("<li>1 poste</li>");
  });

  test("is in plain language: short sentences, no word of machines, nothing that runs or comes from elsewhere", () => {
    for (const { path, text } of pages(all)) {
      const [, main = ""] = /<main id="contenu">([\s\S]*)<\/main>/.exec(text) ?? [];
      const words = main.replaceAll(/<[^>]*>/g, "|").replaceAll(/&[^;]*;/g, " ");
      const sentences = words
        .split(/[.?!:]\s|\||\s:\s/)
        .map((each) => each.trim().split(/\s+/).length)
        .filter((length) => length > 2);
      const mean = sentences.reduce((sum, length) => sum + length, 0) / sentences.length;
      expect(mean, path).toBeLessThan(12);
      expect(Math.max(...sentences), path).toBeLessThan(26);
      expect(words, path).not.toMatch(
        /\b(serveur web|pod|cluster|conteneur|namespace|ingress|kubernetes|OAuth)\b/i,
      );
      expect(text, path).not.toMatch(/<(script|img src="http|iframe|form)/);
    }
  });
});

describe("open data", () => {
  const feature = (id: string, kind: string, type: string, coordinates: unknown, more: object) => ({
    ...{ type: "Feature", id, geometry: { type, coordinates } },
    properties: { kind, name: id, ...more },
  });
  const ring = [
    [4.9, 45.72],
    [4.92, 45.72],
    [4.92, 45.74],
    [4.9, 45.74],
    [4.9, 45.72],
  ];
  const features = [
    feature("centre", "quarter", "Polygon", [ring], {}),
    feature("rize", "space", "Point", [4.91, 45.73], { quarter: "centre" }),
  ];
  const spaces = `spaces:
  rize: { name: "Le Rize, \\"=1\\"", place: rize, opening: "Tu-Fr 12:00-19:00" }
  tonkin: { name: "=Tonkin" }
`;
  const files = portalFiles(
    planOf(
      town(`${portal}${spaces}`, {
        "places.geojson": JSON.stringify({
          type: "FeatureCollection",
          features,
        }),
      }),
    ),
  );
  const text = (path: string) => files.find((file) => file.path === path)?.text ?? "";

  test("is the same in every form, with all columns, and as text where a spreadsheet would calculate", () => {
    const [head, rize, tonkin] = text("/donnees/espaces-numeriques.csv").split("\r\n");
    expect(head).toBe("id,nom,aide,autonomie,postes,accessibilite,latitude,longitude");
    expect(rize).toBe('rize,"Le Rize, ""=1""",Tu-Fr 12:00-19:00,,1,,45.73,4.91');
    expect(tonkin).toBe("tonkin,'=Tonkin,,,1,,,");
    const rows = JSON.parse(text("/donnees/espaces-numeriques.json"));
    expect(Object.keys(rows[1]).join(",")).toBe(head);
    expect(rows[1]).toMatchObject({ nom: "=Tonkin", latitude: null });
    const drawn = JSON.parse(text("/donnees/espaces-numeriques.geojson")).features;
    expect(drawn[0]).toMatchObject({
      geometry: { type: "Point", coordinates: [4.91, 45.73] },
      properties: { id: "rize", aide: "Tu-Fr 12:00-19:00" },
    });
    expect(drawn[1].geometry).toBeNull();
  });

  test("has a catalogue in which every address is one of its files, under a licence", () => {
    const catalogue = JSON.parse(text("/donnees/catalogue.jsonld"));
    type Distribution = { "dcat:accessURL": { "@id": string }; "dct:license": { "@id": string } };
    const distributions: Distribution[] = catalogue["dcat:dataset"].flatMap(
      (set: { "dcat:distribution": Distribution[] }) => set["dcat:distribution"],
    );
    const addresses = distributions.map(({ "dcat:accessURL": at }) =>
      at["@id"].replace("https://bron.test", ""),
    );
    const given = files
      .map(({ path }) => path)
      .filter((path) => /^\/donnees\/.*\.(csv|json|geojson)$/.test(path));
    // Figures are written for each question.
    const live = ["/donnees/statistiques.csv", "/donnees/statistiques.json"];
    expect(addresses.toSorted()).toEqual([...given, ...live].toSorted());
    expect(given).toHaveLength(7);
    for (const each of distributions)
      expect(each["dct:license"]["@id"]).toBe(catalogue["dct:license"]["@id"]);
    expect(catalogue["dct:license"]["@type"]).toBe("dct:LicenseDocument");
    expect(catalogue["dct:publisher"]["foaf:name"]["@value"]).toBe("Ville de Bron");
  });

  test("is without points where nobody serves them", () => {
    expect(files.some(({ path }) => path.includes("bornes"))).toBe(false);
  });
});

test("hours are told as people tell them", () => {
  const told = (text: string) => frenchHours(weeklyHoursOf(text));
  expect(told("Mo-Fr 08:30-17:00")).toEqual(["du lundi au vendredi : 8 h 30 – 17 h"]);
  expect(told("Mo,Tu 08:30-12:00,13:30-17:00; Sa 09:00-12:00")).toEqual([
    "le lundi et le mardi : 8 h 30 – 12 h et 13 h 30 – 17 h",
    "le samedi : 9 h – 12 h",
  ]);
  expect(told("24/7")).toEqual(["tous les jours : 0 h – 24 h"]);
});
