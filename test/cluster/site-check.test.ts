import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { openCluster } from "../../local/cluster/index.ts";
import { checkout } from "../../local/paths.ts";
import type { Facts } from "../../scripts/site/facts.ts";
import type { SiteFinding } from "../../scripts/site/finding.ts";
import { Admissions } from "./admission.ts";

const cluster = openCluster(inject("cluster"));

const start = (...words: string[]) =>
  execa("node", [join(checkout, "scripts", "commune.js"), "site", "check", ...words], {
    env: cluster.environment,
    reject: false,
    // Cleaning takes longer than the five seconds after which execa would kill what it has told to end.
    forceKillAfterDelay: false,
  });
const kubectl = async (words: readonly string[]) =>
  (await execa("kubectl", words, { env: cluster.environment })).stdout;

interface Answer {
  facts: Facts;
  findings: SiteFinding[];
  settings: Record<string, string>;
}

async function check(...words: string[]) {
  const { exitCode, stdout, stderr } = await start("--json", ...words);
  const answer = JSON.parse(stdout) as Answer;
  const [namespace = ""] = /site-check-[0-9a-f]{8}/.exec(stderr) ?? [];
  return { exitCode, namespace, ...answer };
}
const isThere = (namespace: string) =>
  kubectl(["get", "namespace", namespace, "--ignore-not-found", "--output=name"]);

test("a cluster that a commune runs on is found fit, with nothing to set and nothing left in it", async () => {
  const { exitCode, namespace, facts, findings, settings } = await check("villeurbanne");
  expect(findings.filter(({ level }) => level === "stops")).toEqual([]);
  expect(exitCode).toBe(0);
  expect(settings).toEqual({});
  expect(facts.trial).toMatchObject({
    reaches: true,
    closesIngress: true,
    closesEgress: true,
    namesAnswer: true,
    apiAnswers: true,
    podSecurity: true,
    uninvited: [],
    resolvers: [cluster.layout.network.dns],
  });
  expect(namespace).not.toBe("");
  expect(await isThere(namespace)).toBe("");
});

test("its context goes to every call: one that is not there is refused before anything is made", async () => {
  const { exitCode, stderr, stdout } = await start("--context", "mairie");
  expect(exitCode).toBe(1);
  expect(stderr).toContain('context "mairie" does not exist');
  expect(stdout + stderr).not.toContain("site-check-");
});

test.each(["SIGINT", "SIGTERM"] as const)("%s ends the trial, and what it made goes", async (signal) => {
  const running = start();
  let told = "";
  running.stderr.on("data", (part: Buffer) => {
    told += part.toString();
  });
  const made = async () => {
    const [namespace] = /site-check-[0-9a-f]{8}/.exec(told) ?? [];
    return namespace === undefined ? "" : isThere(namespace);
  };
  await expect.poll(made, { timeout: 60_000, interval: 300 }).not.toBe("");
  running.kill(signal);
  // Whoever presses twice does not stop the cleaning.
  setTimeout(() => running.kill(signal), 500);
  const { exitCode, stderr } = await running;
  expect(exitCode).toBe(1);
  expect(stderr).toContain("interrupted. What was made in the cluster is removed.");
  expect(await made()).toBe("");
});

describe("a cluster that takes network policies and closes nothing", () => {
  const name = "site-check-closes-nothing";
  // As a network plugin that does not know policies: they are stored, and no pod is under them.
  const nothing = new Admissions(cluster.environment, [
    {
      kind: "MutatingAdmissionPolicy",
      name,
      spec: {
        reinvocationPolicy: "Never",
        matchConstraints: {
          resourceRules: [
            {
              apiGroups: ["networking.k8s.io"],
              apiVersions: ["v1"],
              operations: ["CREATE"],
              resources: ["networkpolicies"],
            },
          ],
        },
        matchConditions: [
          {
            name: "trial",
            expression: `object.metadata.namespace.startsWith("site-check-") || object.metadata.name == "${name}"`,
          },
        ],
        mutations: [
          {
            patchType: "JSONPatch",
            jsonPatch: {
              expression:
                '[JSONPatch{op: "replace", path: "/spec/podSelector", value: Object.spec.podSelector{matchLabels: {"nobody": "has-this"}}}]',
            },
          },
        ],
      },
    },
    { kind: "MutatingAdmissionPolicyBinding", name, spec: { policyName: name } },
  ]);
  const policy = {
    ...{ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy" },
    metadata: { namespace: "default", name },
    spec: { podSelector: {} },
  };

  beforeAll(() =>
    nothing.begin(async () => {
      const { spec } = await nothing.tried(policy);
      return "matchLabels" in spec.podSelector;
    }),
  );
  afterAll(() => nothing.end());

  test("is refused, with what to do, and is left as it was", async () => {
    const { exitCode, namespace, findings } = await check();
    expect(exitCode).toBe(1);
    const stops = findings.filter(({ level }) => level === "stops");
    expect(stops.map(({ subject }) => subject)).toEqual(["policies"]);
    expect(stops[0]?.said.en).toContain("does not close anything");
    expect(await isThere(namespace)).toBe("");
  });
});
