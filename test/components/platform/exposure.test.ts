import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { BlockList } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { ingressPresets } from "../../../components/foundation/site/ingress.ts";
import type { Certificate } from "../../../components/foundation/site/site.ts";
import { exposureIngress, exposureService } from "../../../components/platform/exposure/manifests.ts";
import { proxyConfig, proxyContainer } from "../../../components/platform/exposure/sidecar-proxy.ts";
import { proxyConfigMap as mastodonProxyConfigMap } from "../../../components/services/mastodon/sidecar-proxy.ts";
import { nextcloudProxy } from "../../../components/services/nextcloud/sidecar-proxy.ts";
import { workloadOf } from "../../../components/services/nextcloud/workloads.ts";
import { peertubeProxy } from "../../../components/services/peertube/sidecar-proxy.ts";
import { spec as mastodonSpec } from "../services/mastodon-spec.ts";

const exposed = (certificate: Certificate) => ({
  workload: workloadOf("bron", "web"),
  host: "cloud.bron.test",
  port: 8080,
  ingress: { kind: "ingress-nginx" as const, ...ingressPresets["ingress-nginx"], certificate },
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

  test("leads the paths that it names there, and every other one where it answers them too", () => {
    const paths = (more: object) =>
      exposureIngress({ ...exposed({ from: "controller" }), ...more }).spec?.rules;
    const found = (more: object) => JSON.stringify(paths(more)).match(/"path":"[^"]*","pathType":"\w+"/g);
    const [news, every] = ['"path":"/news","pathType":"Exact"', '"path":"/","pathType":"Prefix"'];
    expect(found({})).toEqual([every]);
    expect(found({ paths: ["/news"] })).toEqual([news]);
    expect(found({ paths: ["/news"], answersUnknown: true })).toEqual([news, every]);
  });

  test("leads to the pods' port through a Service that selects only them", () => {
    expect(exposureService(exposed({ from: "controller" })).spec).toEqual({
      selector: { "app.kubernetes.io/instance": "bron-nextcloud", "app.kubernetes.io/component": "web" },
      ports: [{ name: "http", port: 80, targetPort: 8080 }],
    });
  });
});

test("a visitor has an address of their own whatever the network of the cluster's pods", () => {
  const text = proxyConfig({ robots: "index", bodyLimitGiB: 1, http: "", server: "" });
  const ranges = new BlockList();
  for (const [, address = "", prefix] of text.matchAll(/set_real_ip_from ([0-9a-f.:]+)\/(\d+);/g)) {
    ranges.addSubnet(address, Number(prefix), address.includes(":") ? "ipv6" : "ipv4");
  }
  const pods = ["10.42.0.9", "100.64.3.9", "172.16.0.9", "192.168.0.9", "fd00:10:42::9"];
  const visitors = ["203.0.113.9", "100.128.0.9", "2001:db8::9"];
  const isTrusted = (address: string) => ranges.check(address, address.includes(":") ? "ipv6" : "ipv4");
  expect([...pods, ...visitors].filter(isTrusted)).toEqual(pods);
});

test("an ingress controller with a public address is trusted where the site says that it is the cluster's", () => {
  const clusterRanges = ["2001:db8:42::/48"];
  const { "nginx.conf": mastodon } = mastodonProxyConfigMap({
    ...mastodonSpec,
    peers: { ...mastodonSpec.peers, clusterRanges },
  }).data;
  for (const text of [nextcloudProxy(clusterRanges), peertubeProxy(clusterRanges), mastodon]) {
    expect(text).toContain("set_real_ip_from 2001:db8:42::/48;");
  }
});

test("the proxy starts without its IPv6 listener where the kernel has no IPv6, and with it elsewhere", () => {
  const folder = mkdtempSync(join(tmpdir(), "proxy-"));
  const { args = [] } = proxyContainer({
    resources: { cpu: 0.01, requestMiB: 16, limitMiB: 64 },
    probe: { path: "/", host: "cloud.bron.test" },
  });
  const config = nextcloudProxy();
  writeFileSync(join(folder, "nginx.conf"), config);
  const started = (families: string) => {
    const [shell = "", option = "", script = ""] = args as string[];
    const here = script
      .replaceAll("/tmp/", "/without/")
      .replaceAll("/etc/nginx/", `${folder}/`)
      .replaceAll("/without/", `${folder}/without-`)
      .replaceAll("/proc/net/if_inet6", join(folder, families))
      .replace(/exec nginx -c (\S+) .*$/, "cat $1");
    return execFileSync(shell, [option, here], { encoding: "utf8" });
  };
  expect(started("nginx.conf")).toBe(config);
  const without = started("nothing");
  expect(without).toBe(config.replace(/^ *listen \[::\]:8080;\n/m, ""));
  expect(without).toContain("listen 8080;");
  rmSync(folder, { recursive: true });
});
