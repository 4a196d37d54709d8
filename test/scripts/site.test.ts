import { describe, expect, test } from "vitest";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import type { Facts } from "../../scripts/site/facts.ts";
import { findingsOf, settingsOf } from "../../scripts/site/findings.ts";
import { reportOf } from "../../scripts/site/report.ts";
import { k3s, kapsule, kubeadmCalico, kubeadmCilium, openshift, rke2, rke2Traefik } from "./site/clusters.ts";

const settings = (facts: Facts) => settingsOf(findingsOf(facts));
const of = (facts: Facts, subject: string) => {
  const finding = findingsOf(facts).find((each) => each.subject === subject);
  if (finding === undefined) throw new Error(`nothing is said of ${subject}`);
  return finding;
};
const tried = (facts: Facts, trial: Partial<Facts["trial"]>): Facts => ({
  ...facts,
  trial: facts.trial && { ...facts.trial, ...trial },
});

const clusters = { k3s, kubeadmCalico, kubeadmCilium, rke2, rke2Traefik, openshift, kapsule };
const names = Object.keys(clusters) as (keyof typeof clusters)[];

describe("the settings that fit", () => {
  const expected: Record<keyof typeof clusters, Record<string, string>> = {
    k3s: { ingress: "k3s", certificate: "cert-manager:letsencrypt" },
    kubeadmCalico: {
      ingress: "ingress-nginx",
      ingressNodes: "192.168.1.10/32",
      dns: "kube-dns,10.96.0.10/32,169.254.20.10/32",
    },
    kubeadmCilium: { ingress: "cilium", networkPlugin: "cilium" },
    rke2: { ingress: "rke2-ingress-nginx" },
    rke2Traefik: { ingress: "rke2-traefik" },
    openshift: { ingress: "openshift", dns: "openshift" },
    kapsule: {
      ingressClass: "entree",
      ingressNamespace: "entree",
      ingressPort: "9443",
      apiPort: "443",
      networkPlugin: "cilium",
    },
  };

  test.each(names)("%s are found", (name) => expect(settings(clusters[name])).toEqual(expected[name]));

  test.each(names)("%s are settings that a stack takes", (name) => {
    const { ingress, dns } = siteOf(siteSchema.parse(settings(clusters[name])));
    expect(dns.length).toBeGreaterThan(0);
    // Who passes requests on is a pod of this cluster, or Cilium.
    const { source } = ingress;
    const isThere = clusters[name].pods.some(
      ({ namespace, labels, ports }) =>
        source.by === "pods" &&
        (source.namespace["kubernetes.io/metadata.name"] ?? "openshift-ingress") === namespace &&
        Object.entries(source.labels).every(([label, value]) => labels[label] === value) &&
        ports.some(({ port }) => port === source.port),
    );
    expect(isThere || source.by === "cilium").toBe(true);
  });

  test("nothing stops a commune on any of them", () => {
    for (const name of names)
      expect(
        findingsOf(clusters[name]).filter(({ level }) => level === "stops"),
        name,
      ).toEqual([]);
  });
});

