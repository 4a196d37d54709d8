import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { communeSchema } from "../../../components/commune/declaration.ts";
import { loadCommune } from "../../../components/commune/load.ts";
import { planCommune } from "../../../components/commune/plan.ts";
import { publicHosts } from "../../../components/commune/public-hosts.ts";
import { publisherDeployment, shownPages } from "../../../components/federation/publisher.ts";
import { weeklyHoursOf } from "../../../components/foundation/declaration/weekly-hours.ts";
import { siteSchema } from "../../../components/foundation/site/settings.ts";
import { peersOf, siteOf } from "../../../components/foundation/site/site.ts";
import { mapConfigMap, servedMap } from "../../../components/places/map/manifests.ts";
import { mapFiles } from "../../../components/places/map/page.ts";
import { type MapPlan, planMap } from "../../../components/places/map/plan.ts";
import { showHours } from "../../../components/places/map/words.ts";
import { mostCorners } from "../../../components/places/places/area.ts";
import { checkout } from "../../../local/paths.ts";
import { encoded } from "../../../programs/publisher/files.ts";
import { hotspot, placesFrom, quarter, space, square, zone } from "./places.ts";

const bron = {
  id: "bron",
  name: "Bron",
  insee: "69029",
  domain: "bron.test",
  population: 42_000,
  contact: "numerique@bron.test",
};
const places = placesFrom(quarter(), hotspot({}, [4.872, 45.762]), zone({ name: "Îlot <calme>" }), space());

function mapOf(sections: object = { hotspots: {} }): MapPlan {
  const map = planMap(communeSchema.parse({ ...bron, ...sections }), places);
  if (!map) throw new Error("no map");
  return map;
}

/** Bytes of a ConfigMap as the API server counts them. */
function bytesOf(map: MapPlan): number {
  const { binaryData = {} } = mapConfigMap({ name: "map", labels: {} }, map);
  return Object.values(binaryData).reduce((sum, text) => sum + Buffer.from(text, "base64").length, 0);
}

