import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";

/** A piece of content as registries keep it. */
export interface Content {
  mediaType: string;
  digest: string;
  bytes: Buffer;
}

/** An image for some kinds of machines, with everything that it is made of. */
export interface MadeImage {
  /** The index, or the only manifest. */
  top: Content;
  manifests: readonly Content[];
  blobs: readonly Content[];
}

const oci = "application/vnd.oci.image";

export function content(mediaType: string, bytes: Buffer): Content {
  return { mediaType, bytes, digest: `sha256:${createHash("sha256").update(bytes).digest("hex")}` };
}

const json = (mediaType: string, value: object) => content(mediaType, Buffer.from(JSON.stringify(value)));

const described = ({ mediaType, digest, bytes }: Content) => ({ mediaType, digest, size: bytes.length });

/** A tar with one file that may be run, in the ustar format. */
function tarWith(name: string, text: Buffer): Buffer {
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write("0000755\0", 100);
  header.write("0000000\0", 108);
  header.write("0000000\0", 116);
  header.write(`${text.length.toString(8).padStart(11, "0")}\0`, 124);
  header.write("00000000000\0", 136);
  header.write("        ", 148);
  header.write("0", 156);
  header.write("ustar\0" + "00", 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  const padding = Buffer.alloc((512 - (text.length % 512)) % 512);
  return Buffer.concat([header, text, padding, Buffer.alloc(1024)]);
}

/**
 * An image whose layers each hold one file, for these kinds of machines. It runs the first one.
 *
 * @param layers names of files and what is in them.
 */
export function makeImage(
  layers: Readonly<Record<string, Buffer>>,
  platforms: readonly string[] = ["linux/amd64", "linux/arm64"],
): MadeImage {
  const tars = Object.entries(layers).map(([name, text]) => tarWith(name, text));
  const packed = tars.map((tar) => content(`${oci}.layer.v1.tar+gzip`, gzipSync(tar)));
  const builds = platforms.map((platform) => {
    const [os, architecture] = platform.split("/");
    const config = json(`${oci}.config.v1+json`, {
      os,
      architecture,
      config: { Cmd: [`/${Object.keys(layers)[0]}`] },
      rootfs: { type: "layers", diff_ids: tars.map((tar) => content("", tar).digest) },
    });
    const manifest = json(`${oci}.manifest.v1+json`, {
      schemaVersion: 2,
      mediaType: `${oci}.manifest.v1+json`,
      config: described(config),
      layers: packed.map(described),
    });
    return { config, manifest, platform: { os, architecture } };
  });
  const blobs = [...packed, ...builds.map(({ config }) => config)];
  const manifests = builds.map(({ manifest }) => manifest);
  const [only] = manifests;
  if (manifests.length === 1 && only) return { top: only, manifests, blobs };
  // As builders write it: what attests a build stands beside it, for no kind of machine.
  const attestation = json(`${oci}.manifest.v1+json`, { schemaVersion: 2, about: "an attestation" });
  const top = json(`${oci}.index.v1+json`, {
    schemaVersion: 2,
    mediaType: `${oci}.index.v1+json`,
    manifests: [
      ...builds.map(({ manifest, platform }) => ({ ...described(manifest), platform })),
      { ...described(attestation), platform: { os: "unknown", architecture: "unknown" } },
    ],
  });
  return { top, manifests: [...manifests, attestation], blobs };
}
