import { createHash, createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto";
import { base58 } from "@scure/base";
import canonicalize from "canonicalize";

/** A document that carries its own proof, beside its members. */
export type Signed<Document> = Document & { proof: Proof };

/** Source: W3C, Data Integrity EdDSA Cryptosuites 1.0, `eddsa-jcs-2022`; the fediverse's FEP-8b32 uses the same. */
export interface Proof {
  type: "DataIntegrityProof";
  cryptosuite: "eddsa-jcs-2022";
  /** When it was signed, ISO 8601. */
  created: string;
  /** Where the key is told: the document's own address, and the key. */
  verificationMethod: string;
  proofPurpose: "assertionMethod";
  /** `z` and the base58 of the signature. */
  proofValue: string;
}

/** Bytes that a private and a public Ed25519 key begin with in DER. Source: RFC 8410. */
const der = {
  private: Buffer.from("302e020100300506032b657004220420", "hex"),
  public: Buffer.from("302a300506032b6570032100", "hex"),
};

/** Bytes that tell an Ed25519 public key among others. Source: the multicodec table, `ed25519-pub`. */
const multicodec = Buffer.from([0xed, 0x01]);

/** The private key of 32 bytes, as `node:crypto` takes it. */
function privateKey(bytes: Uint8Array): KeyObject {
  return createPrivateKey({ key: Buffer.concat([der.private, bytes]), format: "der", type: "pkcs8" });
}

/**
 * The public key that belongs to a private key of 32 bytes, spelled as a Multikey: `z6Mk` and 44 more characters.
 * Source: W3C, Controlled Identifiers 1.0, section 2.2.2.
 */
export function publicKeyOf(bytes: Uint8Array): string {
  const whole = createPublicKey(privateKey(bytes)).export({ format: "der", type: "spki" });
  return `z${base58.encode(Buffer.concat([multicodec, whole.subarray(der.public.length)]))}`;
}

/** The key that a Multikey spells; nothing when it spells none of Ed25519. */
export function readPublicKey(multikey: string): KeyObject | undefined {
  const bytes = bytesOf(multikey);
  if (bytes?.length !== 34 || !multicodec.equals(bytes.subarray(0, 2))) return undefined;
  return createPublicKey({
    key: Buffer.concat([der.public, bytes.subarray(2)]),
    format: "der",
    type: "spki",
  });
}

/** What is signed: the canonical form of the proof without its value, then of the document (RFC 8785). */
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
 * @param address where the document is published.
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
  const value = sign(null, digest(document, proof), privateKey(key));
  return { ...document, proof: { ...proof, proofValue: `z${base58.encode(value)}` } };
}

/** The key that a signed document names: what its proof is checked with is up to the reader. */
export function namedKey(document: unknown): string | undefined {
  const proof = proofOf(document);
  return proof?.verificationMethod.split("#")[1];
}

/** Whether the holder of a public key signed this very document. Anything malformed is not signed. */
export function isSignedBy(document: unknown, multikey: string): boolean {
  const proof = proofOf(document);
  const key = readPublicKey(multikey);
  if (proof === undefined || key === undefined) return false;
  const { proof: _, ...rest } = document as Record<string, unknown>;
  const { proofValue, ...configuration } = proof;
  const signature = bytesOf(proofValue);
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

/** Multibase base58btc; nothing for another spelling. Long ones are not read: base58 takes quadratic time. */
function bytesOf(text: string): Buffer | undefined {
  if (!text.startsWith("z") || text.length > 100) return undefined;
  try {
    return Buffer.from(base58.decode(text.slice(1)));
  } catch {
    return undefined;
  }
}
