import { BlockList } from "node:net";
import { describe, expect, test } from "vitest";
import type { NetworkPolicy } from "../../../components/foundation/manifest/manifest.ts";
import {
  allowFrom,
  allowTo,
  allowToEndpoint,
  allowToInternet,
  allowToPeers,
  allowToServer,
  defaultDeny,
} from "../../../components/foundation/network-policy/manifests.ts";
import { ingressPresets } from "../../../components/foundation/site/ingress.ts";
import { cacheWorkload } from "../../../components/platform/cache/manifests.ts";
import { serverWorkload } from "../../../components/platform/database/manifests.ts";
import { workloadOf } from "../../../components/services/nextcloud/workloads.ts";

const [web, database] = [workloadOf("bron", "web"), serverWorkload({ commune: "bron", server: "database" })];

test("a namespace is closed both ways by default", () => {
  expect(defaultDeny({ commune: "bron", service: "nextcloud" }).spec).toEqual({
    podSelector: {},
    policyTypes: ["Ingress", "Egress"],
  });
});

describe("an opening", () => {
  test("has two halves that name each other's pods and the same port", () => {
    const [to, from] = [allowTo([web], database, 5432), allowFrom([web], database, 5432)];
    expect(to.metadata.namespace).toBe("bron-nextcloud");
    expect(from.metadata.namespace).toBe("bron-database");
    expect(to.spec).toMatchObject({
      podSelector: { matchLabels: { "app.kubernetes.io/component": "web" } },
      egress: [{ to: [{ podSelector: from.spec.podSelector }], ports: [{ protocol: "TCP", port: 5432 }] }],
    });
    expect(from.spec).toMatchObject({
      ingress: [{ from: [{ podSelector: to.spec.podSelector }], ports: [{ protocol: "TCP", port: 5432 }] }],
    });
  });

  test("for several workloads of a service is one policy, and selects these alone", () => {
    const cron = workloadOf("bron", "cron");
    const [to, from] = [allowTo([web, cron], database, 5432), allowFrom([web, cron], database, 5432)];
    expect(to.metadata.name).toBe("nextcloud-to-database-server");
    expect(from.metadata.name).toBe("database-server-from-nextcloud");
    expect(to.metadata.labels["app.kubernetes.io/component"]).toBe("web.cron");
    const podSelector = {
      matchLabels: { "app.kubernetes.io/instance": "bron-nextcloud" },
      matchExpressions: [{ key: "app.kubernetes.io/component", operator: "In", values: ["web", "cron"] }],
    };
    expect(to.spec.podSelector).toEqual(podSelector);
    expect(from.spec).toMatchObject({ ingress: [{ from: [{ podSelector }] }] });
  });

  test("never reaches the same workload of another commune", () => {
    expect(JSON.stringify(allowTo([web], database, 5432))).not.toContain("lyon");
    expect(
      allowTo([workloadOf("lyon", "web")], serverWorkload({ commune: "lyon", server: "database" }), 5432)
        .spec,
    ).not.toEqual(allowTo([web], database, 5432).spec);
  });

  test("has a name of its own in its namespace", () => {
    const cache = cacheWorkload({ commune: "bron", service: "nextcloud" });
    const names = [
      allowTo([web], cache, 6379),
      allowFrom([web], cache, 6379),
      allowTo([web], database, 5432),
    ].map(({ metadata }) => metadata.name);
    expect(new Set(names).size).toBe(3);
  });
});

/** A site that says nothing of its network. */
const places = {
  privatePeers: [],
  privateEndpoints: [],
  clusterRanges: [],
  ingress: ingressPresets.traefik.source,
};

/** The addresses of a list that a policy lets pods reach, by the rules of Kubernetes. */
function reached(policy: NetworkPolicy, addresses: readonly string[]): string[] {
  const blocks = (policy.spec.egress ?? []) as unknown as {
    to: { ipBlock?: { cidr: string; except?: string[] } }[];
  }[];
  const isIn = (address: string, cidr: string) => {
    const [network = "", prefix = ""] = cidr.split("/");
    const list = new BlockList();
    list.addSubnet(network, Number(prefix), network.includes(":") ? "ipv6" : "ipv4");
    return (
      network.includes(":") === address.includes(":") &&
      list.check(address, address.includes(":") ? "ipv6" : "ipv4")
    );
  };
  return addresses.filter((address) =>
    blocks
      .flatMap(({ to }) => to)
      .some(
        ({ ipBlock: { cidr, except = [] } = { cidr: "0.0.0.0/32" } }) =>
          isIn(address, cidr) && !except.some((range) => isIn(address, range)),
      ),
  );
}