describe("what stops a commune", () => {
  test.each([
    [
      "a network that closes nothing",
      "policies",
      { closesIngress: false, closesEgress: false },
      "does not close anything",
    ],
    [
      "one that lets everything leave",
      "policies",
      { closesEgress: false },
      "does not close what leaves a pod",
    ],
    [
      "one that lets everything in",
      "policies",
      { closesIngress: false },
      "does not close what reaches a pod",
    ],
    ["pods that do not reach each other", "policies", { reaches: false }, "before any policy"],
    ["Pod Security that is off", "podSecurity", { podSecurity: false }, "privileged pod was accepted"],
    [
      "names that do not answer",
      "dns",
      { namesAnswer: false },
      "pods ask 10.43.0.10, and kube-dns did not answer",
    ],
    ["a name server that nobody knows", "dns", { nameServers: [] }, "who answers there was not found"],
    ["an API server that is not reached", "api", { apiAnswers: false }, "192.168.1.10:6443 was not reached"],
  ])("%s", (_, subject, trial, said) => {
    const finding = of(tried(k3s, trial), subject);
    expect(finding).toMatchObject({ level: "stops" });
    expect(finding.said.en).toContain(said);
  });

  test.each<[string, string, Partial<Facts>, string]>([
    ["an old Kubernetes", "version", { version: "v1.24.17" }, "needs 1.25 or later"],
    ["no controller", "ingress", { ingressClasses: [] }, "no IngressClass"],
    [
      "two classes and no default one",
      "ingress",
      {
        ingressClasses: [...rke2.ingressClasses, ...k3s.ingressClasses].map((one) => ({
          ...one,
          isDefault: false,
        })),
      },
      "several classes (nginx, traefik)",
    ],
    ["a controller that is not there", "ingress", { pods: [] }, "whose pods were not found"],
    ["no storage", "storage", { storageClasses: [] }, "no storage class"],
    [
      "two default classes",
      "storage",
      { storageClasses: kapsule.storageClasses.map((one) => ({ ...one, isDefault: true })) },
      "(sbs-5k, sbs-default)",
    ],
    [
      "rights that miss",
      "rights",
      { missingRights: ["create namespaces"] },
      "you may not: create namespaces",
    ],
    ["pods that did not start", "images", { trial: undefined, trialProblem: "ErrImagePull" }, "ErrImagePull"],
  ])("%s", (_, subject, facts, said) => {
    const finding = of({ ...k3s, ...facts }, subject);
    expect(finding.level).toBe("stops");
    expect(finding.said.en).toContain(said);
  });

  test("memory that the commune does not find", () => {
    const [enough, short] = [16_000, 16_001].map((memoryMiB) =>
      findingsOf(k3s, {
        commune: "bron",
        memoryMiB,
        toleratesNodeLoss: false,
        spreadsPostgresql: false,
      }).find(({ subject }) => subject === "nodes"),
    );
    expect([enough?.level, short?.level]).toEqual(["fits", "stops"]);
    expect(short?.said.fr).toContain("npx commune size bron");
  });
});

describe("what somebody should know", () => {
  test.each<[string, Facts, string, string]>([
    ["volumes that cannot grow", k3s, "storage", "cannot grow volumes"],
    ["no cert-manager", rke2, "certificates", "no cert-manager"],
    [
      "a controller on the nodes' network under Cilium",
      { ...kubeadmCalico, apiGroups: ["cilium.io"] },
      "ingress",
      "would be refused",
    ],
    ["several issuers", kubeadmCalico, "certificates", "(essai, letsencrypt)"],
    ["no issuer", kapsule, "certificates", "no ClusterIssuer"],
    [
      "quotas of somebody else's",
      tried(k3s, { uninvited: ["resourcequota/equipe"] }),
      "quotas",
      "resourcequota/equipe",
    ],
    [
      "global addresses of its own",
      tried(k3s, { podAddresses: ["10.42.0.9", "2001:db8::9"] }),
      "ipv6",
      "commune:clusterRanges",
    ],
  ])("%s", (_, facts, subject, said) => {
    const finding = of(facts, subject);
    expect(finding.level).toBe("care");
    expect(finding.said.en).toContain(said);
  });
});

describe("the report", () => {
  test("says every finding once, then the lines to type", () => {
    const findings = findingsOf(k3s);
    const text = reportOf(findings, settingsOf(findings), { commune: "bron", left: undefined }, "en");
    expect(text.split("\n").filter((line) => /^[✔!✘] /.test(line))).toHaveLength(findings.length);
    expect(text).toContain("  npx pulumi config set commune:ingress k3s -s bron");
    expect(text).toContain("of the trial is gone");
    expect(text).not.toContain("stop");
  });

  test("counts what stops, in French too", () => {
    const findings = findingsOf({ ...k3s, ingressClasses: [], storageClasses: [] });
    const text = reportOf(findings, {}, { commune: undefined, left: undefined }, "fr");
    expect(text).toContain("2 points empêchent d’y mettre une commune.");
    expect(text).not.toContain("lui conviennent");
  });

  test("says that the defaults fit where nothing stops, and how what is left goes", () => {
    const text = reportOf([], {}, { commune: undefined, left: "site-check-0a1b" }, "fr");
    expect(text).toContain("Les réglages par défaut lui conviennent.");
    expect(text).toContain(
      "encore là. Pour l’enlever : kubectl --context <name> delete namespace site-check-0a1b",
    );
    expect(text).not.toContain("est parti");
  });

  test("has no sentence that is the same in both languages, apart from names", () => {
    const all = names.flatMap((name) => findingsOf(clusters[name]));
    const same = all.filter(({ said }) => said.en === said.fr).map(({ subject }) => subject);
    expect([...new Set(same)].sort()).toEqual(["api", "version"]);
  });
});

