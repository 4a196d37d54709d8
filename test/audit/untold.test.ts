import { describe, expect, test } from "vitest";
import { planOf } from "../../audit/approval/plan.ts";
import { reportOf } from "../../audit/change-report.ts";
import type { EngineChanges, Facts } from "../../audit/facts.ts";
import { objectChanges } from "../../audit/objects.ts";
import { untoldIn } from "../../audit/untold.ts";
import { needOfChange } from "../../audit/weight.ts";
import type { Change } from "../../components/commune/changes/change.ts";
import { communeSchema } from "../../components/commune/declaration.ts";
import { planCommune } from "../../components/commune/plan.ts";
import type { KubernetesObject } from "../../components/foundation/manifest/object.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { changesOfPair } from "../../scripts/schema/changes.ts";
import { pairs } from "../../scripts/schema/pairs.ts";

const declaration = communeSchema.parse({
  id: "bron",
  name: "Bron",
  insee: "69029",
  domain: "bron.test",
  population: 42_000,
  contact: "numerique@bron.test",
  nextcloud: {},
  mastodon: {},
});
const plan = planCommune(declaration, siteOf(siteSchema.parse({})));

const object = (kind: string, service: string, rest: object, apiVersion = "v1"): KubernetesObject => ({
  apiVersion,
  kind,
  metadata: { name: service, namespace: `bron-${service}`, labels: { "commune.cloud/service": service } },
  ...rest,
});
const deployment = (service: string, image: string, type = "Recreate") =>
  object(
    "Deployment",
    service,
    { spec: { strategy: { type }, template: { spec: { containers: [{ name: "main", image }] } } } },
    "apps/v1",
  );
const secret = (service: string, stringData: Record<string, string>) =>
  object("Secret", service, { stringData });
const claim = (service: string, storage: string) =>
  object("PersistentVolumeClaim", service, { spec: { resources: { requests: { storage } } } });

const nothing: EngineChanges = { secrets: new Set(), released: [], outputs: [] };
/** A report with a preview, of objects of before and after. */
function facts(
  was: KubernetesObject[],
  is: KubernetesObject[],
  {
    changes = [],
    engineChanges = nothing,
  }: { changes?: readonly Change[]; engineChanges?: EngineChanges } = {},
): Facts {
  return {
    today: "2026-11-28",
    origin: { kind: "published" },
    before: { objects: was },
    after: { declaration, plan, objects: is },
    changes,
    points: [],
    findings: [],
    siteIsKnown: true,
    objects: objectChanges(was, is, engineChanges.secrets),
    plan: planOf({ resources: [], outputs: {}, secretsCount: true, versions: { toolkit: "1", pulumi: "3" } }),
    engineChanges,
  };
}
const told = (given: Facts) => {
  const { summary, sections, label } = reportOf(given, "fr");
  const answer = (id: string) => JSON.stringify(sections.find((section) => section.id === id)?.blocks);
  return { summary: summary.join(" "), label, answer };
};

