import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { labels } from "../../../local/images/archive.ts";
import { packageVersions } from "../../../local/images/layer.ts";
import { imageConfiguration, writeOciArchive } from "../../../local/images/oci.ts";

const layer = { file: "/layer", packed: true, digest: "c".repeat(64), diffId: "d".repeat(64), size: 1 };

describe("an image's configuration", () => {
  it("says the platform, which containerd matches images by, and the layers", () => {
    expect(imageConfiguration({ config: {}, labels: {}, layers: [layer] })).toMatchObject({
      architecture: "amd64",
      os: "linux",
      rootfs: { type: "layers", diff_ids: [`sha256:${layer.diffId}`] },
    });
  });

  it("writes ports and volumes as the specification's sets, and labels a double", () => {
    const config = { ExposedPorts: ["9000/tcp"], Volumes: ["/data"], User: "101" };
    expect(imageConfiguration({ config, labels: labels(true), layers: [] })).toMatchObject({
      config: {
        ExposedPorts: { "9000/tcp": {} },
        Volumes: { "/data": {} },
        User: "101",
        Labels: { "cloud.commune.local": "double" },
      },
    });
  });
});

it("reads dpkg's list of packages, without architectures", () => {
  expect(packageVersions("libc6:amd64\t2.41-12\nbash\t5.2.37-2\n")).toEqual({
    libc6: "2.41-12",
    bash: "5.2.37-2",
  });
});

const sha256 = (content: string) => createHash("sha256").update(content).digest("hex");

/** Writes an image of one layer of some age, and hands over the archive and the digest that it was given. */
async function written<T>(read: (archive: string, digest: string) => Promise<T>, age = 0): Promise<T> {
  const work = mkdtempSync(join(tmpdir(), "archive-"));
  try {
    writeFileSync(join(work, "layer"), "layer");
    utimesSync(join(work, "layer"), age, age);
    const blob = { file: join(work, "layer"), packed: true, digest: sha256("layer"), diffId: "d".repeat(64) };
    const image = {
      names: ["a.test/b:1", "a.test/b:2"],
      config: {},
      labels: {},
      layers: [{ ...blob, size: 5 }],
    };
    const archive = join(work, "archive.tar");
    return await read(archive, await writeOciArchive(archive, image, work));
  } finally {
    rmSync(work, { recursive: true });
  }
}

interface Descriptor {
  digest: string;
  size: number;
}

describe("an OCI archive", () => {
  it("leads from each name over the manifest to blobs that are what their digests say", async () => {
    await written(async (archive, digest) => {
      const out = join(archive, "..", "out");
      mkdirSync(out);
      await execa("tar", ["-C", out, "-xf", archive]);
      const read = (name: string) => readFileSync(join(out, name), "utf8");
      const blob = (of: Descriptor) => {
        const text = read(`blobs/sha256/${of.digest.replace("sha256:", "")}`);
        expect({ digest: `sha256:${sha256(text)}`, size: text.length }).toEqual({ ...of });
        return text;
      };
      const part = ({ digest, size }: Descriptor) => ({ digest, size });
      const index = JSON.parse(read("index.json")) as { manifests: Descriptor[] };
      expect(index.manifests).toMatchObject(
        ["a.test/b:1", "a.test/b:2"].map((name) => ({
          digest,
          annotations: { "io.containerd.image.name": name },
        })),
      );
      for (const entry of index.manifests) {
        const manifest = JSON.parse(blob(part(entry))) as { config: Descriptor; layers: Descriptor[] };
        blob(part(manifest.config));
        expect(manifest.layers.map((layer) => blob(part(layer)))).toEqual(["layer"]);
      }
    });
  });

  it("is the same file whenever its layers were made", async () => {
    const digestOf = (age: number) =>
      written(async (archive) => sha256(readFileSync(archive, "latin1")), age);
    expect(await digestOf(1)).toBe(await digestOf(2));
  });
});
