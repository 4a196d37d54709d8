import { deriveSecret } from "../../components/foundation/seed/derive.ts";

/** The key that `commune apply` signs with what it writes into a commune's log: no pod has it, and it is never another one. */
export function logKey(seed: string, commune: string): Buffer {
  const label = { service: "approval", purpose: "log", version: 1 };
  return Buffer.from(deriveSecret(seed, commune, label), "base64url");
}

/** Key with which values of a commune are hashed: whoever knows a report and not the seed cannot try values. */
export function approvalKey(seed: string, commune: string): Buffer {
  const label = { service: "approval", purpose: "digest", version: 1 };
  return Buffer.from(deriveSecret(seed, commune, label), "base64url");
}
