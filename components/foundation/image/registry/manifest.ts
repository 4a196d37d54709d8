import * as z from "zod";
import { digestPattern } from "../reference.ts";

const descriptor = z.object({
  mediaType: z.string(),
  digest: z.string().regex(digestPattern),
  size: z.number().int().min(0),
  platform: z.object({ os: z.string(), architecture: z.string(), variant: z.string().optional() }).optional(),
});

/** A piece of content: its type, digest and bytes. Source: https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md */
export type Descriptor = z.output<typeof descriptor>;

/** One build for several kinds of machines. Source: …/image-index.md */
export const indexSchema = z.object({ manifests: z.array(descriptor) });

/** One build for one kind. Source: …/manifest.md */
export const manifestSchema = z.object({ config: descriptor, layers: z.array(descriptor) });

/** The types of both, as OCI and as Docker write them. */
export const indexTypes = [
  "application/vnd.oci.image.index.v1+json",
  "application/vnd.docker.distribution.manifest.list.v2+json",
] as const;
export const manifestTypes = [
  "application/vnd.oci.image.manifest.v1+json",
  "application/vnd.docker.distribution.manifest.v2+json",
] as const;

/** Returns the builds of an index by platform: `linux/amd64`, `linux/arm64/v8`. Attestations have no platform. */
export function platformsIn(index: z.output<typeof indexSchema>): Record<string, Descriptor> {
  return Object.fromEntries(
    index.manifests.flatMap((each) => {
      const { os = "unknown", architecture = "unknown", variant } = each.platform ?? {};
      if (os === "unknown" || architecture === "unknown") return [];
      // What is built for `arm64` is for its only variant.
      const kind = architecture === "arm64" && variant === "v8" ? undefined : variant;
      return [[[os, architecture, kind].filter((part) => part !== undefined).join("/"), each]];
    }),
  );
}
