import { createPublicKey, sign, verify } from "node:crypto";
import { readPublicKey } from "../../foundation/multikey/multikey.ts";
import { ed25519PrivateKey } from "../../foundation/seed/ed25519.ts";

/**
 * Returns the first line of a signed list of checksums: a comment to `sha256sum`, which distinguishes it from
 * everything else that a commune signs.
 */
export function sumsHeading(commune: string, id: string, at: string): string {
  return `# commune.cloud signs what an association takes along, form 1: ${commune} ${id} ${at}\n`;
}

/** Signs a text unchanged, with the key of the commune's descriptor. @param key 32 bytes. */
export function signText(text: string, key: Uint8Array): Buffer {
  return sign(null, Buffer.from(text), ed25519PrivateKey(key));
}

/** Whether this key signed a text. @param publicKey a Multikey. */
export function isSigned(text: string, signature: Uint8Array, publicKey: string): boolean {
  const key = readPublicKey(publicKey);
  return key !== undefined && signature.length === 64 && verify(null, Buffer.from(text), key, signature);
}

/** Returns the public half of a key as a file for OpenSSL. @param key 32 bytes. */
export function publicPem(key: Uint8Array): string {
  return createPublicKey(ed25519PrivateKey(key)).export({ format: "pem", type: "spki" }).toString();
}
