import { createHash, sign, verify } from "node:crypto";
import canonicalize from "canonicalize";
import * as z from "zod/mini";
import { readPublicKey } from "../../foundation/multikey/multikey.ts";
import { ed25519PrivateKey } from "../../foundation/seed/ed25519.ts";
import { readOnce } from "../vault/names.ts";
import { largestSequence, withoutJump } from "./numbers.ts";
import { isGranted, type Owner, type Signer } from "./signer.ts";

const digest = z.string().check(z.regex(/^[0-9a-f]{64}$/));
const name = z.string().check(z.regex(/^[a-z][a-z0-9-]{0,62}$/));
const counted = z.int().check(z.minimum(1), z.maximum(999_999));
const signature = z.string().check(z.regex(/^[A-Za-z0-9_-]{86}$/));

const statedSchema = z.strictObject({
  form: z.literal(1),
  commune: name,
  service: name,
  /** Raised with each restore elsewhere and each move: of two sites that are alive, the one with the lower one is the old one. */
  incarnation: counted,
  /** 1 for the first point of the service, and one more each time. */
  sequence: z.int().check(z.minimum(1), z.maximum(largestSequence)),
  /** SHA-256 of the head before; nothing before the first. */
  previous: z.nullable(digest),
  /** Begin of the scan of the files, and moment of the rows: ISO 8601, UTC. */
  takenAt: z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/)),
  /** SHA-256 of the manifest in its canonical form. */
  manifest: digest,
});

const headSchema = z.strictObject({
  ...statedSchema.shape,
  signer: z.strictObject({ key: z.string().check(z.maxLength(60)), grant: signature }),
  /** Signature by the signer's key, over all of the above: base64url. */
  signature,
});

/** The statement of a head, before it is signed. */
export type Stated = z.output<typeof statedSchema>;

/**
 * The head of one restore point: everything about it that is public. Heads form a chain: each names the one before, so
 * that a missing point leaves a gap.
 */
export type Head = z.output<typeof headSchema>;

/**
 * Returns the canonical form of a value (RFC 8785), which hashes and signatures are made from. Throws TypeError if it
 * has none.
 */
export function canonical(value: object): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError("This has no canonical form.");
  return text;
}

export function digestOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** Returns the hash by which the next head names this one. */
export function hashOf(head: Head): string {
  return digestOf(canonical(head));
}

const signedPart = (stated: object) =>
  Buffer.from(`commune.cloud restore point, form 1\n${digestOf(canonical(stated))}\n`);

/** @param key the service's private key for its points, 32 bytes. */
export function signHead(stated: Stated, signer: Signer, key: Uint8Array): Head {
  const said = { ...stated, signer };
  const value = sign(null, signedPart(said), ed25519PrivateKey(key));
  return { ...said, signature: value.toString("base64url") };
}

/** Returns the id of a restore point, by which it is requested: `2026-11-26T02:10:00Z-000043`. */
export function pointId({ takenAt, sequence }: Pick<Head, "takenAt" | "sequence">): string {
  return `${takenAt}-${digits(sequence)}`;
}

const digits = (sequence: number) => String(sequence).padStart(6, "0");

/** Returns the name of a point at each vault, where names are created once: `point-nextcloud-000043`. */
export function pointName(service: string, sequence: number): string {
  return `point-${service}-${digits(sequence)}`;
}

/** Returns the sequence in the name of a service's point; undefined for another name. */
export function sequenceIn(service: string, name: string): number | undefined {
  const read = readOnce(name);
  return read?.is === "point" && read.service === service ? read.sequence : undefined;
}

/** Returns the numbers of a service's points that count, of the names at a vault: newest first. */
export function sequencesIn(service: string, names: readonly string[]): number[] {
  return withoutJump(names.flatMap((name) => sequenceIn(service, name) ?? []));
}

/** A valid head, or the reason why it is not. */
export type Judged = { head: Head; problem?: never } | { head?: never; problem: string };

/**
 * Reads a head and judges whether its commune signed it for this service. The chain is not judged.
 *
 * @param publicKey of the commune's descriptor, a Multikey.
 */
export function judgeHead(value: unknown, owner: Owner, publicKey: string): Judged {
  const read = headSchema.safeParse(value);
  if (!read.success) return { problem: "it is no head of a restore point" };
  const head = read.data;
  if (head.commune !== owner.commune || head.service !== owner.service) {
    return { problem: `it is one of ${head.commune}'s ${head.service}` };
  }
  if (!isGranted(head.signer, owner, publicKey)) {
    return { problem: "the commune did not let this key sign restore points" };
  }
  const { signature, ...said } = head;
  const key = readPublicKey(head.signer.key);
  const isSigned =
    key !== undefined && verify(null, signedPart(said), key, Buffer.from(signature, "base64url"));
  return isSigned ? { head } : { problem: "its signature is not the service's" };
}
