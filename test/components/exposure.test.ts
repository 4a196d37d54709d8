import { describe, expect, test } from "vitest";
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
