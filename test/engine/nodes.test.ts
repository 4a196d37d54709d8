import { readdirSync } from "node:fs";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { controlPlaneServices } from "../../local/cluster/services.ts";
import { Nodes, type Pod, usual } from "../doubles/nodes/index.ts";
import { bareCluster } from "./bare.ts";

/** The double of nodes, by what Kubernetes' own controllers make of what it says. */
const cluster = bareCluster();
const [ours, others] = ["nodes-ours", "nodes-others"];
const isNamed =
  (...names: readonly string[]) =>
  ({ metadata }: Pod) =>
    names.includes(metadata.labels?.app ?? "");
const isUnready = isNamed("unready");
const breaks = isNamed("breaks");
const isOfNext = ({ spec }: Pod) => spec.containers.some(({ image }) => image === "next");
const nodes = Nodes.beside(cluster, [ours], {
  fate: (pod) => (isUnready(pod) || isOfNext(pod) ? "waits" : breaks(pod) ? "fails" : usual(pod)),
  ending: 500,
});

const kubectl = async (words: readonly string[], input?: object): Promise<string> => {
  const { stdout } = await execa("kubectl", words, {
    env: cluster.environment,
    ...(input !== undefined && { input: JSON.stringify(input) }),
  });
  return stdout;
};
const make = (namespace: string, ...items: object[]) =>
  kubectl(["create", "-n", namespace, "-f", "-"], { apiVersion: "v1", kind: "List", items });
const field = (object: string, path: string, namespace = ours) =>
  kubectl(["get", object, "-n", namespace, "--ignore-not-found", "-o", `jsonpath=${path}`]);
/** Polls what is said of an object in the end. */
const inTheEnd = (object: string, path: string, namespace = ours) =>
  expect.poll(() => field(object, path, namespace), { timeout: 30_000, interval: 100 });

const template = (app: string, spec: object = {}) => ({
  metadata: { labels: { app } },
  spec: { containers: [{ name: "main", image: "none" }], ...spec },
});
const workload = (kind: "Deployment" | "StatefulSet", name: string, replicas: number) => ({
  apiVersion: "apps/v1",
  kind,
  metadata: { name },
  spec: {
    ...{ replicas, selector: { matchLabels: { app: name } }, template: template(name) },
    ...(kind === "StatefulSet" && { serviceName: name }),
  },
});
const job = (name: string) => ({
  apiVersion: "batch/v1",
  kind: "Job",
  metadata: { name },
  spec: { backoffLimit: 0, template: template(name, { restartPolicy: "Never" }) },
});
const claim = (name: string) => ({
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name },
  spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
});
const ingress = (name: string) => ({
  apiVersion: "networking.k8s.io/v1",
  kind: "Ingress",
  metadata: { name },
  spec: { rules: [{ host: "bron.test" }] },
});

const available = '{.status.conditions[?(@.type=="Available")].status}';
const counts = "{.status.observedGeneration} {.status.replicas} {.status.updatedReplicas}";

beforeAll(async () => {
  for (const namespace of [ours, others]) await kubectl(["create", "namespace", namespace]);
});
afterAll(async () => {
  // Pods are let go by the double.
  await kubectl(["delete", "namespace", ours, others]);
  await nodes.stop();
});

test("there is none: what runs keeps objects and counts them", async () => {
  expect(readdirSync(cluster.layout.services).filter((name) => !name.startsWith("."))).toEqual([
    ...controlPlaneServices,
  ]);
  expect(await kubectl(["get", "nodes", "-o", "name"])).toBe("");
});

describe("says that", () => {
  test("the pods of a Deployment and a StatefulSet are ready, as many as there are", async () => {
    await make(ours, workload("Deployment", "a", 2), workload("StatefulSet", "a", 2));
    await inTheEnd("deployment/a", `${counts} {.status.readyReplicas} ${available}`).toBe("1 2 2 2 True");
    await inTheEnd("statefulset/a", `${counts} {.status.readyReplicas}`).toBe("1 2 2 2");
  });

  test("a Job came to its end, or failed", async () => {
    await make(ours, job("ends"), job("breaks"));
    await inTheEnd("job/ends", '{.status.conditions[?(@.type=="Complete")].status}').toBe("True");
    await inTheEnd("job/breaks", '{.status.conditions[?(@.type=="Failed")].reason}').toBe(
      "BackoffLimitExceeded",
    );
  });

  test("a pod that is deleted takes the time that it was given", async () => {
    const pod = "pod/a-0";
    const uid = await field(pod, "{.metadata.uid}");
    const began = Date.now();
    await kubectl(["delete", pod, "-n", ours, "--wait=false"]);
    await inTheEnd(pod, "{.metadata.uid}").not.toBe(uid);
    expect(Date.now() - began).toBeGreaterThan(500);
  });

  test("an Ingress answers somewhere", async () => {
    await make(ours, ingress("a"));
    await inTheEnd("ingress/a", "{.status.loadBalancer.ingress[*].ip}").not.toBe("");
  });

  test("a claim has a volume, which goes after it", async () => {
    await make(ours, claim("a"));
    await inTheEnd("pvc/a", "{.status.phase}").toBe("Bound");
    const volume = `pv/${await field("pvc/a", "{.spec.volumeName}")}`;
    expect(await field(volume, "{.spec.claimRef.name}")).toBe("a");
    await kubectl(["delete", "pvc/a", "-n", ours]);
    await inTheEnd(volume, "{.metadata.name}").toBe("");
  });
});

describe("says nothing of", () => {
  test("what is left unready, while another one beside it is, until it is decided otherwise", async () => {
    await make(ours, workload("Deployment", "unready", 1), workload("Deployment", "b", 1));
    await inTheEnd("deployment/b", available).toBe("True");
    expect(await field("deployment/unready", `${counts} ${available}`)).toBe("1 1 1 False");
    await nodes.decide((pod) => (isOfNext(pod) ? "waits" : usual(pod)));
    await inTheEnd("deployment/unready", available).toBe("True");
  });

  test("a newer version whose pods wait: what is known of the one before is not taken for it", async () => {
    const next = { spec: { template: { spec: { containers: [{ name: "main", image: "next" }] } } } };
    await kubectl(["patch", "deployment/b", "-n", ours, "-p", JSON.stringify(next)]);
    await inTheEnd("deployment/b", "{.status.observedGeneration} {.status.updatedReplicas}").toBe("2 1");
    expect(await field("deployment/b", "{.status.readyReplicas} {.status.unavailableReplicas}")).toBe("1 1");
    await nodes.decide(usual);
    await inTheEnd("deployment/b", `${counts} {.status.readyReplicas}`).toBe("2 1 1 1");
  });

  test("what is in other namespaces", async () => {
    await make(others, workload("Deployment", "a", 1), claim("a"), ingress("a"));
    await inTheEnd("deployment/a", "{.status.unavailableReplicas}", others).toBe("1");
    await make(ours, workload("Deployment", "c", 1), claim("c"), ingress("c"));
    await inTheEnd("deployment/c", available).toBe("True");
    await inTheEnd("pvc/c", "{.status.phase}").toBe("Bound");
    await inTheEnd("ingress/c", "{.status.loadBalancer.ingress[*].ip}").not.toBe("");
    expect(await field("deployment/a", available, others)).toBe("False");
    expect(await field("pvc/a", "{.status.phase}", others)).toBe("Pending");
    expect(await field("ingress/a", "{.status.loadBalancer.ingress[*].ip}", others)).toBe("");
  });
});
