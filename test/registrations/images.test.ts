import pulumi from "@pulumi/pulumi";
import { beforeAll, describe, expect, test } from "vitest";
import { communeSchema } from "../../components/commune/declaration.ts";
import { Commune } from "../../components/commune/index.ts";
import { planCommune } from "../../components/commune/plan.ts";
import type { ImageLock } from "../../components/foundation/image/lock.ts";
import { parseReference } from "../../components/foundation/image/reference.ts";
import type { KubernetesObject } from "../../components/foundation/manifest/object.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { containersOf, podOf } from "../../policies/pods.ts";
import { kubernetesObjects } from "./objects.ts";
import { record } from "./recorder.ts";

const declaration = communeSchema.parse({
  id: "bron",
  name: "Bron",
  insee: "69029",
  domain: "bron.test",
  population: 42_000,
  contact: "numerique@bron.test",
  nextcloud: { apps: ["groupfolders"] },
  mastodon: {},
  peertube: { plugins: {} },
  schools: { libraries: { commune: { name: "Bron", folder: "library" } } },
});

async function objects(settings: Record<string, string>, lock?: ImageLock): Promise<KubernetesObject[]> {
  const site = siteOf(siteSchema.parse(settings));
  const pullSecret = site.registryLogin && pulumi.secret("{}");
  const registered = await record("bron", () => {
    new Commune(
      "bron",
      {
        plan: planCommune(declaration, site),
        site,
        seed: undefined,
        given: (name) => pulumi.secret(`given ${name}`),
        lock,
        pullSecret,
      },
      {},
    );
  });
  return kubernetesObjects(registered);
}

const imagesOf = (all: readonly KubernetesObject[]) =>
  all.flatMap((object) => containersOf(podOf(object)).map(({ image }) => image));

const digest = `sha256:${"a".repeat(64)}`;

describe("a site with a mirror, what to pull with, and locked images", () => {
  let plain: KubernetesObject[];
  let told: KubernetesObject[];

  beforeAll(async () => {
    plain = await objects({});
    const lock = Object.fromEntries(
      imagesOf(plain).map((image) => [
        image,
        { digest, platforms: {}, read: "2026-11-26", from: "x", licence: "x", source: "x" },
      ]),
    );
    const registryMirror = "docker.io=registry.bron.fr/hub,ghcr.io=registry.bron.fr/ghcr";
    told = await objects({ registryMirror, registryLogin: "infra/registry" }, lock);
  });

  test("names every image of every pod by its digest there", () => {
    expect(imagesOf(told)).toHaveLength(imagesOf(plain).length);
    expect(new Set(imagesOf(told).map((image) => parseReference(image).digest))).toEqual(new Set([digest]));
    expect(new Set(imagesOf(told).map((image) => image.split("/").slice(0, 2).join("/")))).toEqual(
      new Set(["registry.bron.fr/hub", "registry.bron.fr/ghcr"]),
    );
  });

  test("has the Secret in every namespace with pods, and every pod names it", () => {
    const pods = told.filter((object) => podOf(object) !== undefined);
    expect(pods.length).toBeGreaterThan(12);
    const spaces = [...new Set(pods.map(({ metadata }) => metadata.namespace))].sort();
    const copies = told.filter(
      ({ kind, type }) => kind === "Secret" && type === "kubernetes.io/dockerconfigjson",
    );
    expect(copies.map(({ metadata }) => metadata.namespace).sort()).toEqual(spaces);
    for (const { stringData, metadata } of copies) {
      expect(stringData).toEqual({ ".dockerconfigjson": "[secret]" });
      expect(metadata.name).toBe("registry");
    }
    for (const object of pods)
      expect(JSON.stringify(object)).toContain('"imagePullSecrets":[{"name":"registry"}]');
  });

  test("has other Jobs than one without, of the same number, and the same of everything else", () => {
    const named = (all: readonly KubernetesObject[], isJob: boolean) =>
      all
        .filter(({ kind, type }) => (kind === "Job") === isJob && type !== "kubernetes.io/dockerconfigjson")
        .map(({ kind, metadata }) => `${kind} ${metadata.namespace}/${metadata.name}`);
    expect(named(told, false)).toEqual(named(plain, false));
    const [before, after] = [named(plain, true), named(told, true)];
    expect(before.length).toBeGreaterThan(3);
    const stem = (name: string) => name.replace(/[0-9a-f]{8}$/, "");
    expect(after.map(stem)).toEqual(before.map(stem));
    expect(after.filter((name) => before.includes(name))).toEqual([]);
  });
});
