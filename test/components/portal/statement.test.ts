import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { communeSchema } from "../../../components/commune/declaration.ts";
import { planCommune } from "../../../components/commune/plan.ts";
import { loadYaml } from "../../../components/foundation/declaration/load.ts";
import { conformityOf, statementOf } from "../../../components/foundation/page/statement.ts";
import { mapFiles } from "../../../components/places/map/page.ts";
import { planMap } from "../../../components/places/map/plan.ts";
import { templates } from "../../../components/platform/login/pages.ts";
import { portalFiles } from "../../../components/portal/manifests.ts";
import { catalogueFiles } from "../../../components/schools/lessons/catalogue.ts";
import { schoolsConfigMap } from "../../../components/schools/schools/manifests.ts";
import { checkout } from "../../../local/paths.ts";

const loaded = loadYaml(join(checkout, "stacks", "examples", "full.yaml"), communeSchema);
if (!loaded.ok) throw new Error("full.yaml is not read.");
const full = loaded.declaration;
if (full.portal === undefined) throw new Error("full.yaml has no portal.");
const { audit: _, accessibility: __, ...bare } = full.portal;
const site = { storageClass: undefined, privatePeers: [] };

/** The statement as a reader has it: without markup, spaces plain. */
function statement(portal: Partial<typeof full.portal>): string {
  const { portal: plan } = planCommune({ ...full, portal: { ...bare, ...portal } }, site);
  const page = plan && portalFiles(plan).find(({ path }) => path === "/accessibilite");
  return (page?.text ?? "").replaceAll(/<[^>]*>/g, "").replaceAll(/\s+/g, " ");
}

test("the statement has every part of the State's model, in its order", () => {
  const parts = [
    ...["article 47 de la loi n° 2005-102", "schéma pluriannuel", "plan d’action", "s’applique à https://"],
    ...["État de conformité", "version 4.1", "Résultats des tests", "Contenus non accessibles"],
    ...["Non-conformités", "Dérogations pour charge disproportionnée", "Contenus non soumis"],
    ...["Établissement de cette déclaration", "Technologies utilisées", "Agents utilisateurs"],
    ...["Pages du site ayant fait l’objet", "Retour d’information et contact", full.contact],
    ...["Voies de recours", "Défenseur des droits", "délégué", "Libre réponse 71120"],
  ];
  for (const page of [statement({}), statement(full.portal ?? {})]) {
    const places = parts.map((part) => page.indexOf(part));
    expect(parts.filter((_, index) => places[index] === -1)).toEqual([]);
    expect(places).toEqual(places.toSorted((one, other) => one - other));
  }
});

test("what nobody declared is said to be unknown, and no audit is named", () => {
  const page = statement({});
  expect(page).toContain("non conforme");
  expect(page).toContain("aucun audit en cours de validité n’est déclaré");
  expect(page).not.toContain("elle met en œuvre");
  expect(page.match(/la commune n’en indique pas encore l’adresse/g)).toHaveLength(2);
  expect(page).toContain("Elles ne sont pas connues, faute d’audit.");
  expect(page).toContain("n’a pas encore indiqué la date de cette déclaration");
  expect(page).not.toMatch(/L’audit|NVDA|% des critères/);
});

test("what is declared is told, and nothing is said to be unknown", () => {
  const page = statement(full.portal ?? {});
  for (const part of [
    "78 % des critères du RGAA sont respectés",
    "a été établie le 20 mars 2026. Elle a été mise à jour le 2 novembre 2026.",
    ...["Firefox et NVDA", "Mentions légales", "La carte n’annonce pas le quartier choisi"],
    ...["avant 2010 sont des images", "Les plans cadastraux anciens"],
  ]) {
    expect(page).toContain(part);
  }
  expect(page).not.toMatch(
    /ne l’indique pas|n’en indique pas|ne sont pas connues|n’en (invoque|signale) aucun/,
  );
});

test("faults that an audit found and nobody lists are not told as none", () => {
  const audit = { date: "2026-03-12", by: "Mission accessibilité", tools: [], pages: [], report: undefined };
  expect(statement({ audit: { ...audit, rate: 78 } })).toContain("Leur liste n’est pas encore publiée ici");
  expect(statement({ audit: { ...audit, rate: 100 } })).toContain("L’audit n’en a trouvé aucune.");
});

describe("every page that the commune shows leads to it", () => {
  const line =
    'href="https://oullins-pierre-benite.test/accessibilite">Accessibilité\u00a0: partiellement conforme';
  const own = statementOf(full);
  const places = { hotspots: [], zones: [], quarters: [], spaces: [] };
  const map = planMap(full, places);
  const plan = planCommune(full, site);
  const pages: Record<string, string | undefined> = {
    map: map && mapFiles(map)["index.html"],
    "page of the public Wi-Fi": plan.hotspots?.page,
    login: templates({ name: full.name, statement: own })["login.tpl"],
    lessons: String(catalogueFiles("Leçons", [], own).get("index.html")),
    "schools before anything is shared":
      plan.schools && String(schoolsConfigMap(plan.schools).data?.["empty.html"]),
  };
  test.each(Object.entries(pages))("%s", (_, page) => expect(page).toContain(line));

  test("those of the portal, by their own footer", () => {
    const files = plan.portal ? portalFiles(plan.portal) : [];
    const read = files.filter(({ type }) => type.startsWith("text/html"));
    expect(read.length).toBeGreaterThan(8);
    for (const { path, text } of read) {
      expect(text, path).toContain('href="/accessibilite">Accessibilité\u00a0: partiellement conforme');
    }
  });

  test("not where the commune has no portal, and so no statement", () => {
    const { portal: _, ...without } = full;
    expect(statementOf(without)).toBeUndefined();
    expect(planCommune(without, site).hotspots?.page).not.toContain("Accessibilité");
  });
});

test("half of the criteria are the least that counts as part", () => {
  expect(
    [undefined, 0, 49, 50, 99, 100].map((rate) => conformityOf(rate === undefined ? rate : { rate })),
  ).toEqual([
    ...["non conforme", "non conforme", "non conforme"],
    ...["partiellement conforme", "partiellement conforme", "totalement conforme"],
  ]);
});
