import { createHash, sign, verify } from "node:crypto";
import canonicalize from "canonicalize";
import { multibase, publicKeyOf, readMultibase, readPublicKey } from "../foundation/multikey/multikey.ts";
import { ed25519PrivateKey } from "../foundation/seed/ed25519.ts";

/** A document that carries its own proof, next to its members. */
export type Signed<Document> = Document & { proof: Proof };

/** Source: W3C, Data Integrity EdDSA Cryptosuites 1.0, `eddsa-jcs-2022`; the fediverse's FEP-8b32 uses it too. */
interface Proof {
  type: "DataIntegrityProof";
  cryptosuite: "eddsa-jcs-2022";
  /** Time of signing, ISO 8601. */
  created: string;
  /** Address of the key: the document's own address, and the key. */
  verificationMethod: string;
  proofPurpose: "assertionMethod";
  /** `z` and the base58 of the signature. */
  proofValue: string;
}

/** Returns the signed bytes: the canonical form of the proof without its value, then of the document (RFC 8785). */
function digest(document: object, proof: Omit<Proof, "proofValue">): Buffer {
  return Buffer.concat(
    [proof, document].map((part) =>
      createHash("sha256")
        .update(canonicalize(part) ?? "")
        .digest(),
    ),
  );
}

/**
 * Signs a document.
 *
 * @param key private key, 32 bytes.
 * @param address at which the document is published.
 */
export function withProof<Document extends object>(
  document: Document,
  { key, address, now }: { key: Uint8Array; address: string; now: Date },
): Signed<Document> {
  const proof = {
    type: "DataIntegrityProof",
    cryptosuite: "eddsa-jcs-2022",
    created: now.toISOString(),
    verificationMethod: `${address}#${publicKeyOf(key)}`,
    proofPurpose: "assertionMethod",
  } as const;
  const value = sign(null, digest(document, proof), ed25519PrivateKey(key));
  return { ...document, proof: { ...proof, proofValue: multibase(value) } };
}

/**
 * Returns the key that a signed document names; undefined if it names none. Which key to verify the proof with is the
 * reader's decision.
 */
export function namedKey(document: unknown): string | undefined {
  const proof = proofOf(document);
  return proof?.verificationMethod.split("#")[1];
}

/** Whether the holder of a public key signed this document. Anything malformed is not signed. */
export function isSignedBy(document: unknown, multikey: string): boolean {
  const proof = proofOf(document);
  const key = readPublicKey(multikey);
  if (proof === undefined || key === undefined) return false;
  const { proof: _, ...rest } = document as Record<string, unknown>;
  const { proofValue, ...configuration } = proof;
  const signature = readMultibase(proofValue);
  return signature !== undefined && verify(null, digest(rest, configuration), key, signature);
}

function proofOf(document: unknown): Proof | undefined {
  const proof = (document as { proof?: Partial<Proof> } | null | undefined)?.proof;
  return proof?.type === "DataIntegrityProof" &&
    proof.cryptosuite === "eddsa-jcs-2022" &&
    proof.proofPurpose === "assertionMethod" &&
    typeof proof.verificationMethod === "string" &&
    typeof proof.proofValue === "string"
    ? (proof as Proof)
    : undefined;
}
