import { createECDH, hkdfSync } from "node:crypto";

/** Purpose and version of a derived secret: raising the version rotates it. */
export interface Label {
  service: string;
  purpose: string;
  version: number;
}

/** A label as it enters the derivation and as it is shown: `nextcloud/admin-password/v1`. */
export function labelText({ service, purpose, version }: Label): string {
  return `${service}/${purpose}/v${version}`;
}

/** Returns why nothing can be derived from a seed; undefined if it is long enough. */
export function shortSeedProblem(seed: string, commune: string): string | undefined {
  const { length } = Buffer.from(seed, "base64");
  return length >= 32
    ? undefined
    : `The seed of ${commune} holds ${length} bytes; it must be the base64 of at least 32. Give the seed of the lost stack with: pulumi config set --secret commune:seed`;
}

/**
 * Derives one secret from a commune's seed with HKDF-SHA256, so that redeploying elsewhere needs the seed
 * alone. Source: RFC 5869.
 *
 * @param seed base64 of at least 32 random bytes.
 * @param bytes length of the secret before encoding; 32 by default.
 * @returns base64url without padding: safe in URLs, shells and configuration files.
 */
export function deriveSecret(seed: string, commune: string, label: Label, bytes = 32): string {
  const problem = shortSeedProblem(seed, commune);
  if (problem !== undefined) throw new RangeError(problem);
  return derived(Buffer.from(seed, "base64"), commune, label, bytes).toString("base64url");
}

/** Tells two seeds apart: eight bytes that say nothing about any other derived value. */
export function seedFingerprint(seed: string, commune: string): string {
  return deriveHex(seed, commune, { service: "seed", purpose: "fingerprint", version: 1 }, 8);
}

/** Derives one secret in lower-case hexadecimal, for software that requires it. */
export function deriveHex(seed: string, commune: string, label: Label, bytes = 32): string {
  return Buffer.from(deriveSecret(seed, commune, label, bytes), "base64url").toString("hex");
}

/** A P-256 key pair in the spelling of Web Push: base64url without padding, the public key uncompressed. */
export interface KeyPair {
  publicKey: string;
  privateKey: string;
}

const p256Order = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

/**
 * Derives a P-256 key pair, for VAPID (RFC 8292). The scalar comes from 48 bytes reduced modulo the order, so
 * that no value is more likely than another. Source: FIPS 186-5, A.2.1.
 */
export function deriveKeyPair(seed: string, commune: string, label: Label): KeyPair {
  const wide = BigInt(`0x${deriveHex(seed, commune, label, 48)}`);
  const scalar = (wide % (p256Order - 1n)) + 1n;
  const privateKey = Buffer.from(scalar.toString(16).padStart(64, "0"), "hex");
  const curve = createECDH("prime256v1");
  curve.setPrivateKey(privateKey);
  return { publicKey: curve.getPublicKey("base64url"), privateKey: privateKey.toString("base64url") };
}

function derived(key: Buffer, commune: string, label: Label, bytes: number): Buffer {
  return Buffer.from(hkdfSync("sha256", key, `commune.cloud/${commune}`, labelText(label), bytes));
}
