import { createCipheriv } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { fullReference } from "../../../components/foundation/image/reference.ts";
import { digestOf } from "../../../components/foundation/image/registry/index.ts";
import type { Image } from "../../../local/images/index.ts";
import type { Recipe } from "../../../local/images/recipe.ts";
import {
  type GatherOptions,
  gatherImages,
  imageCounts,
  imageLines,
} from "../../../local/images/upstream/index.ts";
import { type MadeImage, makeImage } from "../../doubles/registry/content.ts";
import { type RegistryBehaviour, RegistryDouble } from "../../doubles/registry/registry.ts";

const postgres = "docker.io/library/postgres:17.12-trixie";
const mastodon = "ghcr.io/mastodon/mastodon:v4.6.5";
const streaming = "ghcr.io/mastodon/mastodon-streaming:v4.6.5";
const platforms = ["linux/amd64", "linux/arm64"];
/** A megabyte that does not pack. */
const noise = (seed: number) =>
  createCipheriv("aes-128-ctr", Buffer.alloc(16, seed), Buffer.alloc(16)).update(Buffer.alloc(1_000_000));
const made: Record<string, MadeImage> = {
  [postgres]: makeImage({ one: noise(3), two: noise(5) }, platforms),
  [mastodon]: makeImage({ three: Buffer.from("three") }, platforms),
  [streaming]: makeImage({ four: Buffer.from("four") }, platforms),
};

let folder: string;
let cache: string | undefined;
let registries: RegistryDouble[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "upstream-"));
  cache = process.env.COMMUNE_CACHE;
  process.env.COMMUNE_CACHE = folder;
  registries = [];
});
afterEach(async () => {
  if (cache === undefined) Reflect.deleteProperty(process.env, "COMMUNE_CACHE");
  else process.env.COMMUNE_CACHE = cache;
  for (const registry of registries) await registry.close();
  rmSync(folder, { recursive: true });
});

async function registry(behaviour: RegistryBehaviour, ...references: string[]): Promise<RegistryDouble> {
  const double = await new RegistryDouble(behaviour).listen();
  registries.push(double);
  for (const reference of references) {
    const [, path = "", tag = ""] = /^[^/]+\/(.+):(.+)$/.exec(fullReference(reference)) ?? [];
    const image = made[reference];
    if (image) double.keep(path, tag, image);
  }
  return double;
}

const recipe = (name: string, double: boolean): Recipe => ({
  names: [name],
  double,
  sources: "",
  files: [],
  config: {},
});
const recipes = [recipe(postgres, false), recipe(mastodon, true), recipe(streaming, true)];

/** Says that it built what it was asked for. */
const build = async (_: unknown, wanted: readonly Recipe[] = []): Promise<Image[]> =>
  wanted.map(({ names, double }) => ({
    names,
    archive: "",
    digest: "",
    contents: double ? "double" : "repackaged",
  }));

const said: string[] = [];

function gather(options: Partial<GatherOptions>) {
  const { signal } = new AbortController();
  const report = (line: string) => said.push(line);
  const references = [postgres, mastodon, streaming];
  const rest = {
    choice: "auto" as const,
    recipes,
    references,
    lock: {},
    mirrors: {},
    before: {},
    report,
    signal,
  };
  said.length = 0;
  return gatherImages({ ...rest, ...options }, build);
}

const hub = (double: RegistryDouble) => ({ "docker.io": double.host, "ghcr.io": "localhost:9" });
const both = (double: RegistryDouble) => ({ "docker.io": double.host, "ghcr.io": double.host });

/** The pieces in an archive, each with the digest that it has. */
async function contentsOf(archive: string): Promise<{ index: unknown; digests: string[] }> {
  const place = mkdtempSync(join(folder, "unpacked-"));
  await execa("tar", ["--extract", "--file", archive, "--directory", place]);
  const blobs = join(place, "blobs", "sha256");
  const digests = readdirSync(blobs).map((name) => {
    expect(digestOf(readFileSync(join(blobs, name)))).toBe(`sha256:${name}`);
    return name;
  });
  return { index: JSON.parse(readFileSync(join(place, "index.json"), "utf8")), digests };
}

const archives = () => {
  const place = join(folder, "images", "archives");
  return existsSync(place) ? readdirSync(place).filter((name) => name.endsWith(".tar")) : [];
};

