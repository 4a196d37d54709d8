import pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { communeSchema } from "../../components/commune/declaration.ts";
import { Commune } from "../../components/commune/index.ts";
import { planCommune } from "../../components/commune/plan.ts";
import { demoDomain } from "../../components/foundation/site/config.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { record } from "./recorder.ts";

/** Everything that a commune can have, so that a namespace or an opening that forgot its site shows. */
const declaration = communeSchema.parse({
  id: "bron",
  name: "Bron",
  insee: "69029",
  domain: "bron.test",
  population: 42_000,
  contact: "numerique@bron.test",
  nextcloud: {},
  mastodon: { retired: { since: "2026-01-01", data: "kept" } },
  peertube: { live: true, dedicatedDatabase: {} },
  federation: { with: ["lyon"] },
  hotspots: {},
  recovery: { host: { lyon: { space: "10 GiB" } } },
  schools: { libraries: { commune: { name: "Bron", folder: "library" } } },
});

interface Policy {
  kind: string;
  metadata: { name: string; namespace: string };
  spec: {
    egress?: { to?: object[]; toEntities?: string[]; ports?: { port: number; protocol: string }[] }[];
    ingress?: { from?: object[]; fromEntities?: string[]; toPorts?: object[] }[];
    endpointSelector?: object;
  };
}

async function policies(settings: Record<string, string>) {
  const site = siteOf(siteSchema.parse(settings));
  const registered = await record("bron", () => {
    new Commune(
      "bron",
      {
        plan: planCommune(declaration, site),
        site,
        seed: undefined,
        given: (name) => pulumi.secret(`given ${name}`),
      },
      {},
    );
  });
  const of = (kind: string) =>
    registered
      .filter(({ type }) => type.startsWith("kubernetes:") && type.endsWith(`:${kind}`))
      .map(({ inputs }) => inputs as Policy);
  return { plain: of("NetworkPolicy"), cilium: of("CiliumNetworkPolicy"), namespaces: of("Namespace") };
}

test("every namespace asks the name servers of its site, and no others", async () => {
  const { plain, namespaces } = await policies({ dns: "openshift,169.254.20.10/32" });
  const rules = plain.filter(({ metadata }) => metadata.name.endsWith("-to-dns"));
  expect(rules.map(({ metadata }) => metadata.namespace).sort()).toEqual(
    namespaces.map(({ metadata }) => metadata.name).sort(),
  );
  expect(rules.length).toBeGreaterThanOrEqual(7);
  const both = (port: number) => [
    { protocol: "UDP", port },
    { protocol: "TCP", port },
  ];
  for (const { spec } of rules) {
    expect(spec.egress).toEqual([
      {
        to: [
          {
            namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "openshift-dns" } },
            podSelector: { matchLabels: { "dns.operator.openshift.io/daemonset-dns": "default" } },
          },
        ],
        ports: both(5353),
      },
      { to: [{ ipBlock: { cidr: "169.254.20.10/32" } }], ports: both(53) },
    ]);
  }
});

const fromIngress = /-from-ingress$/;

test("visitors' requests come from the controller's pods alone, or from the nodes that it uses", async () => {
  const { plain, cilium } = await policies({ ingress: "k3s", ingressNodes: "10.1.0.0/24" });
  const entries = plain.filter(({ metadata }) => fromIngress.test(metadata.name));
  // Nextcloud, PeerTube and its live streams, schools, points, the vault, the descriptor.
  expect(entries).toHaveLength(7);
  for (const { spec } of entries) {
    expect(spec.ingress?.map(({ from }) => from)).toEqual([
      [
        {
          namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "kube-system" } },
          podSelector: { matchLabels: { "app.kubernetes.io/name": "traefik" } },
        },
        { ipBlock: { cidr: "10.1.0.0/24" } },
      ],
    ]);
  }
  expect(cilium).toEqual([]);
});

test("peers behind the same controller are reached on the port of its pods, and on no other", async () => {
  const through = async (settings: Record<string, string>) =>
    (await policies({ privatePeers: "10.9.0.0/16", ...settings })).plain
      .filter(({ metadata }) => metadata.name.endsWith("-to-peers"))
      .map(({ spec }) => spec.egress?.[1]);
  const nginx = {
    namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "ingress-nginx" } },
    podSelector: {
      matchLabels: { "app.kubernetes.io/name": "ingress-nginx", "app.kubernetes.io/component": "controller" },
    },
  };
  expect(await through({ ingress: "ingress-nginx" })).toEqual(
    Array.from({ length: 3 }, () => ({ to: [nginx], ports: [{ protocol: "TCP", port: 443 }] })),
  );
  expect(await through({ ingress: "cilium" })).toEqual([undefined, undefined, undefined]);
});

test("under Cilium, what no NetworkPolicy can name is opened by Cilium's own, and nothing else is", async () => {
  const names = ({ cilium }: Awaited<ReturnType<typeof policies>>) =>
    cilium.map(({ metadata }) => metadata.name).sort();
  const network = await policies({ networkPlugin: "cilium", apiPort: "443" });
  expect(names(network)).toEqual(["federation-reconciler-to-kubernetes"]);
  expect(network.cilium[0]?.spec).toEqual({
    endpointSelector: {
      matchLabels: {
        "app.kubernetes.io/instance": "bron-federation",
        "app.kubernetes.io/component": "reconciler",
      },
    },
    egress: [{ toEntities: ["kube-apiserver"], toPorts: [{ ports: [{ port: "443", protocol: "TCP" }] }] }],
  });
  expect(network.plain.filter(({ metadata }) => metadata.name.endsWith("-to-kubernetes"))).toEqual([]);

  const controller = await policies({ ingress: "cilium", certificate: "cert-manager:acme" });
  expect(controller.plain.filter(({ metadata }) => fromIngress.test(metadata.name))).toEqual([]);
  const entries = controller.cilium.filter(({ metadata }) => fromIngress.test(metadata.name));
  // Seven ways in, and the six namespaces with a public name have cert-manager's beside.
  expect(entries).toHaveLength(13);
  for (const { spec } of entries) {
    expect(spec.ingress).toMatchObject([{ fromEntities: ["ingress"] }]);
    expect(Object.keys(spec)).not.toContain("egress");
  }
  expect(names(controller)).toContain("federation-reconciler-to-kubernetes");
});

test("another domain than the declared one is for a stack that the demo made alone", () => {
  const at = (settings: Record<string, string>) => {
    pulumi.runtime.setAllConfig(settings);
    try {
      return demoDomain();
    } finally {
      pulumi.runtime.setAllConfig({});
    }
  };
  expect(at({})).toBeUndefined();
  expect(at({ "commune:domain": "essai.fr", "commune:madeBy": "demo" })).toBe("essai.fr");
  expect(() => at({ "commune:domain": "essai.fr" })).toThrow(
    /commune:domain "essai\.fr": is for the demo alone: write the domain in stacks\/.*Nothing was changed/s,
  );
  expect(() => at({ "commune:domain": "essai", "commune:madeBy": "demo" })).toThrow("has no dot");
});
