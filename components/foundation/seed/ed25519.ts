import { createPrivateKey, createPublicKey, type KeyObject } from "node:crypto";

/** PKCS #8 up to the 32 bytes of an Ed25519 private key. Source: RFC 8410, section 10.3. */
const privatePrefix = Buffer.from("302e020100300506032b657004220420", "hex");
/** SubjectPublicKeyInfo up to the 32 bytes of an Ed25519 public key. Source: RFC 8410, section 4. */
const publicPrefix = Buffer.from("302a300506032b6570032100", "hex");

/**
 * The Ed25519 private key of 32 bytes.
 *
 * @throws RangeError for another number of bytes.
 */
export function ed25519PrivateKey(bytes: Uint8Array): KeyObject {
  if (bytes.length !== 32) throw new RangeError("An Ed25519 private key is 32 bytes.");
  return createPrivateKey({ key: Buffer.concat([privatePrefix, bytes]), format: "der", type: "pkcs8" });
}

/** The public key of 32 bytes. */
export function ed25519PublicKey(bytes: Uint8Array): KeyObject {
  return createPublicKey({ key: Buffer.concat([publicPrefix, bytes]), format: "der", type: "spki" });
}

/** The 32 bytes of the public key that belongs to a private key. */
export function ed25519PublicBytes(privateKey: KeyObject): Buffer {
  return createPublicKey(privateKey).export({ format: "der", type: "spki" }).subarray(publicPrefix.length);
}
