import { BlockList } from "node:net";
import { describe, expect, test } from "vitest";
import { frontConfig } from "../../components/exposure/front.ts";
import { exposureIngress, exposureService } from "../../components/exposure/manifests.ts";
import { webWorkload } from "../../components/nextcloud/manifests.ts";
import type { Certificate } from "../../components/site/site.ts";

const exposed = (certificate: Certificate) => ({
  workload: webWorkload("bron"),
  host: "cloud.bron.test",
  port: 8080,
  ingress: { className: "nginx", namespace: "ingress-nginx", certificate },
});

describe("a public name", () => {
  test("is served over TLS with the ingress controller's certificate by default", () => {
    const { metadata, spec } = exposureIngress(exposed({ from: "controller" }));
    expect(spec).toMatchObject({ ingressClassName: "nginx", tls: [{ hosts: ["cloud.bron.test"] }] });
    expect(metadata).not.toHaveProperty("annotations");
  });

  test("asks cert-manager for a certificate when the site has an issuer", () => {
    const { metadata, spec } = exposureIngress(exposed({ from: "cert-manager", issuer: "letsencrypt" }));
    expect(metadata.annotations).toEqual({ "cert-manager.io/cluster-issuer": "letsencrypt" });
    expect(spec).toMatchObject({ tls: [{ hosts: ["cloud.bron.test"], secretName: "nextcloud-tls" }] });
  });

  test("uses a given secret", () => {
    expect(exposureIngress(exposed({ from: "secret", name: "wildcard" })).spec).toMatchObject({
      tls: [{ secretName: "wildcard" }],
    });
  });

  test("leads to the pods' port through a Service that selects only them", () => {
    expect(exposureService(exposed({ from: "controller" })).spec).toEqual({
      selector: { "app.kubernetes.io/instance": "bron-nextcloud", "app.kubernetes.io/component": "web" },
      ports: [{ name: "http", port: 80, targetPort: 8080 }],
    });
  });
});

test("a visitor has an address of their own whatever the network of the cluster's pods", () => {
  const text = frontConfig({ robots: "index", bodyLimitGiB: 1, http: "", server: "" });
  const ranges = new BlockList();
  for (const [, address = "", prefix] of text.matchAll(/set_real_ip_from ([0-9a-f.:]+)\/(\d+);/g)) {
    ranges.addSubnet(address, Number(prefix), address.includes(":") ? "ipv6" : "ipv4");
  }
  const pods = ["10.42.0.9", "100.64.3.9", "172.16.0.9", "192.168.0.9", "fd00:10:42::9"];
  const visitors = ["203.0.113.9", "100.128.0.9", "2001:db8::9"];
  const isTrusted = (address: string) => ranges.check(address, address.includes(":") ? "ipv6" : "ipv4");
  expect([...pods, ...visitors].filter(isTrusted)).toEqual(pods);
});
