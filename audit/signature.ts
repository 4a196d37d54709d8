import { createHash, sign, verify } from "node:crypto";
import { readPublicKey } from "../components/foundation/multikey/multikey.ts";
import { ed25519PrivateKey } from "../components/foundation/seed/ed25519.ts";
import { signedText } from "./log.ts";

/** Purpose of a signature that commands make in a log of a commune. */
type Purpose = "drill" | "approvals";

/** Text that something said stands for, with what it is said for: a signature of one purpose counts for no other. */
export function purposeText(purpose: Purpose | "passkey", said: object): string {
  return `commune.cloud ${purpose}, form 1\n${createHash("sha256").update(signedText(said)).digest("hex")}\n`;
}

/** Ed25519 in base64url, as published schemas describe it. */
export const signaturePattern = /^[A-Za-z0-9_-]{86}$/;

/** Text that a signature of a purpose is made over, for the schemas of those who verify it without this toolkit. */
export function signatureText(purpose: Purpose): string {
  return `Ed25519, base64url, of the text "commune.cloud ${purpose}, form 1", a line end, the SHA-256 of the entry in RFC 8785 in hexadecimal, and a line end.`;
}

const signedBytes = (purpose: Purpose, said: object) => Buffer.from(purposeText(purpose, said));

/**
 * Signs what a command writes into a log; `by` in it is to be the key's public half as a Multikey.
 *
 * @param key private Ed25519 key, 32 bytes.
 */
export function signByCommune(purpose: Purpose, said: object, key: Uint8Array): string {
  return sign(null, signedBytes(purpose, said), ed25519PrivateKey(key)).toString("base64url");
}

/** Whether the holder of the key that an entry names signed this very entry. Anything malformed is not signed. */
export function isSignedByCommune(purpose: Purpose, said: { by: string }, signature: string): boolean {
  const key = readPublicKey(said.by);
  return (
    key !== undefined &&
    signaturePattern.test(signature) &&
    verify(null, signedBytes(purpose, said), key, Buffer.from(signature, "base64url"))
  );
}
