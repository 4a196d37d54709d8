import { readFileSync } from "node:fs";
import { join } from "node:path";
import yaml from "js-yaml";
import { describe, expect, test } from "vitest";
import { communeSchema } from "../../../components/commune/declaration.ts";
import { planCommune } from "../../../components/commune/plan.ts";
import { watchedOf } from "../../../components/commune/watched.ts";
import { federationSchema } from "../../../components/federation/members.ts";
import { namespaceOf, selectorOf, type Workload } from "../../../components/foundation/manifest/labels.ts";
import type { Watched } from "../../../components/foundation/part/watched.ts";
import { siteSchema } from "../../../components/foundation/site/settings.ts";
import { siteOf } from "../../../components/foundation/site/site.ts";
import { configuration } from "../../../components/platform/monitoring/configuration.ts";
import { monitoringNetworkPolicies } from "../../../components/platform/monitoring/manifests.ts";
import { monitoringProblems } from "../../../components/platform/monitoring/plan.ts";
import { alertFilesOf, clusterAlerts } from "../../../components/platform/monitoring/rules.ts";
import { addressOf, bucketTargets } from "../../../components/platform/monitoring/targets.ts";
import { monitoringWorkload } from "../../../components/platform/monitoring/workloads.ts";
import { checkout } from "../../../local/paths.ts";
import { anchorOf } from "../../../scripts/docs/site.ts";
import { guideBlocks } from "../../guide-blocks.ts";
import { readGolden } from "../../registrations/golden.ts";
import { kubernetesObjects } from "../../registrations/objects.ts";
import { spec as nextcloudSpec } from "../services/nextcloud-spec.ts";
import { allAlerts, allFiles, tried } from "./monitoring/rules.ts";

const read = (file: string) => readFileSync(join(checkout, file), "utf8");
const metropolis = federationSchema.parse(yaml.load(read("stacks/federation.yaml")));
const site = siteOf(siteSchema.parse({}));
const planOf = (written: object) => planCommune(communeSchema.parse(written), site, { metropolis });

const example = yaml.load(read("stacks/examples/monitored.yaml")) as { monitoring: object; mail: object };
const plan = planOf(example);
const targets = watchedOf(plan);

const media = {
  ...{ endpoint: "https://s3.bron.fr:9000", bucket: "bron-media", publicHost: "media.bron.fr" },
};

/** Texts of the configuration of the example with another section. */
function filesOf(more: object): Record<string, string> {
  const { monitoring } = planOf({ ...example, ...more });
  if (monitoring === undefined) throw new Error("no monitoring was planned");
  return configuration(monitoring, targets);
}

