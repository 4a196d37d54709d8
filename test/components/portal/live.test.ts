import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { planCommune } from "../../../components/commune/plan.ts";
import type { Descriptor } from "../../../components/federation/descriptor.ts";
import { hostedOn } from "../../../components/portal/associations.ts";
import { portalHome } from "../../../components/portal/home-page.ts";
import { liveFile, livePaths } from "../../../components/portal/live.ts";
import { portalFiles, servedPortal } from "../../../components/portal/manifests.ts";
import { frenchKind, frenchPurpose, softwareTitle } from "../../../components/services/list.ts";
import { catalogue } from "../../../components/tenants/applications/list.ts";
import { listedAssociations } from "../../../components/tenants/tenant/listed.ts";
import { readPortal } from "../../../programs/publisher/portal.ts";
import { Publication } from "../../../programs/publisher/publication.ts";
import { publicServer } from "../../../programs/publisher/server.ts";
import { communeText, roomWithMariadb, tenantText, valid } from "../tenants/stacks.ts";
import { portal } from "./town.ts";

const named = (id: string, name: string, more: string) =>
  tenantText(id, more).replace("Chorale des Gratte-Ciel", name);
const files = {
  "tenants/velo.yaml": named(
    "velo",
    "Vélo & Cie",
    "applications: { site: {}, dokuwiki: { access: public } }\n",
  ),
  "tenants/chorale.yaml": named("chorale", "Chorale", "applications: { wordpress: { access: public } }\n"),
  "tenants/quiet.yaml": named("quiet", "Discrète", "listed: false\napplications: { site: {} }\n"),
  "tenants/closed.yaml": named("closed", "Fermée", "applications: { dokuwiki: { access: members } }\n"),
  "tenants/agenda.yaml": named("agenda", "Agenda", "applications: { radicale: { access: public } }\n"),
  "tenants/stopped.yaml": named(
    "stopped",
    "Suspendue",
    "suspended: { since: 2026-11-20, reason: Sur demande. }\napplications: { site: {} }\n",
  ),
};
const plan = () => {
  const { declaration } = valid(files, communeText(`${roomWithMariadb}nextcloud: {}\n${portal}`));
  return planCommune(declaration, { storageClass: undefined, privatePeers: [] });
};
const portalOf = (of: ReturnType<typeof plan>) => of.portal ?? expect.fail("no portal");
const hidden = /Discrète|Fermée|Agenda|Suspendue/;

const descriptor = {
  ...{ name: "Bron", contact: "mairie@bron.test", issued: "2026-11-28T08:00:00.000Z", peers: [] },
  services: [
    {
      ...{ kind: "documents", url: "https://cloud.bron.test", software: "nextcloud" },
      statistics: { accounts: 1200, inconnu: 3 },
    },
  ],
} as unknown as Descriptor;

const folders: string[] = [];
const servers: Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) server.close();
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

describe("the associations that the commune hosts", () => {
  test("are those whose pages are public, that run, and that have not said no", () => {
    expect(listedAssociations(plan().tenants ?? [])).toEqual([
      {
        name: "Chorale",
        expires: "2028-06-30",
        places: [{ what: "un site", host: "chorale.assos-bron.test" }],
      },
      {
        ...{ name: "Vélo & Cie", expires: "2028-06-30" },
        places: [
          { what: "un site", host: "velo.assos-bron.test" },
          { what: "un wiki", host: "wiki.velo.assos-bron.test" },
        ],
      },
    ]);
  });

  test("leave the list on the day after their last", () => {
    const listed = listedAssociations(plan().tenants ?? []);
    expect(hostedOn(listed, "2028-06-30")).toHaveLength(2);
    expect(hostedOn(listed, "2028-07-01")).toEqual([]);
  });

  test("are tiles of the first page, and nothing is there where there is none", () => {
    const { associations } = portalOf(plan());
    const page = (today: string) =>
      portalHome(
        descriptor,
        { website: undefined, today },
        {
          ...{
            associations,
            colour: undefined,
            hasArms: false,
            address: "a",
            phone: "1",
            hours: [],
            news: [],
          },
          conformity: "non conforme",
        },
        { kind: frenchKind, purpose: frenchPurpose, software: softwareTitle },
      );
    const now = page("2026-11-28");
    expect(now).toContain('<a href="https://velo.assos-bron.test">Vélo &amp; Cie</a>');
    expect(now).toContain('<a href="https://wiki.velo.assos-bron.test">wiki.velo.assos-bron.test</a>');
    expect(now).not.toMatch(hidden);
    expect(page("2028-07-01")).not.toContain('id="associations"');
  });

  test("have a word for every application that can show pages to everybody, an agenda aside", () => {
    const shown = catalogue().filter(({ tellsApart }) => tellsApart.includes("public"));
    expect(shown.length).toBeGreaterThan(3);
    const wordless = shown.filter(({ pages }) => pages === undefined);
    expect(wordless.map(({ name }) => name)).toEqual(["radicale"]);
  });
});

