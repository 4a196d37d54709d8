import type { Label } from "../../foundation/seed/derive.ts";
import { secretLabel } from "../../foundation/seed/labels.ts";
import { anyDevice, keyMember, manifestOf, memberLines } from "./archive.ts";
import type { HotspotsPlan } from "./plan.ts";
import { signingKey } from "./signature.ts";

export const signingLabel = secretLabel(
  "hotspots",
  "signing-key",
  "prepared anew",
  "signs what points are told; each point has its public half",
);
export const statusLabel = secretLabel(
  "hotspots",
  "status-token",
  "by itself",
  "opens what points have reported",
);

/** Label of the key by which one device is known. */
export function deviceLabel(uuid: string): Label {
  return { service: "hotspots", purpose: `device-${uuid}`, version: 1 };
}

/** Secrets derived from the seed. */
export interface HotspotsSecrets {
  /** 32 bytes in hexadecimal; they never reach the cluster. */
  signing: string;
  /** Opens `/status`. */
  statusToken: string;
  /** Key of each device, by uuid. */
  keys: Record<string, string>;
}

/** Secrets of the server, as files: whoever holds them cannot forge a configuration. */
export interface SecretFiles {
  "keys.json": string;
  "signatures.json": string;
  "hotspots.pub": string;
  /** The serial that was signed. */
  serial: string;
  "status-token": string;
}

/** @param serial of these configurations: points refuse what has a smaller one than they had. */
export function secretFiles(
  { signing, statusToken, keys }: HotspotsSecrets,
  plan: HotspotsPlan,
  serial: number,
): SecretFiles {
  const key = signingKey(signing);
  const keyLine = memberLines([keyMember(key.publicKey)]);
  const signed = [...plan.points, { uuid: anyDevice, ...plan.off }];
  const signatures = signed.map(({ uuid, lines }) => [
    uuid,
    key.sign(manifestOf(uuid, serial, lines + keyLine)),
  ]);
  return {
    "keys.json": JSON.stringify(keys),
    "signatures.json": JSON.stringify(Object.fromEntries(signatures)),
    "hotspots.pub": key.publicKey,
    serial: String(serial),
    "status-token": statusToken,
  };
}
