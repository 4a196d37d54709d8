import pulumi from "@pulumi/pulumi";
import { beforeAll, expect, test } from "vitest";
import { communeSchema } from "../../components/commune/declaration.ts";
import { Commune } from "../../components/commune/index.ts";
import { planCommune } from "../../components/commune/plan.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { judgeObjects, sentence } from "../../policies/judge.ts";
import { rules } from "../../policies/rules.ts";
import { goldenText } from "./golden.ts";
import { kubernetesObjects } from "./objects.ts";
import type { Registration } from "./order.ts";
import { record } from "./recorder.ts";

const site = siteOf(siteSchema.parse({}));

/** What a commune registers whose Nextcloud has its files in a bucket. */
function registered(more: object, nextcloud: object = {}): Promise<Registration[]> {
  const declaration = communeSchema.parse({
    ...{ id: "bron", name: "Bron", insee: "69029", domain: "bron.test", contact: "dsi@bron.test" },
    population: 42_000,
    nextcloud: {
      objects: { endpoint: "https://s3.gra.io.cloud.ovh.net", region: "gra", bucket: "bron-documents" },
      ...nextcloud,
    },
    ...more,
  });
  return record("bron", async () => {
    const given = (name: string) => pulumi.secret(`given ${name}`);
    new Commune("bron", { plan: planCommune(declaration, site), site, seed: undefined, given }, {});
  });
}

let single: Registration[];
let tolerant: Registration[];
beforeAll(async () => {
  single = await registered({});
  tolerant = await registered({ availability: "node-loss" });
}, 120_000);

const own = (all: readonly Registration[]) =>
  all.filter(({ name }) => /^bron-nextcloud(?!-database)/.test(name));
const servers = (all: readonly Registration[]) =>
  JSON.parse(JSON.stringify(kubernetesObjects(all))).find(
    (object: { kind: string; metadata: { name: string } }) =>
      object.kind === "StatefulSet" && object.metadata.name === "nextcloud",
  );

test("a Nextcloud on two servers registers what was reviewed, without a secret in the clear, within the policies", async () => {
  const text = goldenText(own(tolerant));
  expect(text).not.toContain("given ");
  await expect(text).toMatchFileSnapshot("../golden/objects/registrations.yaml");
  expect(judgeObjects(rules, kubernetesObjects(tolerant)).map(sentence)).toEqual([]);
});

test("it has no volume and no scheduled background jobs, and one server where the loss of a node is not tolerated", () => {
  const kinds = (all: readonly Registration[]) => own(all).map(({ type }) => type.split(":").at(-1));
  for (const each of [single, tolerant]) {
    expect(kinds(each)).not.toContain("PersistentVolumeClaim");
    expect(kinds(each)).not.toContain("CronJob");
  }
  expect([servers(single).spec.replicas, servers(tolerant).spec.replicas]).toEqual([1, 2]);
  expect(kinds(single)).not.toContain("PodDisruptionBudget");
});

test("another version or other apps are another set, which nothing of the old one outlives; a setting is not", async () => {
  const selector = async (nextcloud: object) =>
    JSON.stringify(servers(await registered({ availability: "node-loss" }, nextcloud)).spec.selector);
  const now = JSON.stringify(servers(tolerant).spec.selector);
  expect(await selector({ version: "34.0.2" })).not.toBe(now);
  expect(await selector({ apps: ["calendar"] })).not.toBe(now);
  expect(await selector({ settings: { loglevel: 1 } })).toBe(now);
});
