import type { KeyObject } from "node:crypto";
import { base58 } from "@scure/base";
import { ed25519PrivateKey, ed25519PublicBytes, ed25519PublicKey } from "../seed/ed25519.ts";

/** Bytes that tell an Ed25519 public key among others. Source: the multicodec table, `ed25519-pub`. */
const multicodec = Buffer.from([0xed, 0x01]);

/**
 * The public key that belongs to a private key of 32 bytes, spelled as a Multikey: `z6Mk` and 44 more characters.
 * Source: W3C, Controlled Identifiers 1.0, section 2.2.2.
 */
export function publicKeyOf(bytes: Uint8Array): string {
  return multibase(Buffer.concat([multicodec, ed25519PublicBytes(ed25519PrivateKey(bytes))]));
}

/** The key that a Multikey spells; nothing when it spells none of Ed25519. */
export function readPublicKey(multikey: string): KeyObject | undefined {
  const bytes = readMultibase(multikey);
  if (bytes?.length !== 34 || !multicodec.equals(bytes.subarray(0, 2))) return undefined;
  return ed25519PublicKey(bytes.subarray(2));
}

/** Bytes as multibase base58btc: `z` and their base58. */
export function multibase(bytes: Uint8Array): string {
  return `z${base58.encode(bytes)}`;
}

/** Reads multibase base58btc; nothing for another spelling. Long ones are not read: base58 takes quadratic time. */
export function readMultibase(text: string): Buffer | undefined {
  if (!text.startsWith("z") || text.length > 100) return undefined;
  try {
    return Buffer.from(base58.decode(text.slice(1)));
  } catch {
    return undefined;
  }
}
