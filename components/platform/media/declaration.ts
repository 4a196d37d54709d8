import { address } from "../../foundation/declaration/address.ts";
import { choice } from "../../foundation/declaration/choice.ts";
import { domain } from "../../foundation/declaration/domain.ts";
import { identifier } from "../../foundation/declaration/identifier.ts";
import { line } from "../../foundation/declaration/line.ts";
import { section } from "../../foundation/declaration/section.ts";

/** Region that requests to a bucket are signed for. */
const region = () =>
  line({ maximumLength: 60, example: "fr-lyon" }).prefault("garage").describe("Region of the bucket.");

const addressing = () =>
  choice(["path", "host"])
    .prefault("path")
    .describe("Whether the bucket is in the path of its address or in the host name.");

/** The `media:` section: an S3 store for what people publish, instead of volumes. */
export const mediaSection = section({
  endpoint: address({ example: "https://s3.villeurbanne.fr" }).describe(
    "Address of the S3 service. Its keys are the stack's secrets `commune:media-access-key` and `commune:media-secret-key`.",
  ),
  region: region(),
  bucket: identifier({ noun: "a bucket name", title: "bucket name", example: "villeurbanne-media" }).describe(
    "Bucket that the services share, each under its own prefix.",
  ),
  publicHost: domain({ example: "media.villeurbanne.fr" }).describe(
    "Public name of the bucket. It enters addresses that others keep: choose one that can point to another store.",
  ),
  addressing: addressing(),
});

/** A section `objects:` of a service: a bucket of its own, which nobody else reads, for files that are not published. */
export const objectsSection = section({
  endpoint: address({ example: "https://s3.villeurbanne.fr" }).describe(
    "Address of the S3 service. Its keys are the stack's secrets `commune:objects-access-key` and `commune:objects-secret-key`.",
  ),
  region: region(),
  bucket: identifier({
    noun: "a bucket name",
    title: "bucket name",
    example: "villeurbanne-documents",
  }).describe(
    "Bucket of this service alone. It must exist, be closed to the public, and be read at once as it was written.",
  ),
  addressing: addressing(),
});
