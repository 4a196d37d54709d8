import { describe, expect, test } from "vitest";
import { kubeDns } from "../../../components/foundation/network-policy/dns.ts";
import { clusterProblem } from "../../../components/foundation/site/cluster.ts";
import { dataHolderOptions } from "../../../components/foundation/site/data-holders.ts";
import { siteFacts } from "../../../components/foundation/site/facts.ts";
import { ingressPresets } from "../../../components/foundation/site/ingress.ts";
import { siteSchema } from "../../../components/foundation/site/settings.ts";
import { siteOf } from "../../../components/foundation/site/site.ts";

describe("a site", () => {
  test("without settings protects data and uses the ingress controller's own certificate", () => {
    expect(siteOf(siteSchema.parse({}))).toEqual({
      context: undefined,
      ingress: {
        kind: "traefik",
        className: "traefik",
        source: {
          by: "pods",
          namespace: { "kubernetes.io/metadata.name": "traefik" },
          labels: {},
          nodes: [],
          port: 8443,
        },
        certificate: { from: "controller" },
        annotations: {},
      },
      dns: [{ namespace: "kube-system", labels: { "k8s-app": "kube-dns" }, port: 53 }],
      networkPlugin: "any",
      operatorNamespace: "cnpg-system",
      storageClass: undefined,
      privatePeers: [],
      privateEndpoints: [],
      clusterRanges: [],
      authority: undefined,
      apiPort: 6443,
      monitoringLabels: {},
      registryMirrors: {},
      registryLogin: undefined,
      scheduling: { nodeSelector: {}, tolerations: [], priorityClass: undefined },
      nodes: 1,
      incarnation: 1,
      dataIsDisposable: false,
    });
  });

  test.each([
    ["cert-manager:letsencrypt", { from: "cert-manager", issuer: "letsencrypt" }],
    ["secret:wildcard", { from: "secret", name: "wildcard" }],
    ["secret:infra/bron.wildcard", { from: "copy", namespace: "infra", name: "bron.wildcard" }],
  ])("takes its certificates from %s", (certificate, expected) => {
    const site = siteOf(siteSchema.parse({ certificate }));
    expect(site.ingress.certificate).toEqual(expected);
    expect(siteFacts(site).certificate).toBe(certificate);
  });

  test.each(["letsencrypt", "secret:", "cert-manager:", "secret:a/b/c", "secret:/b", "secret:A"])(
    "refuses certificates from %s",
    (certificate) => {
      expect(siteSchema.safeParse({ certificate }).error?.issues[0]?.message).toBe(
        'write "controller", "cert-manager:<cluster issuer>", "secret:<namespace>/<name>" or "secret:<name>"',
      );
    },
  );

  test("says of images where they are got from, and with what, as it is written", () => {
    const settings = { registryMirror: "docker.io=registry.bron.fr/hub", registryLogin: "infra/registry" };
    const site = siteOf(siteSchema.parse(settings));
    expect(site.registryMirrors).toEqual({ "docker.io": "registry.bron.fr/hub" });
    expect(site.registryLogin).toEqual({ namespace: "infra", name: "registry" });
    expect(siteFacts(site)).toMatchObject(settings);
  });

  test("says of pods on which nodes they run, and of Ingresses what the controller reads, as it is written", () => {
    const settings = {
      nodeSelector: "pool=communes,kubernetes.io/arch=amd64",
      tolerations: "dedicated=communes:NoSchedule,spot:NoExecute",
      priorityClass: "public-services",
      ingressAnnotations: '{"nginx.ingress.kubernetes.io/proxy-body-size":"0"}',
    };
    const site = siteOf(siteSchema.parse(settings));
    expect(site.scheduling).toEqual({
      nodeSelector: { pool: "communes", "kubernetes.io/arch": "amd64" },
      tolerations: [
        { key: "dedicated", operator: "Equal", value: "communes", effect: "NoSchedule" },
        { key: "spot", operator: "Exists", effect: "NoExecute" },
      ],
      priorityClass: "public-services",
    });
    expect(site.ingress.annotations).toEqual({ "nginx.ingress.kubernetes.io/proxy-body-size": "0" });
    expect(siteFacts(site)).toMatchObject(settings);
  });

  test("takes numbers for texts in annotations, as pulumi config set --path writes them", () => {
    const { ingress } = siteOf(siteSchema.parse({ ingressAnnotations: '{"a/b":0,"c":true}' }));
    expect(ingress.annotations).toEqual({ "a/b": "0", c: "true" });
  });

  test.each([
    [{ nodeSelector: "communes" }, "write <label>=<value> with commas between, each label once"],
    [{ nodeSelector: "pool=a,pool=b" }, "each label once"],
    [{ nodeSelector: "pool=a,b c=d" }, "each label once"],
    [{ tolerations: "dedicated" }, "write <key>[=<value>]:<effect> with commas between"],
    [{ tolerations: "dedicated:Never" }, "the effect is NoSchedule, PreferNoSchedule or NoExecute"],
    [{ priorityClass: "Public Services" }, "write the name of a PriorityClass of the cluster"],
    [{ ingressAnnotations: "a=b" }, "write annotations by name, for example with: pulumi config set --path"],
    [{ ingressAnnotations: '{"a":{"b":"c"}}' }, "write annotations by name"],
    [{ ingressAnnotations: '{"pulumi.com/skipAwait":"true"}' }, "are written by this program"],
    [
      { ingressAnnotations: '{"cert-manager.io/cluster-issuer":"x"}' },
      "the issuer of certificates is commune:certificate",
    ],
    [{ registryMirror: "registry.bron.fr" }, "write <registry>=<host>[/<path>] with commas between"],
    [{ registryLogin: "registry" }, 'write "<namespace>/<name>"'],
    [{ data: "gone" }, 'write "protected" or "disposable"'],
    [{ name: "mairie" }, 'Unrecognized key: "name"'],
    [{ privateEndpoints: "10.20.0.0" }, "address ranges with commas between"],
    [{ privateEndpoints: "10.20.0.0/16,256.0.0.0/8" }, "address ranges with commas between"],
    [{ privatePeers: "10.20.0.0/33" }, "address ranges with commas between"],
    [{ privatePeers: "fd00::/129" }, "address ranges with commas between"],
    [{ privatePeers: "fd00::/16,mairie/8" }, "address ranges with commas between"],
    [{ clusterRanges: "2001:db8::/8" }, "none wider than /8 (IPv4) or /16 (IPv6)"],
    [
      { ingress: "nginx" },
      "traefik, k3s, ingress-nginx, rke2-ingress-nginx, rke2-traefik, haproxy, openshift, cilium",
    ],
    [{ ingressPort: "https" }, "number"],
    [{ dns: "coredns" }, "kube-dns, node-local, openshift, address ranges such as 169.254.25.10/32, or pods"],
    [{ dns: "kube-dns,169.254.20.10" }, "address ranges"],
    [{ dns: "dns/app=unbound:70000" }, "address ranges"],
    [{ networkPlugin: "calico" }, 'write "any" or "cilium"'],
    [{ clusterRanges: "0.0.0.0/0" }, "none wider than /8 (IPv4) or /16 (IPv6)"],
  ])("refuses %j", (settings, message) => {
    expect(siteSchema.safeParse(settings).error?.issues[0]?.message).toContain(message);
  });
});

