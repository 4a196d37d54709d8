import type { Label } from "../seed/derive.ts";
import { anyDevice } from "./archive.ts";
import type { HotspotsPlan } from "./plan.ts";
import { signingKey } from "./signature.ts";

export const signingLabel: Label = { service: "hotspots", purpose: "signing-key", version: 1 };
export const statusLabel: Label = { service: "hotspots", purpose: "status-token", version: 1 };

/** Label of the key by which one device is known. */
export function deviceLabel(uuid: string): Label {
  return { service: "hotspots", purpose: `device-${uuid}`, version: 1 };
}

/** What comes from the seed. */
export interface HotspotsSecrets {
  /** 32 bytes in hexadecimal; they never reach the cluster. */
  signing: string;
  /** Opens `/status`. */
  statusToken: string;
  /** Key of each device, by uuid. */
  keys: Record<string, string>;
}

/** What the server is given of them, as files: whoever holds it cannot invent a configuration. */
export interface SecretFiles {
  "keys.json": string;
  "signatures.json": string;
  "hotspots.pub": string;
  "status-token": string;
}

export function secretFiles(
  { signing, statusToken, keys }: HotspotsSecrets,
  plan: HotspotsPlan,
): SecretFiles {
  const key = signingKey(signing);
  const signed = [...plan.points, { uuid: anyDevice, ...plan.off }];
  const signatures = signed.map(({ uuid, manifest }) => [uuid, key.sign(manifest)]);
  return {
    "keys.json": JSON.stringify(keys),
    "signatures.json": JSON.stringify(Object.fromEntries(signatures)),
    "hotspots.pub": key.publicKey,
    "status-token": statusToken,
  };
}