describe("the loss of a node", () => {
  const [node] = kapsule.nodes;
  const nodes = (closed: number, open: number) =>
    Array.from({ length: closed + open }, (_, index) => ({
      ...{ architecture: "amd64", memoryMiB: 16_000, addresses: [] },
      name: `${node?.name}-${index}`,
      isSchedulable: index >= closed,
    }));
  const needed = { commune: "bron", memoryMiB: 1000, toleratesNodeLoss: true, spreadsPostgresql: false };

  test("is carried by the nodes that are left: the largest one's memory does not count", () => {
    const three = { ...kapsule, nodes: nodes(0, 3) };
    const [enough, short, single] = [
      { ...needed, memoryMiB: 32_000 },
      { ...needed, memoryMiB: 32_001 },
      { ...needed, memoryMiB: 32_001, toleratesNodeLoss: false, spreadsPostgresql: false },
    ].map((asked) => findingsOf(three, asked).find(({ subject }) => subject === "nodes"));
    expect([enough?.level, short?.level, single?.level]).toEqual(["fits", "stops", "fits"]);
    expect(short?.said.en).toContain("31.3 without the largest one");
  });

  test("is not carried by nodes that take no pods, unless these tolerate their taints", () => {
    const found = (closed: number, open: number, memoryMiB: number, toleratesNodeLoss = true) =>
      findingsOf(
        { ...kapsule, nodes: nodes(closed, open) },
        { ...needed, memoryMiB, toleratesNodeLoss },
      ).find(({ subject }) => subject === "nodes");
    expect(found(3, 3, 32_000)?.level).toBe("fits");
    expect(found(3, 3, 32_001)?.level).toBe("care");
    expect(found(3, 3, 32_001)?.said.en).toContain(
      "6, amd64, 93.8 GiB, of which 46.9 on nodes that take pods, 31.3 without the largest one, and bron asks for 31.3 GiB",
    );
    expect(found(3, 3, 48_000, false)?.level).toBe("fits");
    expect(found(3, 3, 48_001, false)?.said.fr).toContain(
      "dont 46.9 sur des nœuds qui prennent des pods, et bron",
    );
    expect(found(1, 0, 1000, false)?.level).toBe("care");
    expect(found(3, 3, 80_001)?.level).toBe("stops");
  });

  test.each([
    ["one node, asked by nobody", { ...k3s, nodes: nodes(0, 1) }, undefined, "fits", undefined],
    ["two nodes that take pods", { ...kapsule, nodes: nodes(3, 2) }, needed, "stops", undefined],
    [
      "three, of a version without its budgets",
      { ...kapsule, version: "v1.26.9", nodes: nodes(0, 3) },
      needed,
      "stops",
      undefined,
    ],
    ["three, and volumes from a network", { ...kapsule, nodes: nodes(0, 3) }, needed, "fits", "3"],
    ["four, and volumes on a node's disk", { ...k3s, nodes: nodes(3, 4) }, needed, "care", "4"],
  ] as const)("%s", (_, facts, asked, level, count) => {
    const found = findingsOf(facts, asked).find(({ subject }) => subject === "availability");
    expect([found?.level, found?.settings?.nodes]).toEqual([level, count]);
    expect(siteOf(siteSchema.parse(found?.settings ?? {})).nodes).toBe(Number(count ?? 1));
  });
});
