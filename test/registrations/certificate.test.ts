import pulumi from "@pulumi/pulumi";
import { expect, test, vi } from "vitest";
import { communeSchema } from "../../components/commune/declaration.ts";
import { Commune } from "../../components/commune/index.ts";
import { planCommune } from "../../components/commune/plan.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { IngressController } from "../../components/platform/exposure/index.ts";
import { selfSigned } from "../self-signed.ts";
import { record } from "./recorder.ts";

const declaration = communeSchema.parse({
  id: "bron",
  name: "Bron",
  insee: "69029",
  domain: "bron.test",
  population: 42_000,
  contact: "numerique@bron.test",
  nextcloud: {},
  mastodon: {},
  peertube: {},
  schools: { libraries: { commune: { name: "Bron", folder: "library" } } },
});

interface Inputs {
  metadata: { name: string; namespace: string };
  type?: string;
  spec: { hard: Record<string, string>; tls: { secretName?: string }[] };
}

async function registered(settings: Record<string, string>, pair?: { certificate: string; key: string }) {
  const site = siteOf(siteSchema.parse(settings));
  const all = await record("bron", () => {
    new Commune(
      "bron",
      {
        plan: planCommune(declaration, site),
        site,
        seed: undefined,
        given: (name) => pulumi.secret(`given ${name}`),
        certificate: pair && pulumi.secret(pair),
      },
      {},
    );
  });
  return (kind: string) =>
    all
      .filter(({ type }) => type.endsWith(`:${kind}`))
      .map(({ inputs, dependsOn }) => ({ ...(inputs as Inputs), dependsOn }));
}

const open = ["federation", "mastodon", "nextcloud", "peertube", "schools"].map((name) => `bron-${name}`);

test("with cert-manager, its solver has room and is reached in every namespace with a public name, and in no other", async () => {
  const [plain, told] = [await registered({}), await registered({ certificate: "cert-manager:acme" })];
  const solvers = told("NetworkPolicy").filter(({ metadata }) =>
    metadata.name.endsWith("-acme-solver-from-ingress"),
  );
  expect(solvers.map(({ metadata }) => metadata.namespace).sort()).toEqual(open);
  for (const { metadata, spec } of told("ResourceQuota")) {
    const before = plain("ResourceQuota").find((quota) => quota.metadata.namespace === metadata.namespace)
      ?.spec.hard;
    const count = (name: string) =>
      Number.parseInt(spec.hard[name] ?? "", 10) - Number.parseInt(before?.[name] ?? "", 10);
    const more = [
      "services.nodeports",
      "pods",
      "limits.memory",
      "requests.storage",
      "services.loadbalancers",
    ].map(count);
    expect(more, metadata.namespace).toEqual(
      open.includes(metadata.namespace) ? [1, 1, 64, 0, 0] : [0, 0, 0, 0, 0],
    );
  }
  // cert-manager begins when it sees the Ingress.
  for (const { dependsOn } of told("Ingress"))
    expect(dependsOn.join()).toMatch(/NetworkPolicy::bron-\w+-acme-solver-from-ingress/);
  expect(plain("NetworkPolicy").filter(({ metadata }) => metadata.name.includes("acme"))).toEqual([]);
});

test("a certificate of a named namespace is copied to where each Ingress finds it, its key secret to the engine", async () => {
  const warned = vi.spyOn(pulumi.log, "warn").mockResolvedValue();
  const of = await registered({ certificate: "secret:infra/wildcard" }, selfSigned(["*.bron.test"], 20));
  const copies = of("Secret").filter(({ type }) => type === "kubernetes.io/tls");
  expect(copies.map(({ metadata }) => metadata.namespace).sort()).toEqual(open);
  for (const copy of copies)
    expect(copy).toMatchObject({ stringData: { "tls.crt": "[secret]", "tls.key": "[secret]" } });
  for (const { metadata, spec, dependsOn } of of("Ingress")) {
    const [copy] = copies.filter((each) => each.metadata.namespace === metadata.namespace);
    expect(spec.tls).toMatchObject([{ secretName: copy?.metadata.name }]);
    expect(dependsOn.join()).toContain(`Secret::bron-${copy?.metadata.name}`);
  }
  const said = warned.mock.calls.map(([text]) => text);
  expect(said).toHaveLength(2);
  expect(said[0]).toMatch(/^The certificate in the Secret infra\/wildcard ends on /);
  expect(said[1]).toContain("infra/wildcard is not for bron.test,");
  warned.mockRestore();
});

test("a program that copies a certificate and gives none is told", () => {
  const { ingress } = siteOf(siteSchema.parse({ certificate: "secret:infra/wildcard" }));
  expect(() => new IngressController(ingress)).toThrow("the second argument of IngressController");
});
