import { describe, expect, test } from "vitest";
import { cacheWorkload } from "../../components/cache/manifests.ts";
import { serverWorkload } from "../../components/database/manifests.ts";
import {
  allowFrom,
  allowFromIngressController,
  allowTo,
  allowToInternet,
  allowToPeers,
  defaultDeny,
} from "../../components/network-policy/manifests.ts";
import { cronWorkload, webWorkload } from "../../components/nextcloud/spec.ts";

const [web, database] = [webWorkload("bron"), serverWorkload({ commune: "bron", server: "database" })];

test("a namespace is closed both ways by default", () => {
  expect(defaultDeny("bron", "nextcloud").spec).toEqual({
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
    const cron = cronWorkload("bron");
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
      allowTo([webWorkload("lyon")], serverWorkload({ commune: "lyon", server: "database" }), 5432).spec,
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

  test("to the public comes from the ingress controller's namespace only", () => {
    expect(allowFromIngressController("traefik", web, 8080).spec).toMatchObject({
      ingress: [
        { from: [{ namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": "traefik" } } }] },
      ],
    });
  });
});

test("the opening to the Internet is none to private addresses", () => {
  const { egress } = allowToInternet([web], "apps").spec;
  expect(egress).toHaveLength(1);
  expect(egress).toMatchObject([{ ports: [{ protocol: "TCP", port: 443 }] }]);
  const reaches = JSON.stringify(egress);
  for (const range of ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"])
    expect(reaches).toContain(range);
});

describe("the opening to peers", () => {
  const reaches = (privatePeers: string[]) =>
    JSON.stringify(allowToPeers([web], { privatePeers, ingressNamespace: "traefik" }).spec);

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
