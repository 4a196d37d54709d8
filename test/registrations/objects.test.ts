import pulumi from "@pulumi/pulumi";
import { beforeAll, expect, test } from "vitest";
import { podsOf } from "../../components/commune/changes/restarts.ts";
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

/** Plans a commune whose Nextcloud has its files in a bucket. */
function planned(more: object, nextcloud: object = {}) {
  const declaration = communeSchema.parse({
    ...{ id: "bron", name: "Bron", insee: "69029", domain: "bron.test", contact: "dsi@bron.test" },
    population: 42_000,
    nextcloud: {
      objects: { endpoint: "https://s3.gra.io.cloud.ovh.net", region: "gra", bucket: "bron-documents" },
      ...nextcloud,
    },
    ...more,
  });
  return planCommune(declaration, site);
}

function registered(more: object, nextcloud: object = {}): Promise<Registration[]> {
  const plan = planned(more, nextcloud);
  return record("bron", async () => {
    const given = (name: string) => pulumi.secret(`given ${name}`);
    new Commune("bron", { plan, site, seed: undefined, given }, {});
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

test("it has no volume, a CronJob that a restore alone runs, and one server where the loss of a node is not tolerated", () => {
  const kinds = (all: readonly Registration[]) => own(all).map(({ type }) => type.split(":").at(-1));
  for (const each of [single, tolerant]) {
    expect(kinds(each)).not.toContain("PersistentVolumeClaim");
    const cronJobs = own(each).filter(({ type }) => type.endsWith(":CronJob"));
    expect(cronJobs).toMatchObject([
      { inputs: { metadata: { name: "nextcloud-cron" }, spec: { suspend: true } } },
    ]);
  }
  expect([servers(single).spec.replicas, servers(tolerant).spec.replicas]).toEqual([1, 2]);
  expect(kinds(single)).not.toContain("PodDisruptionBudget");
});

test("what cannot write beside the code does not begin with the image's entry point, which does", () => {
  const containers: {
    image: string;
    command?: string[];
    volumeMounts: { name: string; readOnly?: true }[];
  }[] = servers(tolerant).spec.template.spec.containers;
  const sealed = containers.filter(
    ({ image, volumeMounts }) =>
      image.includes("nextcloud") && volumeMounts.some(({ name, readOnly }) => name === "html" && readOnly),
  );
  expect(sealed.map(({ command }) => command?.[0])).toEqual(["php-fpm", "sh"]);
});

test("another version or other apps are another set, which nothing of the old one outlives; a setting is rolled", async () => {
  const tolerating = { availability: "node-loss" };
  const seen = async (nextcloud: object) => {
    const all = await registered(tolerating, nextcloud);
    const noticed = podsOf(kubernetesObjects(all), planned(tolerating, nextcloud)).nextcloud;
    return { selector: servers(all).spec.selector, template: servers(all).spec.template, noticed };
  };
  const [now, other, fewer, set] = [
    await seen({}),
    await seen({ version: "34.0.2" }),
    await seen({ apps: ["calendar"] }),
    await seen({ settings: { loglevel: 1 } }),
  ];
  for (const each of [other, fewer]) {
    expect(each.selector).not.toEqual(now.selector);
    expect(each.noticed).not.toBe(now.noticed);
  }
  expect(set.template).not.toEqual(now.template);
  expect([set.selector, set.noticed]).toEqual([now.selector, now.noticed]);
});
