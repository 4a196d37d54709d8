import yaml from "js-yaml";
import { metadataOf, namespaceOf, selectorOf } from "../../foundation/manifest/labels.ts";
import type {
  AnyNetworkPolicy,
  ConfigMap,
  Metadata,
  PodMonitor,
  Probe,
  PrometheusRule,
  Service,
} from "../../foundation/manifest/manifest.ts";
import { allowFromMonitoring } from "../../foundation/network-policy/manifests.ts";
import { readTemplate } from "../../foundation/template/template.ts";
import type { MonitoringPlan } from "./plan.ts";
import { alertFilesOf, clusterAlerts, rulesOf } from "./rules.ts";
import {
  bucketTargets,
  connectionTargets,
  labelsOf,
  metricsOf,
  siteTargets,
  type Target,
  type Targets,
} from "./targets.ts";
import { knownVersions, versionRules } from "./versions.ts";
import { monitoringWorkload, ports } from "./workloads.ts";

/** The Prometheus of a cluster, as a site names it. */
export interface ClusterPrometheus {
  /** Its namespace. */
  namespace: string;
  /** Labels by which its operator chooses what it reads. */
  labels: Readonly<Record<string, string>>;
}

const proberName = "prober";

function metadata(plan: MonitoringPlan, name: string, labels: Readonly<Record<string, string>>): Metadata {
  const own = metadataOf(monitoringWorkload(plan), name);
  return { ...own, labels: { ...own.labels, ...labels } };
}

/** Address of the prober for the cluster's Prometheus. */
export function proberService(plan: MonitoringPlan): Service {
  const workload = monitoringWorkload(plan);
  const { prober: port } = ports;
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: metadataOf(workload, proberName),
    spec: { selector: selectorOf(workload), ports: [{ name: "prober", port, targetPort: "prober" }] },
  };
}

/** Lets the cluster's Prometheus ask the prober, and pods whose part does not let it in itself. */
export function clusterPolicies(
  plan: MonitoringPlan,
  targets: Targets,
  { namespace }: ClusterPrometheus,
): AnyNetworkPolicy[] {
  return [
    allowFromMonitoring(namespace, monitoringWorkload(plan), ports.prober),
    ...metricsOf(targets)
      .filter(({ isOpenToSite }) => !isOpenToSite)
      .map(({ workload, port }) => allowFromMonitoring(namespace, workload, port)),
  ];
}

/** Returns the objects that the operator reads: pods with metrics, the prober's targets, and the alerts. */
export function operatorObjects(
  plan: MonitoringPlan,
  targets: Targets,
  { labels }: ClusterPrometheus,
): (PodMonitor | Probe | PrometheusRule)[] {
  const { commune } = plan;
  return [
    ...metricsOf(targets).map(({ workload, port, path, job }): PodMonitor => {
      const told = { job, ...labelsOf(commune, { workload }) };
      return {
        apiVersion: "monitoring.coreos.com/v1",
        kind: "PodMonitor",
        metadata: metadata(plan, `${workload.service}-${workload.component}`, labels),
        spec: {
          namespaceSelector: { matchNames: [namespaceOf(workload)] },
          selector: { matchLabels: selectorOf(workload) },
          podMetricsEndpoints: [
            {
              ...{ portNumber: port, path, interval: "1m" },
              relabelings: Object.entries(told).map(([targetLabel, replacement]) => ({
                targetLabel,
                replacement,
              })),
            },
          ],
        },
      };
    }),
    ...connectionTargets(commune, targets).map((target) => probe(plan, "connections", "1m", target, labels)),
    ...siteTargets(commune, targets).map((target) => probe(plan, "sites", "2m", target, labels)),
    ...bucketTargets(commune, targets).map((target) => probe(plan, "buckets", "1m", target, labels)),
    ...[...clusterAlerts, ...alertFilesOf(targets)].map((each) =>
      // The file says what the operator's type says.
      rule(plan, each.file, yaml.load(rulesOf(each, commune)) as PrometheusRule["spec"], labels),
    ),
    rule(plan, knownVersions, versionRules(commune, targets.versions()), labels),
  ];
}

function rule(
  plan: MonitoringPlan,
  name: string,
  spec: PrometheusRule["spec"],
  labels: Readonly<Record<string, string>>,
): PrometheusRule {
  return {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "PrometheusRule",
    metadata: metadata(plan, name, labels),
    spec,
  };
}

function probe(
  plan: MonitoringPlan,
  jobName: string,
  interval: string,
  { targets, labels: { __param_module: module = "", ...told } }: Target,
  labels: Readonly<Record<string, string>>,
): Probe {
  const asked = told.host ?? told.services?.replaceAll(", ", "-") ?? `${told.service}-${told.component}`;
  const name = `${jobName}-${asked}`;
  return {
    apiVersion: "monitoring.coreos.com/v1",
    kind: "Probe",
    metadata: metadata(plan, name, labels),
    spec: {
      ...{ jobName, interval, module },
      prober: { url: `${proberName}.${namespaceOf(monitoringWorkload(plan))}.svc:${ports.prober}` },
      targets: { staticConfig: { static: targets, labels: told } },
    },
  };
}

/** A page of figures for Grafana, whose sidecar looks for the label. */
export function dashboard(plan: MonitoringPlan): ConfigMap {
  const { commune, name } = plan;
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: metadata(plan, "dashboard", { grafana_dashboard: "1" }),
    data: {
      [`commune-${commune}.json`]: readTemplate("platform/monitoring/pod/dashboard.json", {
        COMMUNE: commune,
        NAME: JSON.stringify(name).slice(1, -1),
      }),
    },
  };
}
