import { hkdfSync } from "node:crypto";

/** What a derived secret is for, and which version of it: raising the version rotates it. */
export interface Label {
  service: string;
  purpose: string;
  version: number;
}

/** A label as it enters the derivation and as it is shown: `nextcloud/admin-password/v1`. */
export function labelText({ service, purpose, version }: Label): string {
  return `${service}/${purpose}/v${version}`;
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
  const key = Buffer.from(seed, "base64");
  if (key.length < 32) {
    throw new RangeError(
      `The seed of ${commune} holds ${key.length} bytes; it must be the base64 of at least 32. ` +
        "Give the seed of the lost stack with: pulumi config set --secret commune:seed",
    );
  }
  return Buffer.from(hkdfSync("sha256", key, `commune.cloud/${commune}`, labelText(label), bytes)).toString(
    "base64url",
  );
}