describe("a map", () => {
  test("is there where something has a place, and shows points only where somebody serves them", () => {
    expect(planMap(communeSchema.parse(bron), undefined)).toBeUndefined();
    expect(mapFiles(mapOf())["index.html"]).toContain("<strong>Mairie</strong>");
    const none = mapFiles(mapOf({}))["index.html"];
    expect(none).not.toContain("<strong>Mairie</strong>");
    expect(none).toContain("Îlot &lt;calme&gt;");
    expect(none).not.toContain("Îlot <calme>");
  });

  test.each([
    ["Mo-Fr 00:00-24:00", "lundi à vendredi de 0 h à 24 h"],
    [
      "Fr,Sa 20:00-02:00",
      "vendredi de 20 h à 24 h ; samedi de 0 h à 2 h et de 20 h à 24 h ; dimanche de 0 h à 2 h",
    ],
    ["Mo-Su 23:00-06:00", "tous les jours de 0 h à 6 h et de 23 h à 24 h"],
    ["Tu 07:30-12:00", "mardi de 7 h 30 à 12 h"],
    ["24/7", "jour et nuit, tous les jours"],
  ])("says the hours %s on every day that they are in", (written, told) =>
    expect(showHours(weeklyHoursOf(written))).toBe(told),
  );

  test("says of a space when it is open, alone too, and what people who need it find", () => {
    const spaces = {
      rize: {
        name: "Le Rize",
        place: "rize",
        opening: "Tu-Fr 10:00-12:00",
        autonomous: "Tu-Fr 12:00-20:00",
        accessibility: ["step-free", "sign-language"],
        workstations: { count: 6 },
      },
    };
    expect(mapFiles(mapOf({ spaces }))["index.html"]).toContain(
      "<strong>Le Rize</strong> : mardi à vendredi de 10 h à 12 h ; en autonomie mardi à vendredi de 12 h à 20 h ; 6 postes, accès de plain-pied, langue des signes",
    );
  });

  test("has a scale that leaves the legend its room, for a large commune and a small one", () => {
    const scale = (side: number) => {
      const drawn = placesFrom(
        quarter("centre", [square(4.87, 45.76, side)]),
        zone({}, [square(4.87, 45.76, side / 9)]),
      );
      const svg = mapFiles({ ...mapOf(), places: drawn })["carte.svg"];
      const [, units, length] = /v5h([\d.]+)v-5.*>(\d+ k?m)<\/text>/.exec(svg) ?? [];
      return [Number(units) <= 160, length];
    };
    expect([0.002, 0.02, 0.2].map(scale)).toEqual([
      [true, "20 m"],
      [true, "200 m"],
      [true, "2 km"],
    ]);
  });

  test("is the same for the same places, to the byte", () => {
    const once = mapConfigMap({ name: "map", labels: {} }, mapOf());
    expect(mapConfigMap({ name: "map", labels: {} }, mapOf())).toEqual(once);
  });

  test("fits a ConfigMap with as many corners as places may have, and 2,000 points", () => {
    let state = 1;
    const random = () => {
      state = (state * 48_271) % 2_147_483_647;
      return state / 2_147_483_647;
    };
    const [first] = places.quarters;
    const [point] = places.hotspots;
    if (!first || !point) throw new Error("no places");
    const ring = Array.from({ length: mostCorners }, () => [4.87 + random() / 50, 45.76 + random() / 50]);
    const hotspots = Array.from({ length: 2000 }, (_, index) => ({
      ...point,
      id: `p${index}`,
      name: `Place ${Math.floor(random() * 1e9).toString(36)}`,
      position: [4.87 + random() / 50, 45.76 + random() / 50],
    }));
    const large = { quarters: [{ ...first, area: [[ring]] }], hotspots, zones: [], spaces: [] };
    // 1 MiB less what a ConfigMap has beside its data.
    expect(bytesOf({ ...mapOf(), places: large })).toBeLessThan(1000 * 1024);
  });

  test("of Villeurbanne takes little", () => {
    const loaded = loadCommune(join(checkout, "stacks"), "villeurbanne");
    const map = loaded.ok ? planMap(loaded.declaration, loaded.places?.places) : undefined;
    if (!map) throw new Error("no map");
    expect(bytesOf(map)).toBeLessThan(80 * 1024);
  });
});

describe("the public page", () => {
  const site = siteOf(siteSchema.parse({}));
  const plan = planCommune(communeSchema.parse({ ...bron, hotspots: {} }), site, { places });
  const spec = {
    ...plan.federation,
    peers: peersOf(site),
    apiServer: { port: 6443, networkPlugin: "any" as const },
    monitoringNamespace: undefined,
    secretLabels: [],
  };

  test("is served by the pod that says what the commune is, which a changed map restarts", () => {
    const annotations = (map: MapPlan) => {
      const { metadata } = publisherDeployment(spec, "", shownPages({ ...spec, map: servedMap(map) })).spec
        .template as {
        metadata: { annotations: Record<string, string> };
      };
      return metadata.annotations["commune.cloud/map"];
    };
    expect(plan.federation.settings.map).toBe("https://bron.test/.well-known/commune/carte");
    expect(annotations(mapOf())).not.toBe(annotations(mapOf({})));
    expect(annotations(mapOf())).toBe(annotations(mapOf()));
    expect(publicHosts(plan).map(({ host }) => host)).toEqual(["hotspots.bron.test", "bron.test"]);
  });

  test("comes compressed to who can read that, and as text to who cannot", () => {
    const { binaryData = {} } = mapConfigMap({ name: "map", labels: {} }, mapOf());
    const compressed = Buffer.from(binaryData["carte.svg.br"] ?? "", "base64");
    const sent = (accepted?: string) => {
      const { body, headers } = encoded({ type: "image/svg+xml", compressed }, accepted);
      return [headers["content-encoding"], body.toString().startsWith("<svg")];
    };
    expect(sent("gzip, deflate, br")).toEqual(["br", false]);
    for (const accepted of [undefined, "", "gzip", "gzip, br;q=0", "brotli"]) {
      expect(sent(accepted)).toEqual([undefined, true]);
    }
  });
});