describe("what no change of the declaration tells", () => {
  test("another build of an image: nothing that is declared changes, and objects do", () => {
    const is = facts(
      [deployment("nextcloud", "nextcloud:33@sha256:1", "RollingUpdate")],
      [deployment("nextcloud", "nextcloud:33@sha256:2", "RollingUpdate")],
    );
    const { summary, answer } = told(is);
    expect(summary).not.toContain("Rien ne change.");
    expect(summary).toContain("Rien de déclaré ne change, mais une partie technique : Nextcloud.");
    expect(answer("unchanged")).not.toContain("Nextcloud");
    expect(answer("undo")).toContain("Nextcloud : objets qui changent (1)");
    expect(answer("undo")).not.toContain("Rien ne change");
    expect(reportOf(is, "en").summary[0]).toBe(
      "Nothing declared changes, but a technical part does: Nextcloud.",
    );
  });

  test("what restore points say of the declaration is no news beside a change of it", () => {
    const [change] = pairs.flatMap(changesOfPair);
    if (change === undefined) throw new Error("no change");
    const settings = (service: string, declaration: string, keep: number) =>
      object("ConfigMap", service, { data: { "settings.json": JSON.stringify({ declaration, keep }) } });
    const summaryOf = (keep: number, changes: readonly Change[]) =>
      told(facts([settings("peertube", "one", 1)], [settings("peertube", "two", keep)], { changes })).summary;
    expect(summaryOf(1, [change])).not.toContain("PeerTube");
    expect(summaryOf(2, [change])).toContain("une partie technique change aussi : PeerTube");
    expect(summaryOf(1, [])).toContain("une partie technique : PeerTube");
  });

  test("another value of a Secret, by its name and never the value", () => {
    const engineChanges = { ...nothing, secrets: new Set(["Secret bron-mastodon/mastodon"]) };
    const both = [secret("mastodon", { password: "(secret)" })];
    const { summary, answer } = told(facts(both, both, { engineChanges }));
    expect(summary).toContain("une partie technique : Mastodon");
    expect(answer("technical")).toContain("valeur secrète, qui n’est pas montrée");
    expect(answer("unchanged")).toContain("Objets qui ne changent pas : 0.");
  });

  test.each([
    ["database", ["Nextcloud", "Mastodon"]],
    ["mastodon-database", ["Mastodon"]],
    ["mariadb", ["le serveur de base de données des associations"]],
    ["t-chorale", ["l’association chorale"]],
    ["directory", ["l’annuaire des personnes"]],
  ])("a restart of %s is an interruption for those who use it", (service, users) => {
    const { summary, answer } = told(facts([deployment(service, "a:1")], [deployment(service, "a:2")]));
    for (const each of users) expect(answer("people")).toContain(each);
    expect(summary).toContain("avec une interruption : quelques secondes à une minute");
    expect(answer("undo")).toContain("quelques secondes");
  });

  test("a restart that nobody notices is none", () => {
    for (const service of ["federation", "hotspots", "nextcloud-database-keeper", "vault-lyon"]) {
      const { summary } = told(facts([deployment(service, "a:1")], [deployment(service, "a:2")]));
      expect(summary).toContain("Personne ne doit s’en apercevoir, sans interruption.");
    }
  });

  test("what cannot be made again from what is declared is for good, and two have to say yes", () => {
    const given = facts([claim("nextcloud", "1Gi")], [claim("nextcloud", "2Gi")]);
    expect(told(given).label).toBe("irreversible");
    expect(told(given).summary).toContain("définitive");
    expect(needOfChange(given)).toBe("two");
    const gone = facts([claim("nextcloud", "1Gi")], []);
    expect(told(gone).label).toBe("irreversible");
    // Labels are no content.
    const { metadata, ...rest } = claim("nextcloud", "1Gi");
    const labelled = { ...rest, metadata: { ...metadata, annotations: { note: "x" } } };
    expect(told(facts([{ ...rest, metadata }], [labelled])).label).toBe("reversible");
  });

  test("data that is no longer protected, and what the stack publishes, where nothing else changes", () => {
    const both = [claim("nextcloud", "1Gi")];
    const engineChanges = {
      ...nothing,
      released: ["PersistentVolumeClaim bron-nextcloud/data"],
      outputs: ["addresses"],
    };
    const { summary, answer } = told(facts(both, both, { engineChanges }));
    expect(summary).not.toContain("Rien ne change.");
    expect(summary).toContain(
      "Ne sont plus protégées d’un effacement les données de Nextcloud ; ce que la commune donne à d’autres programmes change.",
    );
    expect(needOfChange(facts(both, both, { engineChanges }))).toBe("two");
    expect(answer("technical")).toContain("N’est plus protégé d’une suppression");
  });

  test("stands beside what is declared, and repeats nothing of it", () => {
    const pair = pairs.map(changesOfPair).find((changes) => changes.some(({ name }) => name === "nextcloud"));
    const was = [
      deployment("nextcloud", "a:1"),
      deployment("mastodon", "a:1"),
      deployment("federation", "a:1"),
    ];
    const is = [
      deployment("nextcloud", "a:2"),
      deployment("mastodon", "a:2"),
      deployment("federation", "a:2"),
    ];
    const given = facts(was, is, { changes: pair ?? [] });
    // The public pages name whatever is declared.
    expect(untoldIn(given).map(({ service }) => service)).toEqual(["mastodon"]);
    expect(told(given).summary).toContain("une partie technique change aussi : Mastodon");
  });

  test("is not asked of a new commune", () => {
    expect(untoldIn({ ...facts([], [deployment("nextcloud", "a:1")]), before: undefined })).toEqual([]);
  });
});
