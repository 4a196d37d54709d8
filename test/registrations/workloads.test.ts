import { join } from "node:path";
import pulumi from "@pulumi/pulumi";
import { describe, expect, test } from "vitest";
import { Commune } from "../../components/commune/index.ts";
import { loadCommune } from "../../components/commune/load.ts";
import { planCommune } from "../../components/commune/plan.ts";
import { jobOf, stableName } from "../../components/foundation/manifest/job.ts";
import type { Job } from "../../components/foundation/manifest/manifest.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { checkout } from "../../local/paths.ts";
import { readGolden, reviewedCommunes } from "./golden.ts";
import { record } from "./recorder.ts";

const registered = reviewedCommunes().flatMap((commune) => readGolden(commune));

const ofKind = (kind: string) => registered.filter(({ type }) => type.endsWith(`:${kind}`));

/** A commune that has every service, under Pulumi's mocks. */
function villeurbanne(): Commune {
  const loaded = loadCommune(join(checkout, "stacks"), "villeurbanne");
  if (!loaded.ok) throw loaded.error;
  const { declaration, federation: metropolis, places } = loaded;
  const site = siteOf(siteSchema.parse({}));
  return new Commune(
    "villeurbanne",
    {
      plan: planCommune(declaration, site, { metropolis, places: places?.places }),
      site,
      seed: undefined,
      given: (name) => pulumi.secret(`given ${name}`),
    },
    {},
  );
}

test("a Deployment says what to wait for, which Pulumi's own rule gets wrong", () => {
  const deployments = ofKind("Deployment");
  expect(deployments.length).toBeGreaterThan(20);
  for (const { name, inputs } of deployments) {
    const { metadata, spec } = inputs as {
      metadata: { annotations: Record<string, string> };
      spec: { replicas: number };
    };
    const wanted = ["updatedReplicas", "replicas", "readyReplicas"].map(
      (count) => `jsonpath={.status.${count}}=${spec.replicas}`,
    );
    expect(metadata.annotations["pulumi.com/waitFor"], name).toBe(JSON.stringify(wanted));
  }
});

/** Names of all resources that an output waits for; the SDK declares the question internal. */
async function waitedFor(output: pulumi.Output<unknown>): Promise<string[]> {
  const { allResources } = output as unknown as { allResources(): Promise<Set<pulumi.Resource>> };
  const resources = await allResources.call(output);
  const urns = [...resources].map(
    ({ urn }) => new Promise<string>((resolve) => void urn.apply((text) => resolve(text))),
  );
  return (await Promise.all(urns)).map((urn) => urn.split("::").at(-1) ?? urn);
}

test("a stack publishes what runs only when every workload of this version is ready", async () => {
  let done: string[] = [];
  const resources = await record("villeurbanne", async () => {
    done = await waitedFor(villeurbanne().done);
  });
  const waited = new Set(done);
  const of = (reference: string) => reference.split("::").at(-1) ?? reference;
  // What they depend on is there before them; on a cache as a whole, what it consists of.
  for (let size = 0; size !== waited.size; ) {
    size = waited.size;
    for (const { name, parent, dependsOn } of resources) {
      if (waited.has(name)) for (const before of dependsOn) waited.add(of(before));
      if (parent?.startsWith("commune:index:Cache::") && waited.has(of(parent))) waited.add(name);
    }
  }
  const workloads = resources
    .filter(({ type }) => /:(Deployment|StatefulSet)$/.test(type))
    .map(({ name }) => name);
  expect(workloads.length).toBeGreaterThan(10);
  expect(workloads.filter((name) => !waited.has(name))).toEqual([]);
});

describe("a Job", () => {
  const spec: Job["spec"] = { template: { spec: { restartPolicy: "Never", containers: [] } } };
  const metadata = { name: "bron-letters", namespace: "bron-mail", labels: {} };

  test("is another object when it runs or reads something else, and no other resource", () => {
    const [plain, reading, other] = [
      jobOf({ metadata, spec }),
      jobOf({ metadata, spec, reads: "a list" }),
      jobOf({ metadata, spec: { ...spec, backoffLimit: 3 } }),
    ];
    expect(new Set([plain, reading, other].map((job) => job.metadata.name)).size).toBe(3);
    expect(jobOf({ metadata, spec })).toEqual(plain);
    expect([plain, reading, other].map(stableName)).toEqual(Array(3).fill("bron-letters"));
  });

  test("of a commune has a logical name without content", () => {
    const jobs = ofKind("Job");
    expect(jobs.length).toBeGreaterThan(20);
    for (const { name, inputs } of jobs) {
      const { metadata: object } = inputs as { metadata: { name: string } };
      expect(object.name).toMatch(/-[0-9a-f]{8}$/);
      expect(name.endsWith(object.name.slice(0, -9))).toBe(true);
    }
  });

  test("that had content in its logical name is the same resource under the new one", async () => {
    const aliases: string[] = [];
    await record("villeurbanne", () => {
      pulumi.runtime.registerStackTransformation(({ name, props, opts }) => {
        if (/-nextcloud-(before|folders)$/.test(name) && opts.aliases !== undefined) {
          aliases.push(`${name} ${JSON.stringify(opts.aliases)} ${props.metadata.name}`);
        }
        return undefined;
      });
      villeurbanne();
    });
    expect(aliases.map((line) => line.replace(/-[0-9a-f]{8}\b/g, "-<checksum>")).sort()).toEqual(
      ["before", "folders"].map(
        (job) =>
          `villeurbanne-nextcloud-${job} [{"name":"villeurbanne-nextcloud-${job}-<checksum>"}] nextcloud-${job}-<checksum>`,
      ),
    );
  });
});