describe("the cluster's own public addresses", () => {
  const [pod, node, other] = ["2001:db8:42::17", "198.51.100.7", "2001:db8:43::17"];
  const clusterRanges = ["2001:db8:42::/48", "198.51.100.0/28", "fd00:42::/48", "10.0.0.0/8"];
  const address = "https://connexion.bron.test";
  const openings = [
    allowToPeers([web], { ...places, clusterRanges }),
    allowToInternet([web], "apps", { ...places, clusterRanges }),
    allowToEndpoint([web], "identity", address, { ...places, clusterRanges }),
  ];

  test("are no part of the Internet where the site says which they are", () => {
    for (const opening of openings) expect(reached(opening, [pod, node, other])).toEqual([other]);
    expect(reached(allowToPeers([web], places), [pod, node, other])).toEqual([pod, node, other]);
  });

  test("are excepted as the API server wants it: from the range that they are a part of, and once", () => {
    const excepts = openings.flatMap(({ spec }) => JSON.stringify(spec).match(/"except":\[[^\]]*\]/g) ?? []);
    expect(excepts).toHaveLength(6);
    expect(excepts.join()).not.toContain("fd00");
    expect(excepts.filter((list) => list.split("10.0.0.0/8").length > 2)).toEqual([]);
    expect(JSON.stringify(allowToPeers([web], places).spec)).toContain('{"cidr":"2000::/3"}');
  });

  test("are reached where peers or declared servers are said to be there", () => {
    const privateEndpoints = ["2001:db8:42::17/128"];
    const opening = allowToEndpoint([web], "identity", address, {
      ...places,
      clusterRanges,
      privateEndpoints,
    });
    expect(reached(opening, [pod, node])).toEqual([pod]);
  });
});

test("the opening to the Internet is none to private addresses", () => {
  const { egress } = allowToInternet([web], "apps", { clusterRanges: [] }).spec;
  expect(egress).toHaveLength(1);
  expect(egress).toMatchObject([{ ports: [{ protocol: "TCP", port: 443 }] }]);
  const reaches = JSON.stringify(egress);
  for (const range of ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"])
    expect(reaches).toContain(range);
});

describe("the opening to a server that is declared", () => {
  const inside = ["10.1.2.3", "172.16.0.1", "192.168.77.10", "100.64.0.1", "169.254.169.254", "127.0.0.1"];
  const inside6 = ["fd00::1", "fe80::1", "::1", "::ffff:10.1.2.3"];
  const outsideAddresses = ["203.0.113.10", "2001:db8::1"];

  test("of the web leads to the Internet on its port, and to private addresses only where the site says so", () => {
    const opening = (address: string, privateEndpoints: string[] = []) =>
      allowToEndpoint([web], "identity", address, { ...places, privateEndpoints });
    const provider = opening("https://connexion.bron.test/realms/agents");
    expect(reached(provider, [...inside, ...inside6, ...outsideAddresses])).toEqual(outsideAddresses);
    expect(reached(opening("https://a.test", ["10.1.2.3/32"]), inside)).toEqual(["10.1.2.3"]);
    const ports = ["https://a.test", "https://a.test:3900", "http://a.test"].map(
      (address) => opening(address).spec.egress,
    );
    expect(ports).toMatchObject([443, 3900, 80].map((port) => [{ ports: [{ protocol: "TCP", port }] }]));
  });

  test("of the web leads through the same cluster's ingress controller, whatever its port, only where the site says so", () => {
    const opening = (privateEndpoints: string[]) =>
      allowToEndpoint([web], "identity", "https://a.test:8443", { ...places, privateEndpoints }).spec.egress;
    expect(opening(["10.96.0.80/32"])).toMatchObject([
      { ports: [{ protocol: "TCP", port: 8443 }] },
      { to: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "traefik" } } }] },
    ]);
    expect(opening([])).toHaveLength(1);
  });

  test("of another protocol leads anywhere on its port, but to this machine and to its wire", () => {
    const relay = allowToServer([web], "mail", 587);
    expect(reached(relay, inside)).toEqual(inside.slice(0, 4));
    expect(reached(relay, ["fd00::1", "fe80::1", "::1", ...outsideAddresses])).toEqual([
      "fd00::1",
      ...outsideAddresses,
    ]);
  });
});

describe("the opening to peers", () => {
  const reaches = (privatePeers: string[]) =>
    JSON.stringify(allowToPeers([web], { ...places, privatePeers }).spec);

  test("leaves private addresses closed: a forged address in a post cannot reach the inside", () => {
    for (const range of ["10.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.0/8"]) {
      expect(reaches([])).toContain(range);
    }
    expect(reaches([])).not.toContain("traefik");
  });

  test("admits the private ranges that the site declares, and peers behind the same ingress controller", () => {
    expect(reaches(["10.96.0.80/32"])).toContain('{"ipBlock":{"cidr":"10.96.0.80/32"}}');
    expect(reaches(["10.96.0.80/32"])).toContain('"kubernetes.io/metadata.name":"traefik"');
  });
});
