import pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, test } from "vitest";
import { communeSchema } from "../../components/commune/declaration.ts";
import { Commune } from "../../components/commune/index.ts";
import { planCommune } from "../../components/commune/plan.ts";
import type { KubernetesObject } from "../../components/foundation/manifest/object.ts";
import { transformPods } from "../../components/foundation/manifest/pod-template.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { podOf } from "../../policies/pods.ts";
import { kubernetesObjects } from "./objects.ts";
import { record } from "./recorder.ts";

const declaration = communeSchema.parse({
  id: "bron",
  name: "Bron",
  insee: "69029",
  domain: "bron.test",
  population: 42_000,
  contact: "numerique@bron.test",
  nextcloud: { apps: ["groupfolders"] },
  mastodon: { dedicatedDatabase: {} },
  peertube: { plugins: {} },
  schools: { libraries: { commune: { name: "Bron", folder: "library" } } },
});

async function objects(
  settings: Record<string, string>,
  options: pulumi.ComponentResourceOptions = {},
): Promise<KubernetesObject[]> {
  const site = siteOf(siteSchema.parse(settings));
  const registered = await record("bron", () => {
    const plan = planCommune(declaration, site);
    const given = (name: string) => pulumi.secret(`given ${name}`);
    new Commune("bron", { plan, site, seed: undefined, given }, options);
  });
  return kubernetesObjects(registered);
}

const workloads = (all: readonly KubernetesObject[]) => all.filter((object) => podOf(object) !== undefined);

let plain: KubernetesObject[];
beforeAll(async () => {
  plain = await objects({});
});

describe("a site with nodes for communes", () => {
  let scheduled: KubernetesObject[];

  beforeAll(async () => {
    scheduled = await objects({
      nodeSelector: "pool=communes",
      tolerations: "dedicated=communes:NoSchedule",
      priorityClass: "public-services",
      ingressAnnotations: '{"nginx.ingress.kubernetes.io/proxy-body-size":"0"}',
      certificate: "cert-manager:letsencrypt",
    });
  });

  test("has every pod of every kind of workload there", () => {
    const all = workloads(scheduled);
    expect(all).toHaveLength(workloads(plain).length);
    expect([...new Set(all.map(({ kind }) => kind))].sort()).toEqual([
      "CronJob",
      "Deployment",
      "Job",
      "StatefulSet",
    ]);
    for (const workload of all) {
      const text = JSON.stringify(workload);
      expect(text).toContain('"nodeSelector":{"pool":"communes"}');
      expect(text).toContain(
        '"tolerations":[{"effect":"NoSchedule","key":"dedicated","operator":"Equal","value":"communes"}]',
      );
      expect(text).toContain('"priorityClassName":"public-services"');
    }
  });

  test("has its annotations on every Ingress, beside the issuer of certificates", () => {
    const ingresses = scheduled.filter(({ kind }) => kind === "Ingress");
    expect(ingresses).toHaveLength(5);
    for (const { metadata } of ingresses) {
      expect(metadata).toMatchObject({
        annotations: {
          "nginx.ingress.kubernetes.io/proxy-body-size": "0",
          "cert-manager.io/cluster-issuer": "letsencrypt",
        },
      });
    }
  });

  test("has other Jobs than one without, since the pods of a Job cannot change", () => {
    const jobs = (all: readonly KubernetesObject[]) =>
      all.filter(({ kind }) => kind === "Job").map(({ metadata }) => metadata.name);
    const [before, after] = [jobs(plain), jobs(scheduled)];
    expect(before.length).toBeGreaterThan(3);
    expect(after.map((name) => name.replace(/[0-9a-f]{8}$/, ""))).toEqual(
      before.map((name) => name.replace(/[0-9a-f]{8}$/, "")),
    );
    expect(after.filter((name) => before.includes(name))).toEqual([]);
  });
});

test("a program changes every pod below a component by Pulumi's own transformations", async () => {
  const isolated = transformPods((pod) => ({ ...pod, runtimeClassName: "kata" }));
  const changed = await objects({}, { transformations: [isolated] });
  expect(workloads(changed)).toHaveLength(workloads(plain).length);
  for (const workload of workloads(changed))
    expect(JSON.stringify(workload)).toContain('"runtimeClassName":"kata"');
});

test("a program changes one kind of object by Pulumi's own transformations, and nothing else", async () => {
  const forever: pulumi.ResourceTransformation = ({ type, props, opts }) =>
    type === "kubernetes:networking.k8s.io/v1:Ingress"
      ? { props: { ...props, metadata: { ...props.metadata, annotations: { owner: "mairie" } } }, opts }
      : undefined;
  const changed = await objects({}, { transformations: [forever] });
  const others = (all: readonly KubernetesObject[]) => all.filter(({ kind }) => kind !== "Ingress");
  expect(others(changed)).toEqual(others(plain));
  const ingresses = changed.filter(({ kind }) => kind === "Ingress");
  expect(ingresses.length).toBeGreaterThan(3);
  for (const { metadata } of ingresses) expect(metadata).toMatchObject({ annotations: { owner: "mairie" } });
});
