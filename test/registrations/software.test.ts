import { join } from "node:path";
import pulumi from "@pulumi/pulumi";
import { beforeAll, expect, test } from "vitest";
import { type CommuneDeclaration, communeSchema } from "../../components/commune/declaration.ts";
import { everyImage } from "../../components/commune/images.ts";
import { Commune } from "../../components/commune/index.ts";
import { planCommune } from "../../components/commune/plan.ts";
import { usedSoftware } from "../../components/commune/software.ts";
import { loadFederation } from "../../components/federation/members.ts";
import { loadYaml } from "../../components/foundation/declaration/load.ts";
import { catalogued } from "../../components/foundation/image/catalogue.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { checkout } from "../../local/paths.ts";
import { containersOf, podOf } from "../../policies/pods.ts";
import { communeText, roomWithMariadb, tenantText, valid, withHelm } from "../components/tenants/stacks.ts";
import { kubernetesObjects } from "./objects.ts";
import { record } from "./recorder.ts";

beforeAll(withHelm, 20 * 60_000);

const site = siteOf(siteSchema.parse({}));
const stacks = join(checkout, "stacks");
const federation = loadFederation(stacks);
if (!federation?.ok) throw new Error("stacks/federation.yaml is not read.");
const metropolis = federation.declaration;

function example(file: string): CommuneDeclaration {
  const loaded = loadYaml(join(stacks, "examples", file), communeSchema);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  return loaded.declaration;
}

const town = (sections: string, files: Readonly<Record<string, string>> = {}) =>
  valid(files, communeText(sections)).declaration;
const stopped = "suspended: { since: 2026-11-20, reason: Sur demande. }\n";

const declarations: [string, () => CommuneDeclaration][] = [
  ["full.yaml", () => example("full.yaml")],
  ["retired.yaml", () => example("retired.yaml")],
  ["restored.yaml", () => example("restored.yaml")],
  ["nothing", () => town("")],
  ["one service", () => town("nextcloud: {}\n")],
  ["public Wi-Fi alone", () => town("hotspots: {}\n")],
  ["schools alone", () => town("schools: { establishments: {} }\n")],
  ["people and their login", () => town("nextcloud: {}\ndirectory: {}\nidentity: {}\n")],
  ["MariaDB before any association", () => town(roomWithMariadb)],
  [
    "associations",
    () =>
      town(roomWithMariadb, {
        "tenants/chorale.yaml": tenantText(
          "chorale",
          "applications: { wordpress: { access: public }, dokuwiki: { access: members } }\n",
        ),
        "tenants/judo.yaml": tenantText(
          "judo",
          `${stopped}applications: { mediawiki: { access: public } }\n`,
        ),
      }),
  ],
  [
    "an association with PostgreSQL",
    () =>
      town("tenants: { domain: assos-bron.test }\n", {
        "tenants/chorale.yaml": tenantText(
          "chorale",
          'applications: { mobilizon: {} }\npostgresql: { version: "16" }\n',
          "large",
        ),
      }),
  ],
];

test.each(declarations)(
  "of %s, what is told to run is what is registered, and nothing else",
  async (_, make) => {
    const declaration = make();
    const plan = planCommune(declaration, site, { metropolis });
    const registrations = await record(declaration.id, () => {
      const given = (name: string) => pulumi.secret(`given ${name}`);
      new Commune(declaration.id, { plan, site, seed: undefined, given }, {});
    });
    const references = new Set(
      kubernetesObjects(registrations).flatMap((each) => containersOf(podOf(each)).map(({ image }) => image)),
    );
    const told = usedSoftware(plan);
    // One source may be in several images, as Mastodon's two are.
    const registered = [...references].map((reference) => ({
      source: catalogued(reference, everyImage)?.source ?? reference,
      tag: reference.replace(/^.*:v?/, ""),
    }));
    expect(references.size).toBeGreaterThan(0);
    const of = (list: readonly { source: string }[]) => [...new Set(list.map(({ source }) => source))].sort();
    expect(of(told)).toEqual(of(registered));
    // Versions too, each way.
    for (const { source, name, version } of told) {
      const tags = registered.filter((each) => each.source === source).map(({ tag }) => tag);
      expect(
        tags.some((tag) => tag === version || tag.startsWith(`${version}-`)),
        `${name} ${version}: ${tags.join(", ")}`,
      ).toBe(true);
    }
    for (const { source, tag } of registered) {
      const versions = told.filter((each) => each.source === source).map(({ version }) => version);
      expect(
        versions.some((version) => tag === version || tag.startsWith(`${version}-`)),
        `${tag} is not told`,
      ).toBe(true);
    }
  },
);
