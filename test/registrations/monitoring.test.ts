import pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { communeSchema } from "../../components/commune/declaration.ts";
import { Commune } from "../../components/commune/index.ts";
import { planCommune } from "../../components/commune/plan.ts";
import type { KubernetesObject } from "../../components/foundation/manifest/object.ts";
import { nameOf } from "../../components/foundation/manifest/object.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { clusterPrometheus } from "../../components/platform/monitoring/index.ts";
import { judgeObjects, sentence } from "../../policies/judge.ts";
import { rules } from "../../policies/rules.ts";
import { kubernetesObjects } from "./objects.ts";
import { record } from "./recorder.ts";

const declaration = communeSchema.parse({
  ...{ id: "bron", name: "Bron", insee: "69029", domain: "bron.test", population: 42_000 },
  ...{ contact: "numerique@bron.test", mastodon: {}, monitoring: { use: "cluster" } },
});

async function objectsAt(settings: Record<string, string>): Promise<KubernetesObject[]> {
  const site = siteOf(siteSchema.parse(settings));
  const plan = planCommune(declaration, site);
  const args = { plan, site, seed: undefined, given: (name: string) => pulumi.secret(`given ${name}`) };
  return kubernetesObjects(await record("bron", () => void new Commune("bron", args, {})));
}

test("a cluster that has a Prometheus is given monitors, alerts and a page, and runs the prober alone", async () => {
  const settings = { monitoringNamespace: "monitoring", monitoringLabels: "release=prometheus" };
  const objects = await objectsAt(settings);
  expect(judgeObjects(rules, objects).map(sentence)).toEqual([]);
  const own = objects.filter(({ metadata }) => metadata.namespace === "bron-monitoring");
  const names = own.map(nameOf).filter((name) => !/^(NetworkPolicy|LimitRange|ResourceQuota)/.test(name));
  expect(names.sort()).toEqual([
    "ConfigMap bron-monitoring/dashboard",
    "ConfigMap bron-monitoring/monitoring",
    "Deployment bron-monitoring/prober",
    "PodMonitor bron-monitoring/federation-reconciler",
    "PodMonitor bron-monitoring/mastodon-streaming",
    "Probe bron-monitoring/connections-database-server",
    "Probe bron-monitoring/connections-mastodon-cache",
    "Probe bron-monitoring/sites-bron.test",
    "Probe bron-monitoring/sites-social.bron.test",
    "PrometheusRule bron-monitoring/connections",
    "PrometheusRule bron-monitoring/known-versions",
    "PrometheusRule bron-monitoring/nodes",
    "PrometheusRule bron-monitoring/reconciler",
    "PrometheusRule bron-monitoring/services",
    "PrometheusRule bron-monitoring/sites",
    "PrometheusRule bron-monitoring/streaming",
    "PrometheusRule bron-monitoring/versions",
    "PrometheusRule bron-monitoring/volumes",
    "Service bron-monitoring/prober",
  ]);
  const chosen = own.filter(({ kind }) => /^(PodMonitor|Probe|PrometheusRule)$/.test(kind));
  for (const { metadata } of chosen) expect(metadata.labels).toMatchObject({ release: "prometheus" });
  const opened = objects.filter(({ metadata }) => metadata.name.endsWith("-from-monitoring")).map(nameOf);
  expect(opened.sort()).toEqual([
    "NetworkPolicy bron-federation/federation-reconciler-from-monitoring",
    "NetworkPolicy bron-mastodon/mastodon-streaming-from-monitoring",
    "NetworkPolicy bron-monitoring/monitoring-prober-from-monitoring",
  ]);
});

test("a stack that does not say where that Prometheus is stops with a sentence", () => {
  expect(() => clusterPrometheus("bron", siteOf(siteSchema.parse({})))).toThrow(
    "npx pulumi config set commune:monitoringNamespace <namespace> -s bron",
  );
});
