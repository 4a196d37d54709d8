import { describe, expect, test } from "vitest";
import {
  type Availabilities,
  kindOf,
  nodeProblems,
  treatmentOf,
  treatments,
  type WorkloadKind,
} from "../../../components/foundation/availability/availability.ts";
import { treated } from "../../../components/foundation/availability/pods.ts";

const labels = { "commune.cloud/service": "mastodon" };
const selector = { matchLabels: { app: "a" } };
const workload = (kind: string, spec: object, pod: object = {}) => ({
  ...{ kind, metadata: { name: "a", labels } },
  spec: { ...spec, selector, template: { spec: { containers: [], ...pod } } },
});
const rolling = { replicas: 1, strategy: { type: "RollingUpdate" } };
const recreated = { replicas: 1, strategy: { type: "Recreate" } };
const claim = { volumes: [{ name: "media", persistentVolumeClaim: { claimName: "a" } }] };

const examples: readonly (readonly [string, ReturnType<typeof workload>, WorkloadKind])[] = [
  ["a web that runs twice", workload("Deployment", { ...rolling, replicas: 2 }), "repeated"],
  ["a web that runs once", workload("Deployment", rolling), "replaced"],
  ["a web whose files are on a volume", workload("Deployment", { ...rolling, replicas: 2 }, claim), "volume"],
  ["a scheduler", workload("Deployment", recreated), "exclusive"],
  ["workers", workload("Deployment", { ...recreated, replicas: 2 }), "repeated"],
  ["a cache with a queue", workload("Deployment", recreated, claim), "volume"],
  ["a database server", workload("StatefulSet", { volumeClaimTemplates: [{}] }), "volume"],
  ["a Job", workload("Job", {}, claim), "job"],
];

test.each(examples)("%s is of its kind, by its object alone", (_, object, kind) => {
  expect(kindOf(object)).toBe(kind);
});

test("what starts no pods is no workload", () => {
  expect(kindOf({ kind: "Service", spec: {} })).toBeUndefined();
});

test("single is what every builder makes: nothing is added to any kind", () => {
  for (const [, object, kind] of examples) expect(treated(object, treatments[kind].single)).toEqual(object);
});

describe("a treatment", () => {
  const everywhere: Availabilities = { commune: "node-loss", services: {} };

  test("adds tolerations to the site's, and spreads by the Deployment's own selector", () => {
    const ours = { key: "dedicated", operator: "Exists", effect: "NoSchedule" };
    const object = workload("Deployment", { ...rolling, replicas: 2 }, { tolerations: [ours] });
    const bound = (key: string) => ({
      ...{ key: `node.kubernetes.io/${key}`, operator: "Exists", effect: "NoExecute", tolerationSeconds: 30 },
    });
    expect(treated(object, treatments.repeated["node-loss"])).toEqual(
      workload(
        "Deployment",
        { ...rolling, replicas: 2 },
        {
          tolerations: [ours, bound("not-ready"), bound("unreachable")],
          topologySpreadConstraints: [
            {
              ...{ maxSkew: 1, topologyKey: "kubernetes.io/hostname", whenUnsatisfiable: "ScheduleAnyway" },
              labelSelector: selector,
            },
          ],
        },
      ),
    );
  });

  test("changes no Job, no volume's pod and nothing that must not run twice", () => {
    for (const kind of ["job", "volume", "exclusive"] as const)
      expect(treatments[kind]["node-loss"]).toEqual(treatments[kind].single);
  });

  test("is the service's own where it declares one, and none of an association's", () => {
    const object = workload("Deployment", rolling);
    expect(treatmentOf(object, everywhere)?.boundSeconds).toBe(30);
    const own: Availabilities = { commune: "node-loss", services: { mastodon: "single" } };
    expect(treatmentOf(object, own)?.boundSeconds).toBeUndefined();
    const hosted = { ...labels, "commune.cloud/tenant": "chorale" };
    expect(treatmentOf({ ...object, metadata: { labels: hosted } }, everywhere)).toBeUndefined();
  });
});

test("fewer than three nodes are a problem of the field that asks for more", () => {
  const fields = (
    commune: "single" | "node-loss",
    mastodon: "single" | "node-loss",
    nodes: number,
    servers: Parameters<typeof nodeProblems>[1] = [],
  ) => nodeProblems({ commune, services: { mastodon } }, servers, nodes).map(({ field }) => field.join("."));
  expect(fields("node-loss", "node-loss", 2)).toEqual(["availability"]);
  expect(fields("single", "node-loss", 2)).toEqual(["mastodon.availability"]);
  expect(fields("single", "single", 1)).toEqual([]);
  expect(fields("node-loss", "node-loss", 3)).toEqual([]);
  const shared = { field: ["database"], service: undefined };
  const own = { field: ["mastodon", "dedicatedDatabase"], service: "mastodon" };
  expect(fields("single", "single", 2, [shared, own])).toEqual([
    "database.availability",
    "mastodon.dedicatedDatabase.availability",
  ]);
  expect(fields("single", "node-loss", 2, [own])).toEqual(["mastodon.availability"]);
});
