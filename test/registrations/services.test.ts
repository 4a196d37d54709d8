import { join } from "node:path";
import pulumi from "@pulumi/pulumi";
import { afterEach, beforeAll, describe, expect, test, vi } from "vitest";
import { communeSchema } from "../../components/commune/declaration.ts";
import { Commune } from "../../components/commune/index.ts";
import { planCommune } from "../../components/commune/plan.ts";
import type { CommunePlan } from "../../components/commune/planned.ts";
import { loadYaml } from "../../components/foundation/declaration/load.ts";
import { type Label, labelText } from "../../components/foundation/seed/derive.ts";
import { Seed } from "../../components/foundation/seed/index.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { peersOf, siteOf } from "../../components/foundation/site/site.ts";
import { IngressController } from "../../components/platform/exposure/index.ts";
import { pointsKey } from "../../components/recovery/points/secrets.ts";
import { repositoryPassword } from "../../components/recovery/vault/secrets.ts";
import { plannedServices, services } from "../../components/services/index.ts";
import { checkout } from "../../local/paths.ts";
import { kubernetesObjects } from "./objects.ts";
import type { Registration } from "./order.ts";
import { record } from "./recorder.ts";

// What a service says of itself in services/<name>/service.ts, beside what its component does.
const site = siteOf(siteSchema.parse({}));
/** Every label that something was derived from. */
const labels = new Set<string>();
let plan: CommunePlan;
let registered: Registration[];

beforeAll(async () => {
  const loaded = loadYaml(join(checkout, "stacks", "examples", "full.yaml"), communeSchema);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems));
  plan = planCommune(loaded.declaration, site);
  const noted = (["secret", "hex", "keyPair"] as const).map((method) => {
    const spy = vi.spyOn(Seed.prototype, method);
    return () => {
      for (const [label] of spy.mock.calls as [Label][]) labels.add(labelText(label));
      spy.mockRestore();
    };
  });
  registered = await record(loaded.declaration.id, () => {
    const given = (name: string) => pulumi.secret(`given ${name}`);
    new Commune(loaded.declaration.id, { plan, site, seed: undefined, given }, {});
  });
  for (const note of noted) note();
});
afterEach(() => vi.restoreAllMocks());

describe.each(services.map((service) => [service.name, service] as const))("%s", (name, service) => {
  test("lists every label that its secrets are derived from, and no other", () => {
    const platform = [
      ...[`${name}/database-password/v1`, `${name}/cache-password/v1`],
      ...[repositoryPassword(name), pointsKey(name)].map(labelText),
    ];
    const derived = [...labels].filter((label) => label.startsWith(`${name}/`) && !platform.includes(label));
    const keys = plannedServices(plan).find((each) => each.service === name)?.keys ?? [];
    const listed = [...keys, ...service.passwords].map(labelText);
    // Nobody logs in to lists, and they encrypt nothing.
    expect(listed.length > 0).toBe(name !== "lists");
    expect(derived.toSorted()).toEqual(listed.toSorted());
  });

  test("asks for the network policies that its component registers", () => {
    const planned = plannedServices(plan).find((each) => each.service === name);
    const { mail, identities } = plan;
    const identity = identities[name];
    const outside = { mail, identity, peers: peersOf(site), ingress: new IngressController(site.ingress) };
    const asked = planned?.networkPolicies(outside) ?? [];
    expect(asked.length).toBeGreaterThan(0);
    const policies = kubernetesObjects(registered).filter(({ kind }) => kind === "NetworkPolicy");
    for (const { metadata, spec } of asked) {
      const made = policies.find(
        (each) => each.metadata.name === metadata.name && each.metadata.namespace === metadata.namespace,
      );
      expect(JSON.parse(JSON.stringify(made?.spec ?? null))).toEqual(JSON.parse(JSON.stringify(spec)));
    }
  });

  test("runs its own software first among its images, and a version of it that is known", () => {
    expect(service.images[0]?.reference).toContain(service.title.toLowerCase());
    expect(service.images[0]?.reference).toContain(
      service.versions.newest.find((version) => service.images[0]?.reference.includes(version)) ?? "?",
    );
  });
});