describe("alerts", () => {
  test("each names a section of the page that says what to do", () => {
    const file = "docs/fr/depannage.md";
    const page = read(file);
    const headings = page.matchAll(/^##+ (?!L’arbre de décision$)(.*)$/gm);
    const sections = [...headings].map(([, heading = ""]) => `${file}#${anchorOf(heading)}`);
    const named = new Set(allAlerts.map(({ annotations }) => annotations.runbook_url));
    expect([...named].filter((url) => !sections.includes(url))).toEqual([]);
    // Symptoms that no alert sees are found by the tree.
    const linked = new Set([...page.matchAll(/\]\((#[^)]+)\)/g)].map(([, anchor]) => `${file}${anchor}`));
    expect(sections.filter((url) => !named.has(url) && !linked.has(url))).toEqual([]);
  });

  test("that page says the same in both languages: as many sections, each with the same commands", () => {
    const sectionsOf = (file: string) =>
      read(file)
        .split(/^##+ .*$/m)
        .map((text) => guideBlocks(text).map((block) => block.text));
    expect(sectionsOf("docs/fr/depannage.md")).toEqual(sectionsOf("docs/troubleshooting.md"));
  });

  test("each is tried, and each that is tried is there", () => {
    expect(allAlerts.length).toBeGreaterThan(30);
    expect(Object.keys(tried).sort()).toEqual(allAlerts.map(({ alert }) => alert).sort());
    // A watchdog that stays silent is none.
    const neverSilent = Object.entries(tried).filter(([, { silent }]) => silent === undefined);
    expect(neverSilent.map(([alert]) => alert)).toEqual(["Watchdog"]);
  });

  test("each job has some, and one that fires when nothing is known of it any more", () => {
    const mastodon = { expectedUsers: 20_000 };
    const several = watchedOf(planOf({ ...example, availability: "node-loss", mastodon, media }));
    const files = [...alertFilesOf(several), ...clusterAlerts].map(({ file }) => file);
    expect(["monitoring", ...files].sort()).toEqual([...allFiles].sort());
    const absent = allAlerts.filter(({ expr }) => expr.startsWith("absent("));
    expect(absent.map(({ file }) => file).sort()).toEqual([...allFiles].sort());
  });

  test("on restore points and services are those of a commune that has some", () => {
    const filesOf = (more: object) => alertFilesOf(watchedOf(planOf({ ...example, ...more })));
    const names = (more: object) => filesOf(more).map(({ file }) => file);
    expect(names({ recovery: undefined })).not.toContain("points");
    expect(names({ nextcloud: undefined, mastodon: undefined })).not.toContain("services");
    const often = filesOf({ recovery: { vaults: ["lyon"], filesEvery: "6 hours" } });
    expect(often.find(({ file }) => file === "points")?.values).toEqual({ EVERY: 6 * 3600 });
  });

  test("on restore points are there once, whether the reconciler hears of them from a vault or a keeper from a bucket", () => {
    const buckets = {
      coffre: { endpoint: "https://s3.gra.io.cloud.ovh.net", region: "gra", bucket: "bron" },
    };
    const names = (vaults: readonly string[]) =>
      alertFilesOf(watchedOf(planOf({ ...example, recovery: { vaults, buckets } }))).map(({ file }) => file);
    for (const vaults of [["coffre"], ["lyon"], ["coffre", "lyon"]])
      expect(names(vaults).filter((file) => file === "points")).toEqual(["points"]);
  });

  test("are about one commune: another one's figures may be in the same Prometheus", () => {
    const everybody = allAlerts.filter(({ expr }) => !/commune="bron"|namespace=~"bron-/.test(expr));
    // Nodes are everybody's.
    expect(everybody.map(({ alert }) => alert).sort()).toEqual([
      "NodeUnavailable",
      "NodesAbsent",
      "Watchdog",
    ]);
  });
});

interface Policy {
  podSelector: { matchLabels: Record<string, string> };
  ingress?: { from: { podSelector?: Policy["podSelector"] }[]; ports: { port: number }[] }[];
  egress?: { to: { podSelector?: Policy["podSelector"] }[]; ports: { port: number }[] }[];
}

describe("what is watched", () => {
  const objects = kubernetesObjects(readGolden("examples-monitored"));
  const inNamespaceOf = (workload: Workload, kind: string) =>
    objects.filter((each) => each.kind === kind && each.metadata.namespace === namespaceOf(workload));
  const server = monitoringWorkload({ commune: "vaulx-en-velin", keepHours: 1 });
  const selects = (selector: Policy["podSelector"] | undefined, workload: Workload) =>
    JSON.stringify(Object.entries(selector?.matchLabels ?? {}).sort()) ===
    JSON.stringify(Object.entries(selectorOf(workload)).sort());

  function opened({ workload, port }: Watched) {
    const there = inNamespaceOf(workload, "NetworkPolicy").map(({ spec }) => spec as Policy);
    const here = inNamespaceOf(server, "NetworkPolicy").map(({ spec }) => spec as Policy);
    return {
      in: there.some(
        ({ podSelector, ingress = [] }) =>
          selects(podSelector, workload) &&
          ingress.some(
            ({ from, ports }) =>
              selects(from[0]?.podSelector, server) && ports.some((each) => each.port === port),
          ),
      ),
      out: here.some(
        ({ podSelector, egress = [] }) =>
          selects(podSelector, server) &&
          egress.some(
            ({ to, ports }) =>
              selects(to[0]?.podSelector, workload) && ports.some((each) => each.port === port),
          ),
      ),
    };
  }

  const named = targets.watched.map((each): [string, Watched] => [addressOf(each), each]);

  test("is everything that holds data, links or copies", () => {
    const pods = targets.watched.map(({ workload: { service, component } }) => `${service} ${component}`);
    expect(pods.sort()).toEqual([
      "database server",
      "database-keeper copier",
      "directory server",
      "federation reconciler",
      "mastodon cache",
      "mastodon streaming",
      "nextcloud cache",
      "vault-lyon server",
    ]);
    expect(targets.sites.map(({ host }) => host)).toContain("cloud.vaulx-en-velin.test");
  });

  test.each(named)("%s has a name, and a port that both sides open", (address, watched) => {
    expect(opened(watched)).toEqual({ in: true, out: true });
    const [service = ""] = address.split(".");
    const found = inNamespaceOf(watched.workload, "Service").find(
      ({ metadata }) => metadata.name === service,
    );
    expect(found?.spec).toMatchObject({ selector: selectorOf(watched.workload) });
    expect(found?.spec).toMatchObject({ ports: [{ port: watched.port }] });
  });

  test("has a container that listens on that port", () => {
    const listening = objects.flatMap(({ metadata, spec }) => {
      const { template } = (spec ?? {}) as {
        template?: { spec?: { containers?: { ports?: { containerPort: number }[] }[] } };
      };
      const ports = template?.spec?.containers?.flatMap((each) => each.ports ?? []) ?? [];
      return ports.map(({ containerPort }) => `${metadata.namespace} ${containerPort}`);
    });
    const missing = targets.watched.filter(
      ({ workload, port }) => !listening.includes(`${namespaceOf(workload)} ${port}`),
    );
    expect(missing).toEqual([]);
  });
});

describe("buckets outside the cluster", () => {
  const objects = { endpoint: "https://s3.bron.fr:9000", bucket: "bron-documents", addressing: "host" };
  const withBuckets = planOf({ ...example, media, nextcloud: { objects } });
  const asked = watchedOf(withBuckets);

  test("are asked for without a key, one that services share once", () => {
    expect(bucketTargets("vaulx-en-velin", asked)).toEqual([
      {
        targets: ["https://bron-documents.s3.bron.fr:9000/"],
        labels: expect.objectContaining({ bucket: "bron-documents", services: "nextcloud" }),
      },
      {
        targets: ["https://s3.bron.fr:9000/bron-media"],
        labels: expect.objectContaining({ bucket: "bron-media", services: "mastodon" }),
      },
    ]);
    const shared = { ...asked, buckets: asked.buckets.map((each) => ({ ...each, bucket: "one" })) };
    const paths = { buckets: shared.buckets.map((each) => ({ ...each, addressing: "path" as const })) };
    const [one, ...others] = bucketTargets("vaulx-en-velin", { ...shared, ...paths });
    expect(one?.labels.services).toBe("nextcloud, mastodon");
    expect(others).toEqual([]);
  });

  test("are reached at their port", () => {
    const { monitoring } = withBuckets;
    if (monitoring === undefined) throw new Error("no monitoring was planned");
    const spec = { ...monitoring, targets: asked, places: nextcloudSpec.peers, secretLabels: [] };
    const toBuckets = monitoringNetworkPolicies(spec).own.filter(({ metadata }) =>
      metadata.name.includes("buckets"),
    );
    expect(toBuckets.map(({ spec: { egress } }) => egress)).toEqual([
      [expect.objectContaining({ ports: [{ protocol: "TCP", port: 9000 }] })],
    ]);
  });
});

describe("letters", () => {
  const alertmanager = (more: object) =>
    yaml.load(filesOf(more)["alertmanager.yaml"] ?? "") as {
      global: Record<string, unknown>;
      receivers: { email_configs: { to: string }[] }[];
    };

  test("go to the commune's contact where nobody is declared", () => {
    const to = (monitoring: object) => alertmanager({ monitoring }).receivers[0]?.email_configs[0]?.to;
    expect(to({})).toBe("numerique@vaulx-en-velin.test");
    expect(to({ recipients: ["a@bron.test", "b@bron.test"] })).toBe("a@bron.test, b@bron.test");
  });

  test.each([
    ["starttls", { smtp_require_tls: true, smtp_force_implicit_tls: false }],
    ["tls", { smtp_require_tls: false, smtp_force_implicit_tls: true }],
    ["none", { smtp_require_tls: false, smtp_force_implicit_tls: false }],
  ])("by a relay with %s are sent as it wants them", (encryption, told) => {
    const { global } = alertmanager({ mail: { relay: "smtp.bron.test", encryption } });
    expect(global).toMatchObject({ smtp_smarthost: "smtp.bron.test:587", ...told });
    expect(global).not.toHaveProperty("smtp_auth_username");
  });

  test("read the password of the relay from a file", () => {
    expect(alertmanager({}).global).toMatchObject({
      smtp_auth_username: "nuage",
      smtp_auth_password_file: "/run/secrets/monitoring/mail-password",
    });
  });

  test("need a relay: the declaration is refused without one, unless the cluster tells people", () => {
    const { mail: _, ...silent } = example;
    const problems = (monitoring: object) =>
      monitoringProblems(communeSchema.parse({ ...silent, monitoring }));
    expect(problems({})).toEqual([
      { field: ["monitoring"], message: expect.stringContaining("Write mail: with its relay") },
    ]);
    expect(problems({ use: "cluster" })).toEqual([]);
  });
});