describe("where registries answer", () => {
  test("images are pulled by digest for this machine, and imported under their upstream names", async () => {
    const double = await registry({ access: "token", redirects: true }, postgres, mastodon, streaming);
    const { images, sources } = await gather({ mirrors: both(double) });
    expect(sources).toEqual({ postgres: "upstream", mastodon: "upstream" });
    expect(imageLines(images)).toEqual([
      `upstream    ${postgres}`,
      `upstream    ${mastodon}`,
      `upstream    ${streaming}`,
    ]);
    const [first] = images;
    if (first === undefined) throw new Error("no image");
    expect(first.digest).toBe(made[postgres]?.top.digest);
    const { index, digests } = await contentsOf(first.archive);
    expect(index).toMatchObject({
      manifests: [{ digest: first.digest, annotations: { "io.containerd.image.name": postgres } }],
    });
    // Index, the manifest of this machine, its configuration, two layers.
    expect(digests).toHaveLength(5);

    // What is in the cache is not asked for again, and what was pulled stays when the registry is unavailable.
    double.asked.length = 0;
    await gather({ mirrors: both(double), before: sources });
    expect(double.asked.filter((line) => line.includes("/blobs/"))).toEqual([]);
    const away = await gather({
      mirrors: { "docker.io": "localhost:9", "ghcr.io": "localhost:9" },
      before: sources,
    });
    expect(away.images).toEqual(images);
  });

  test("the build that is locked is pulled, whatever the tag leads to", async () => {
    const double = await registry({}, postgres);
    const image = made[postgres];
    if (image === undefined) throw new Error("no image");
    double.keep("library/postgres", "17.12-trixie", makeImage({ other: Buffer.from("other") }, platforms));
    const { digest } = image.top;
    const lock = {
      [postgres]: { digest, platforms: {}, read: "2026-11-26", from: "x", licence: "x", source: "x" },
    };
    const { images } = await gather({ mirrors: hub(double), lock, references: [postgres] });
    expect(images[0]).toMatchObject({ digest, contents: "upstream" });
  });

  test("an application comes whole or not at all", async () => {
    const double = await registry({}, postgres, mastodon);
    const { images, sources } = await gather({ mirrors: both(double) });
    expect(sources).toEqual({ postgres: "upstream", mastodon: "local" });
    expect(imageCounts(images)).toBe("1 upstream, 2 doubles");
    expect(said.join("\n")).toMatch(
      /mastodon: made here, since .* has no image ghcr\.io\/mastodon\/mastodon-streaming:v4\.6\.5/,
    );
    await expect(gather({ choice: "upstream", mirrors: both(double) })).rejects.toThrow(
      "mastodon-streaming:v4.6.5",
    );
  });

  test("one registry of two serves what it has, the rest is made here", async () => {
    const double = await registry({}, postgres);
    const { images, sources } = await gather({ mirrors: hub(double) });
    expect(sources).toEqual({ postgres: "upstream", mastodon: "local" });
    expect(imageCounts(images)).toBe("1 upstream, 2 doubles");
  });

  test("nothing is exchanged under the data of a cluster that had something else", async () => {
    const double = await registry({}, postgres, mastodon, streaming);
    const before = { postgres: "local", mastodon: "local" } as const;
    expect((await gather({ mirrors: both(double), before })).sources).toEqual(before);
    const gone = gather({ mirrors: hub(double), before: { mastodon: "upstream" } });
    await expect(gone).rejects.toThrow(`${mastodon} is not in the cache, and its registry does not answer.`);
  });
});

describe("where none answers", () => {
  const nowhere = { "docker.io": "localhost:9", "ghcr.io": "localhost:9" };

  test("images are those made here, as many as are asked for", async () => {
    const { images, sources } = await gather({ mirrors: nowhere });
    expect(imageCounts(images)).toBe("1 repackaged, 2 doubles");
    expect(sources).toEqual({ postgres: "local", mastodon: "local" });
    const one = await gather({ mirrors: nowhere, references: [postgres] });
    expect(imageLines(one.images)).toEqual([`repackaged  ${postgres}`]);
    expect(one.sources).toEqual({ postgres: "local" });
  });

  test("one that nobody makes here is refused before anything is built", async () => {
    const asked = { mirrors: nowhere, references: [postgres, "docker.io/etherpad/etherpad:2.5.3"] };
    await expect(gather(asked)).rejects.toThrow(/^docker\.io\/etherpad\/etherpad:2\.5\.3: no registry gave/);
  });

  test("as with --images local, which asks no registry", async () => {
    const double = await registry({}, postgres);
    expect(imageCounts((await gather({ choice: "local", mirrors: hub(double) })).images)).toBe(
      "1 repackaged, 2 doubles",
    );
    expect(double.asked).toEqual([]);
  });

  test("upstream's alone are refused", async () => {
    await expect(gather({ choice: "upstream", mirrors: nowhere })).rejects.toThrow(
      "its registry does not answer",
    );
  });
});

describe("a connection that breaks off", () => {
  test.each([
    [true, "goes on from there"],
    [false, "begins that piece again"],
  ])("where the registry can go on in the middle (%s): %s", async (ranges) => {
    const double = await registry({ ranges, cuts: { after: 200_000, times: 3 } }, postgres);
    const { images } = await gather({ mirrors: hub(double), references: [postgres] });
    expect(images[0]?.digest).toBe(made[postgres]?.top.digest);
    expect((await contentsOf(images[0]?.archive ?? "")).digests).toHaveLength(5);
    expect(double.asked.some((line) => / bytes=\d+-$/.test(line))).toBe(true);
  });

  test("for good leaves no half image, keeps what is whole, and the next run goes on", async () => {
    const double = await registry({ cuts: { after: 200_000, times: 99 } }, postgres, mastodon, streaming);
    const { sources } = await gather({ mirrors: both(double) });
    expect(sources).toEqual({ postgres: "local", mastodon: "upstream" });
    expect(archives()).toHaveLength(2);
    const again = await registry({}, postgres);
    expect((await gather({ mirrors: hub(again), references: [postgres] })).sources).toMatchObject({
      postgres: "upstream",
    });
  });

  test("a registry whose bytes are not those of their digest is refused, and nothing of it stays", async () => {
    const double = await registry({ lies: true }, postgres);
    const { sources } = await gather({ mirrors: hub(double), references: [postgres] });
    expect(sources).toMatchObject({ postgres: "local" });
    expect(said.join("\n")).toMatch(
      /came with the digest sha256:\w+, and should have sha256:\w+: it was thrown away/,
    );
    expect(archives()).toEqual([]);
    expect(readdirSync(join(folder, "images", "upstream"))).toEqual([]);
  });

  test("what a killed pull left is taken away by the next", async () => {
    const store = join(folder, "images");
    const double = await registry({}, postgres);
    await gather({ mirrors: hub(double), references: [postgres] });
    const left = join(store, "work-999999-1");
    mkdirSync(left);
    writeFileSync(join(left, "half"), "half of a layer");
    await gather({ mirrors: hub(double), references: [postgres] });
    expect(existsSync(left)).toBe(false);
  });
});
