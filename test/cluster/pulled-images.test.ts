import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { Registries } from "../../components/foundation/image/registry/index.ts";
import { openCluster } from "../../local/cluster/index.ts";
import type { Image } from "../../local/images/index.ts";
import { pullImage } from "../../local/images/upstream/pull.ts";
import { inWorkshop } from "../../local/images/workshop.ts";
import { buildToolchain, type Toolchain } from "../../local/toolchain/index.ts";
import { makeImage } from "../doubles/registry/content.ts";
import { RegistryDouble } from "../doubles/registry/registry.ts";

/** From a registry on loopback into the cache, into the real containerd, to pods: the cluster itself asks nobody. */
const cluster = openCluster(inject("cluster"));
const reference = "registry.pulled.test/upstream/pause:1.0";
const silent = () => undefined;
let registry: RegistryDouble;
let toolchain: Toolchain;
let image: Image;
let cache: string;

async function kubectl(...args: string[]): Promise<string> {
  return (await execa(toolchain.bin("kubectl"), ["--kubeconfig", cluster.kubeconfig, ...args])).stdout;
}

beforeAll(async () => {
  toolchain = await buildToolchain({ report: silent });
  const program = readFileSync(toolchain.bin("pause"));
  registry = await new RegistryDouble({ access: "token", redirects: true }).listen();
  // As upstream's are: an index for two kinds of machines and an attestation, of which one manifest is pulled.
  registry.keep("upstream/pause", "1.0", makeImage({ pause: program, "tmp/other": Buffer.from("other") }));
  const registries = new Registries({ mirrors: { "registry.pulled.test": registry.host } });
  const { signal } = new AbortController();
  cache = mkdtempSync(join(tmpdir(), "pulled-"));
  const before = process.env.COMMUNE_CACHE;
  process.env.COMMUNE_CACHE = cache;
  try {
    image = await inWorkshop(signal, (shop) => pullImage(reference, undefined, registries, shop, silent));
  } finally {
    if (before === undefined) Reflect.deleteProperty(process.env, "COMMUNE_CACHE");
    else process.env.COMMUNE_CACHE = before;
    await registries.close();
  }
  await registry.close();
  await cluster.up({ toolchain, images: [image], domains: [], report: silent });
});

afterAll(async () => {
  await kubectl("delete", "namespace", "pulled-town", "--timeout=120s");
  rmSync(cache, { recursive: true });
});

test("a pod runs it by its upstream name, and by its digest, without the registry", async () => {
  await kubectl("create", "namespace", "pulled-town");
  const pinned = `${reference}@${image.digest}`;
  for (const [name, asked] of Object.entries({ tagged: reference, pinned }))
    await kubectl("run", name, "-n", "pulled-town", `--image=${asked}`, "--image-pull-policy=IfNotPresent");
  for (const name of ["tagged", "pinned"])
    await kubectl("wait", "-n", "pulled-town", "--for=condition=Ready", `pod/${name}`, "--timeout=90s");
  const ids = await kubectl(
    "get",
    "pods",
    "-n",
    "pulled-town",
    "-o",
    "jsonpath={.items[*].status.containerStatuses[*].imageID}",
  );
  expect(new Set(ids.split(" "))).toEqual(new Set([`registry.pulled.test/upstream/pause@${image.digest}`]));
});
