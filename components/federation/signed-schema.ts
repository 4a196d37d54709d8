import * as z from "zod/mini";
import { descriptorSchemaOf, type Kinds } from "./descriptor.ts";

const proof = z
  .object({
    type: z.literal("DataIntegrityProof"),
    cryptosuite: z.literal("eddsa-jcs-2022"),
    created: z.iso.datetime(),
    verificationMethod: z
      .string()
      .check(z.describe("Address of this document, `#`, and the public key as a Multikey (Ed25519, z6Mk…).")),
    proofPurpose: z.literal("assertionMethod"),
    proofValue: z.string().check(z.describe("`z` and the base58 of the signature.")),
  })
  .check(
    z.describe(
      "W3C Data Integrity EdDSA Cryptosuites 1.0, section 3.3, over all members of the document but this one.",
    ),
  );

/** Schema of the descriptor as it is published: docs/descriptor.schema.json is made from it. */
export const signedDescriptorSchema = (kinds: Kinds) =>
  z
    .extend(descriptorSchemaOf(kinds), { proof })
    .check(z.describe("What a commune publishes of itself at https://<domain>/.well-known/commune.json."));
