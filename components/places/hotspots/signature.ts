import { sign, verify } from "node:crypto";
import { ed25519PrivateKey, ed25519PublicBytes, ed25519PublicKey } from "../../foundation/seed/ed25519.ts";

/**
 * Ed25519 in the format of signify, which OpenWrt's `usign` reads: base64 of "Ed", eight bytes that name the key,
 * then the key or the signature, under a line of comment. Source: OpenBSD signify.c; openwrt/usign.
 */
const algorithm = "Ed";

/** A key that signs configurations, from 32 secret bytes in hexadecimal. */
export interface SigningKey {
  /** Key that a device keeps: the text of a signify public key. */
  publicKey: string;
  sign(message: string): string;
}

/** @param secret 32 bytes in hexadecimal. */
export function signingKey(secret: string): SigningKey {
  const key = ed25519PrivateKey(Buffer.from(secret, "hex"));
  const point = ed25519PublicBytes(key);
  // Any name will do, as long as keys and signatures agree.
  const name = point.subarray(0, 8);
  return {
    publicKey: armored("hotspots public key", name, point),
    sign: (message) => armored("verify with hotspots.pub", name, sign(null, Buffer.from(message), key)),
  };
}

/** Whether a signature is that of a message under a public key, both as signify writes them. */
export function verified(message: string, signature: string, publicKey: string): boolean {
  const key = unarmored(publicKey, 32);
  const signed = unarmored(signature, 64);
  if (key === undefined || signed === undefined || !key.name.equals(signed.name)) return false;
  return verify(null, Buffer.from(message), ed25519PublicKey(key.body), signed.body);
}

function armored(comment: string, name: Buffer, body: Buffer): string {
  const text = Buffer.concat([Buffer.from(algorithm), name, body]).toString("base64");
  return `untrusted comment: ${comment}\n${text}\n`;
}

function unarmored(text: string, length: number): { name: Buffer; body: Buffer } | undefined {
  const bytes = Buffer.from(text.split("\n")[1] ?? "", "base64");
  if (bytes.length !== 10 + length || bytes.toString("latin1", 0, 2) !== algorithm) return undefined;
  return { name: bytes.subarray(2, 10), body: bytes.subarray(10) };
}