test("ranges may be of IPv4 and of IPv6", () => {
  const ranges = "10.20.0.0/16,2001:db8:42::/48,::ffff:10.1.2.3/128";
  const { privatePeers, clusterRanges } = siteOf(
    siteSchema.parse({ privatePeers: ranges, clusterRanges: ranges }),
  );
  expect([privatePeers, clusterRanges]).toEqual([ranges.split(","), ranges.split(",")]);
  expect(siteFacts(siteOf(siteSchema.parse({ clusterRanges: ranges }))).clusterRanges).toBe(ranges);
});

test("what holds data is protected and retained, unless the site says that it is disposable", () => {
  expect(dataHolderOptions({ dataIsDisposable: false })).toEqual({ protect: true, retainOnDelete: true });
  expect(dataHolderOptions({ dataIsDisposable: true })).toEqual({});
});

test("settings that lead to another cluster than the one that the commune runs on are refused", () => {
  const problem = (before: string | undefined, context?: string) =>
    clusterProblem("bron", before, "aaaa", context);
  expect([problem(undefined), problem("aaaa"), problem("aaaa", "mairie")]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(problem("bbbb", "mairie")).toMatch(
    /^commune:context mairie leads to the cluster aaaa, and bron runs on the cluster bbbb.*pulumi config set commune:context <context> -s bron/,
  );
  expect(problem("bbbb")).toMatch(/^The current context of the kubeconfig .*kubectl config use-context/);
});

describe("an ingress controller", () => {
  const settings = (written: object) => siteOf(siteSchema.parse(written));
  const facts = (written: object) => siteFacts(settings(written));

  test.each(Object.keys(ingressPresets))("%s is published by what its pods are", (ingress) => {
    const { ingressNamespace, ingressPort, ingressClass } = facts({ ingress });
    const expected = {
      traefik: ["traefik", "8443", "traefik"],
      k3s: ["kube-system", "8443", "traefik"],
      "ingress-nginx": ["ingress-nginx", "443", "nginx"],
      "rke2-ingress-nginx": ["kube-system", "443", "nginx"],
      "rke2-traefik": ["kube-system", "8443", "traefik"],
      haproxy: ["haproxy-controller", "8443", "haproxy"],
      openshift: [undefined, "443", "openshift-default"],
      cilium: [undefined, undefined, "cilium"],
    }[ingress];
    expect([ingressNamespace, ingressPort, ingressClass]).toEqual(expected);
  });

  test.each(["ingress-nginx", "rke2-ingress-nginx"])(
    "%s is its controller alone, not what else its chart makes under the same name",
    (ingress) => {
      expect(settings({ ingress }).ingress.source).toMatchObject({
        labels: { "app.kubernetes.io/name": ingress, "app.kubernetes.io/component": "controller" },
      });
    },
  );

  test("of another namespace is any pod there, on the port that is said", () => {
    const { source, className } = settings({
      ingress: "k3s",
      ingressNamespace: "entree",
      ingressPort: "9443",
    }).ingress;
    expect(className).toBe("traefik");
    expect(source).toMatchObject({
      namespace: { "kubernetes.io/metadata.name": "entree" },
      labels: {},
      port: 9443,
    });
  });

  test("that uses the nodes' network is found at their addresses", () => {
    const nodes = "10.1.0.0/24,fd00:1::/64";
    expect(settings({ ingressNodes: nodes }).ingress.source).toMatchObject({ nodes: nodes.split(",") });
    expect(facts({ ingressNodes: nodes }).ingressNodes).toBe(nodes);
  });

  test("of Cilium's own comes with Cilium's network", () => {
    expect(settings({ ingress: "cilium" })).toMatchObject({
      networkPlugin: "cilium",
      ingress: { className: "cilium", source: { by: "cilium" } },
    });
  });
});

describe("name servers", () => {
  const dns = (written: string) => siteOf(siteSchema.parse({ dns: written }));

  test("are presets, addresses and pods", () => {
    expect(dns("openshift").dns).toEqual([
      {
        namespace: "openshift-dns",
        labels: { "dns.operator.openshift.io/daemonset-dns": "default" },
        port: 5353,
      },
    ]);
    expect(dns("node-local").dns).toContainEqual({ range: "169.254.20.10/32" });
    expect(dns("kube-dns,169.254.25.10/32,fd00::a/128,dns/app=unbound:5353").dns).toEqual([
      kubeDns,
      { range: "169.254.25.10/32" },
      { range: "fd00::a/128" },
      { namespace: "dns", labels: { app: "unbound" }, port: 5353 },
    ]);
  });

  test("are published where they are not the usual ones, in words that a site could write", () => {
    expect(siteFacts(dns("kube-dns"))).not.toHaveProperty("dns");
    for (const written of ["openshift", "node-local", "10.96.0.10/32"]) {
      const { dns: told = "" } = siteFacts(dns(written));
      expect(dns(told).dns).toEqual(dns(written).dns);
    }
  });
});
