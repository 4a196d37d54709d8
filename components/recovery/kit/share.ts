import { createHash } from "node:crypto";
import { base32crockford } from "@scure/base";
import { combine, split } from "shamir-secret-sharing";
import { seedFingerprint } from "../../foundation/seed/derive.ts";

/** One of several parts of a commune's seed: a given number of them together yield the seed, fewer reveal nothing of it. */
export interface Share {
  /** Number of shares that are needed. */
  needed: number;
  /** Number of shares that there are. */
  of: number;
  /** Its own number, from 1. */
  number: number;
  /** Distinguishes the shares of one splitting from those of another, which do not fit together: 4 bytes, hexadecimal. */
  set: string;
  /** Fingerprint of the seed: {@link seedFingerprint}. */
  fingerprint: string;
  /** The library's part: one byte longer than the seed. */
  part: Uint8Array;
}

/** A mistake in what was typed. */
export class ShareProblem extends Error {}

/** Format in which shares are written down. */
const format = 1;

const bytesOfLine = 10;
const dataGroups = 4;
const setBytes = 4;
const fingerprintBytes = 8;
const headBytes = 4 + setBytes + fingerprintBytes + 1;

/**
 * Splits a seed. The shares are verified: the first and the last ones that suffice were each joined again.
 *
 * @param seed base64.
 */
export async function splitSeed(
  seed: string,
  { commune, of, needed }: { commune: string; of: number; needed: number },
): Promise<Share[]> {
  const fingerprint = seedFingerprint(seed, commune);
  const set = Buffer.from(crypto.getRandomValues(new Uint8Array(setBytes))).toString("hex");
  const parts = await split(new Uint8Array(Buffer.from(seed, "base64")), of, needed);
  const shares = parts.map((part, index) => ({ needed, of, number: index + 1, set, fingerprint, part }));
  for (const some of [shares.slice(0, needed), shares.slice(-needed)]) {
    if ((await joinShares(some, commune)) !== Buffer.from(seed, "base64").toString("base64")) {
      throw new Error("the shares do not yield the seed again. Nothing was written.");
    }
  }
  return shares;
}

/**
 * Returns the seed, in base64. Wrong shares would silently yield a wrong seed, so it is compared with its fingerprint.
 *
 * @throws ShareProblem if the shares do not suffice, or do not fit together.
 */
export async function joinShares(shares: readonly Share[], commune: string): Promise<string> {
  const [first] = shares;
  if (first === undefined) throw new ShareProblem("no share was given.");
  const stranger = shares.find(({ set }) => set !== first.set);
  if (stranger !== undefined) {
    throw new ShareProblem(
      `share ${first.number} and share ${stranger.number} are of two different kits (${first.set} and ${stranger.set}): all must be of one.`,
    );
  }
  const byNumber = new Map(shares.map((share) => [share.number, share]));
  if (byNumber.size < first.needed) {
    throw new ShareProblem(`${first.needed} different shares are needed, and ${byNumber.size} were given.`);
  }
  const seed = Buffer.from(await combine([...byNumber.values()].map(({ part }) => part))).toString("base64");
  if (seedFingerprint(seed, commune) !== first.fingerprint) {
    throw new ShareProblem("together they do not yield the seed of this commune: one of them is wrong.");
  }
  return seed;
}

/**
 * Writes a share as lines for paper: four groups and a check group each, in Crockford's base 32, whose letters do not
 * look alike.
 */
export function linesOf(share: Share, commune: string): string[] {
  const { needed, of, number, set, fingerprint, part } = share;
  const bytes = Buffer.concat([
    Buffer.from([format, needed, of, number]),
    Buffer.from(set, "hex"),
    Buffer.from(fingerprint, "hex"),
    Buffer.from([part.length]),
    part,
  ]);
  const lines = Math.ceil(bytes.length / bytesOfLine);
  const whole = Buffer.concat([bytes, Buffer.alloc(lines * bytesOfLine - bytes.length)]);
  return Array.from({ length: lines }, (_, index) => {
    const line = whole.subarray(index * bytesOfLine, (index + 1) * bytesOfLine);
    const text = base32crockford.encode(line);
    return [...(text.match(/.{4}/g) ?? []), checkOf(line, index, commune)].join(" ");
  });
}

/**
 * Returns the check group of a line. A mistyped letter, another line or another commune gives another one, except in
 * one case in a million.
 */
function checkOf(line: Uint8Array, index: number, commune: string): string {
  const digest = createHash("sha256").update(`${commune} ${index} `).update(line).digest();
  return base32crockford.encode(digest.subarray(0, 5)).slice(0, 4);
}

/**
 * Reads the bytes of one line, however it was typed: in small letters, without blanks, O for 0, I or L for 1.
 *
 * @param index of the line, from 0.
 * @throws ShareProblem if the line is not one of this commune's at this place.
 */
export function bytesOf(text: string, index: number, commune: string): Uint8Array {
  const letters = text
    .toUpperCase()
    .replaceAll(/[\s·.-]/g, "")
    .replaceAll("O", "0")
    .replaceAll(/[IL]/g, "1");
  const length = (dataGroups + 1) * 4;
  const where = `line ${index + 1}`;
  if (letters.length !== length) {
    throw new ShareProblem(`${where} has ${letters.length} letters, and it must have ${length}.`);
  }
  const strange = /[^0-9A-HJKMNP-TV-Z]/.exec(letters)?.[0];
  if (strange !== undefined) throw new ShareProblem(`${where} has a "${strange}", which no share has.`);
  const line = base32crockford.decode(letters.slice(0, dataGroups * 4));
  if (checkOf(line, index, commune) !== letters.slice(dataGroups * 4)) {
    throw new ShareProblem(`${where} is wrong: a letter was mistyped, or the line belongs in another place.`);
  }
  return line;
}

/** Returns the number of lines of a share from its first two: the end of its head gives the length of the part. */
export function lineCount(firstTwo: Uint8Array): number {
  const [length] = firstTwo.subarray(headBytes - 1, headBytes);
  return Math.ceil((headBytes + (length ?? 0)) / bytesOfLine);
}

/** Reads the share from its lines, each read with {@link bytesOf}. Throws ShareProblem if another toolkit wrote it. */
export function shareOf(lines: readonly Uint8Array[]): Share {
  const bytes = Buffer.concat(lines);
  const [written, needed = 0, of = 0, number = 0] = bytes;
  if (written !== format) {
    throw new ShareProblem(`it has format ${written}, and this toolkit reads format ${format}.`);
  }
  const length = bytes[headBytes - 1] ?? 0;
  return {
    ...{ needed, of, number },
    set: bytes.subarray(4, 4 + setBytes).toString("hex"),
    fingerprint: bytes.subarray(4 + setBytes, headBytes - 1).toString("hex"),
    part: new Uint8Array(bytes.subarray(headBytes, headBytes + length)),
  };
}
