import type * as z from "zod";
import type { mediaSection, objectsSection } from "./declaration.ts";

/** Storage for what people publish with a service: a volume, or a prefix of the commune's bucket. */
export type Media = VolumeMedia | S3Media;

export interface VolumeMedia {
  kind: "volume";
  /** Size of the volume, GiB. */
  sizeGiB: number;
  /** Storage class; the cluster's default when absent. */
  storageClass: string | undefined;
}

/** Files of a service in a bucket. */
export interface BucketFiles {
  kind: "s3";
  /** Address of the store, without a final slash. */
  endpoint: string;
  region: string;
  bucket: string;
  /** Start of every key of the service, with a final slash: `mastodon/`; empty in a bucket of its own. */
  prefix: string;
  addressing: "path" | "host";
}

export interface S3Media extends BucketFiles {
  /** Public host name of the bucket. */
  publicHost: string;
}

/** The stack's secrets that hold the keys to the bucket. */
export const mediaKeys = { accessKey: "media-access-key", secretKey: "media-secret-key" } as const;

/** The stack's secrets that hold the keys to the bucket of a service's own. */
export const objectsKeys = { accessKey: "objects-access-key", secretKey: "objects-secret-key" } as const;

/** Returns the files of a service in a bucket of its own; undefined if it declares none. */
export function planObjects(section: z.output<typeof objectsSection> | undefined): BucketFiles | undefined {
  return section && { kind: "s3", ...section, prefix: "" };
}

/** The media of a service: in the commune's bucket when it declares one, else on a volume. */
export function planMedia(
  section: z.output<typeof mediaSection> | undefined,
  service: string,
  volume: Omit<VolumeMedia, "kind">,
): Media {
  return section === undefined
    ? { kind: "volume", ...volume }
    : { kind: "s3", ...section, prefix: `${service}/` };
}