describe("data that is of the moment", () => {
  const known = () => ({
    ...{ descriptor, associations: portalOf(plan()).associations },
    ...{ today: "2026-11-28", french: frenchKind },
  });
  const text = (path: string) => {
    const file = liveFile(path, known());
    return typeof file === "object" ? file.text : String(file);
  };

  test("has what services count, and the associations, as CSV and as JSON", () => {
    expect(text("/donnees/statistiques.csv").split("\r\n")).toEqual([
      "service,adresse,mesure,valeur,publie",
      `"${frenchKind("documents")}",https://cloud.bron.test,comptes,1200,2026-11-28T08:00:00.000Z`,
      `"${frenchKind("documents")}",https://cloud.bron.test,inconnu,3,2026-11-28T08:00:00.000Z`,
      "",
    ]);
    expect(JSON.parse(text("/donnees/associations.json"))).toEqual([
      {
        ...{ association: "Chorale", nature: "un site", adresse: "https://chorale.assos-bron.test" },
        jusqu_au: "2028-06-30",
      },
      expect.objectContaining({ association: "Vélo & Cie", nature: "un site" }),
      expect.objectContaining({ association: "Vélo & Cie", nature: "un wiki" }),
    ]);
    expect(text("/donnees/associations.csv")).not.toMatch(hidden);
  });

  test("says so before anything is counted, and is nothing at another address", () => {
    expect(liveFile("/donnees/statistiques.csv", { ...known(), descriptor: undefined })).toBe("later");
    expect(liveFile("/donnees/statistiques.geojson", known())).toBeUndefined();
    expect(liveFile("/donnees/services.csv", known())).toBeUndefined();
  });

  test("is in the catalogue and on the page of data, and reached through the ingress", () => {
    const own = portalOf(plan());
    const paths = ["statistiques.csv", "statistiques.json", "associations.csv", "associations.json"].map(
      (name) => `/donnees/${name}`,
    );
    expect(livePaths(own.datasets)).toEqual(paths);
    expect(servedPortal(own).paths).toEqual(expect.arrayContaining(paths));
    const given = new Map(portalFiles(own).map(({ path, text: content }) => [path, content]));
    for (const path of paths) {
      expect(given.has(path)).toBe(false);
      expect(given.get("/donnees/catalogue.jsonld")).toContain(`"https://bron.test${path}"`);
      expect(given.get("/donnees")).toContain(`href="${path}"`);
    }
  });

  test("is served to other sites' programs too, and never before it is counted", async () => {
    const folder = mkdtempSync(join(tmpdir(), "live-"));
    folders.push(folder);
    const own = plan();
    const { data = {}, binaryData = {} } = servedPortal(portalOf(own)).configMap({ name: "x", labels: {} });
    for (const [name, content] of Object.entries(data)) writeFileSync(join(folder, name), String(content));
    for (const [name, content] of Object.entries(binaryData)) {
      writeFileSync(join(folder, name), Buffer.from(String(content), "base64"));
    }
    const read = readPortal(folder);
    const server = publicServer({
      ...{ publication: new Publication(own.federation.settings), own: own.federation.settings },
      ...{ website: undefined, webfinger: undefined, told: () => undefined },
      ...{ files: read?.files ?? new Map(), home: read?.home },
      failed: (error) => expect.fail(String(error)),
    }).listen(0);
    servers.push(server);
    await once(server, "listening");
    const ask = (path: string) => fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`);
    const answer = await ask("/donnees/associations.csv");
    expect(answer.headers.get("content-type")).toBe("text/csv; charset=utf-8");
    expect(answer.headers.get("access-control-allow-origin")).toBe("*");
    expect(await answer.text()).toContain("Vélo & Cie,un wiki,https://wiki.velo.assos-bron.test,2028-06-30");
    const nothing = await ask("/nulle-part");
    expect(nothing.status).toBe(404);
    const page = await nothing.text();
    expect(page).toContain("Il n’y a rien à cette adresse");
    expect(page).toMatch(/Ville de Bron[\s\S]*tel:\+33478000001[\s\S]*Accessibilité/);
    const early = await ask("/donnees/statistiques.json");
    expect([early.status, early.headers.get("retry-after")]).toEqual([503, "60"]);
  });
});
