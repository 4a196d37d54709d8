import { createCipheriv, createDecipheriv, hkdfSync, randomBytes } from "node:crypto";
import { canonical, digestOf, type Head, type Judged, judgeHead } from "./head.ts";
import { type PointManifest, readManifest } from "./manifest.ts";
import type { Owner } from "./signer.ts";

/** A point as it lies at a vault: its head is public, its manifest is readable with the repository's password. */
export interface KeptPoint {
  head: Head;
  /** base64: 12 bytes of nonce, the encrypted manifest, 16 bytes of tag. */
  sealed: string;
}

const algorithm = "aes-256-gcm";
const nonceBytes = 12;
const tagBytes = 16;

/**
 * Returns the key of manifests. It is derived from the password of the repositories: whoever can read one can read the
 * other, and nobody else.
 */
function sealingKey(password: string): Buffer {
  return Buffer.from(hkdfSync("sha256", password, "commune.cloud", "restore point manifest, form 1", 32));
}

/** @param password of the service's repositories. */
export function sealManifest(manifest: PointManifest, password: string): string {
  const nonce = randomBytes(nonceBytes);
  const cipher = createCipheriv(algorithm, sealingKey(password), nonce);
  const text = Buffer.concat([cipher.update(canonical(manifest), "utf8"), cipher.final()]);
  return Buffer.concat([nonce, text, cipher.getAuthTag()]).toString("base64");
}

/** Returns the manifest of a point. Throws if it does not match its head, or the password is another one. */
export function openManifest({ head, sealed }: KeptPoint, password: string): PointManifest {
  const text = unsealed(sealed, password);
  if (text === undefined) {
    throw new Error("the manifest cannot be opened with this password, or is not what was written");
  }
  if (digestOf(text) !== head.manifest) throw new Error("the manifest is not the one of its head");
  const manifest = readManifest(JSON.parse(text));
  if (manifest === undefined) throw new Error("the manifest is of a form that this version does not know");
  return manifest;
}

function unsealed(sealed: string, password: string): string | undefined {
  const bytes = Buffer.from(sealed, "base64");
  if (bytes.length < nonceBytes + tagBytes) return undefined;
  const nonce = bytes.subarray(0, nonceBytes);
  const decipher = createDecipheriv(algorithm, sealingKey(password), nonce);
  decipher.setAuthTag(bytes.subarray(-tagBytes));
  try {
    const text = decipher.update(bytes.subarray(nonceBytes, -tagBytes));
    return Buffer.concat([text, decipher.final()]).toString("utf8");
  } catch {
    return undefined;
  }
}

/** A valid point from a vault, or the reason why it is not. */
export type JudgedPoint = { point: KeptPoint; problem?: never } | { point?: never; problem: string };

/** Reads the text that a vault holds under a point's name. Does not check whether the manifest can be opened. */
export function judgePoint(text: string, owner: Owner, publicKey: string): JudgedPoint {
  const value = parsed(text);
  if (typeof value?.sealed !== "string") return { problem: "it is no restore point" };
  const { head, problem }: Judged = judgeHead(value.head, owner, publicKey);
  return head === undefined ? { problem } : { point: { head, sealed: value.sealed } };
}

function parsed(text: string): { head?: unknown; sealed?: unknown } | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
