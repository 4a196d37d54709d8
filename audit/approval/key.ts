import { deriveSecret } from "../../components/foundation/seed/derive.ts";

/** What values of a commune are counted with: whoever knows a report and not the seed cannot try values. */
export function approvalKey(seed: string, commune: string): Buffer {
  const label = { service: "approval", purpose: "digest", version: 1 };
  return Buffer.from(deriveSecret(seed, commune, label), "base64url");
}
