import { address } from "../../foundation/declaration/address.ts";
import { section } from "../../foundation/declaration/section.ts";
import { Refusal, written } from "../../foundation/declaration/written.ts";

/** Name of a bucket. Source: https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
function bucketName() {
  const pattern = /^[a-z0-9][a-z0-9-]{1,61}[a-z0-9]$/;
  return written<string>({
    title: "bucket name of 3 to 63 letters a to z, digits and inner hyphens",
    noun: "a bucket name",
    example: "villeurbanne-copies",
    pattern,
    maximumLength: 63,
    read: (text) =>
      pattern.test(text)
        ? text
        : new Refusal("may only have letters a to z, digits and inner hyphens, 3 to 63 of them"),
  });
}

/** Region that requests to a bucket are signed for. */
function region() {
  const pattern = /^[a-z0-9-]{1,60}$/;
  return written<string>({
    title: "region of a store: letters a to z, digits and hyphens",
    noun: "a region",
    example: "gra",
    pattern,
    maximumLength: 60,
    read: (text) =>
      pattern.test(text) ? text : new Refusal("may only have letters a to z, digits and hyphens"),
  });
}

/** An entry of `recovery.buckets`: a bucket with versions and object lock, in which nobody can delete before a lock ends. */
export const bucketSection = section({
  endpoint: address({ example: "https://s3.gra.io.cloud.ovh.net" }).describe(
    "Address of the S3 store, on port 443, with the bucket in the path of each request. The keys are the stack's secrets `commune:vault-<name>-access-key` and `commune:vault-<name>-secret-key`.",
  ),
  region: region().describe("Region of the bucket, as its operator calls it."),
  bucket: bucketName().describe(
    "Name of a bucket of the commune's own, created with versions and object lock in compliance mode. `npx commune site check <commune> --vault <name>` tries it.",
  ),
});
