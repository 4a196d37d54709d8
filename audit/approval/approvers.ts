import { existsSync } from "node:fs";
import type * as z from "zod";
import { choice } from "../../components/foundation/declaration/choice.ts";
import { date } from "../../components/foundation/declaration/date.ts";
import { line } from "../../components/foundation/declaration/line.ts";
import { list } from "../../components/foundation/declaration/list.ts";
import { loadYaml } from "../../components/foundation/declaration/load.ts";
import { DeclarationError, type Problem } from "../../components/foundation/declaration/problem.ts";
import { section } from "../../components/foundation/declaration/section.ts";
import { inCommune } from "../../components/foundation/declaration/stacks.ts";
import { Refusal, written } from "../../components/foundation/declaration/written.ts";
import { publicKey } from "../../components/foundation/multikey/public-key.ts";
import { type Passkey, PasskeyError, passkeyFingerprint } from "./passkey.ts";
import { fingerprint, SshFormatError } from "./sshsig.ts";

/** The file beside a commune's declaration. */
export const approversFile = "approvers.yaml";

/** Functions that signers have in a commune. */
export const roles = ["administrator", "official", "data-protection"] as const;
export type Role = (typeof roles)[number];

/** A public key as OpenSSH writes it into a `.pub` file. */
function sshKey() {
  return written<string>({
    title: "public SSH key",
    noun: "a public SSH key",
    example: "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIIKHCJ9NP3AlXbGOWhil9Ey1KeZ/7VhTkDtaDOVWjaln",
    pattern: /^[a-z0-9@.-]+ [A-Za-z0-9+/=]+( .*)?$/,
    maximumLength: 2000,
    read(text) {
      try {
        fingerprint(text);
        return text;
      } catch (error) {
        const why = error instanceof SshFormatError ? error.message : "it cannot be read";
        return new Refusal(`is no key that signatures are verified with: ${why}`);
      }
    },
  });
}

/** The public half of a passkey, as the commune's page writes it. */
function passkeyPublicKey() {
  return written<string>({
    title: "public half of a passkey",
    noun: "the public half of a passkey, as the page at /accord writes it,",
    example:
      "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEpi4yUtdTl4uCBNvS6kVVDPKFRRzdnuxqpJGF1hnGIkTiuJK95o_9QOEQGlcUrgrv5M7MRr6sDhb8OnCMAQmCLw",
    pattern: /^[A-Za-z0-9_-]+$/,
    maximumLength: 2000,
    read(text) {
      try {
        passkeyFingerprint(text);
        return text;
      } catch (error) {
        const why = error instanceof PasskeyError ? error.message : "it cannot be read";
        return new Refusal(`is no key that signatures are verified with: ${why}`);
      }
    },
  });
}

/** Origin of a page: an address of nothing but a scheme, a name and a port. */
function origin() {
  return written<string>({
    title: "origin of a page",
    noun: "the origin of a page",
    example: "https://connexion.villeurbanne.fr",
    pattern: /^https:\/\/[a-z0-9.-]+(:\d+)?$/,
    maximumLength: 300,
    read(text) {
      const found = URL.canParse(text) ? new URL(text).origin : undefined;
      return found === text && text.startsWith("https://")
        ? text
        : new Refusal(
            "is no origin: https://, a name in small letters and no path",
            found?.startsWith("https://") ? found : undefined,
          );
    },
  });
}

const passkey = section({
  origin: origin().describe(
    "The page that it signs on: `https://connexion.<domain>`. A signature that was made on another one does not count.",
  ),
  id: written<string>({
    title: "credential id",
    noun: "the id of a passkey, as the page at /accord writes it,",
    example: "q1bXjT5Zc0m3oG5m2Wc4Zg",
    pattern: /^[A-Za-z0-9_-]+$/,
    maximumLength: 1400,
    read: (text) =>
      /^[A-Za-z0-9_-]+$/.test(text) ? text : new Refusal("has a letter that base64url does not have"),
  }).describe("Its credential id, by which the device finds it."),
  publicKey: passkeyPublicKey().describe("Its public half."),
});

const approver = section({
  name: line({ maximumLength: 100, example: "direction générale des services" }).describe(
    "Who signs with this key: a function, never a person.",
  ),
  role: choice(roles).describe(
    "What it stands for: who runs the cloud, an elected official or whom they delegate to, the data protection officer.",
  ),
  key: sshKey()
    .optional()
    .describe("A public SSH key, as in the .pub file that ssh-keygen writes. This, or `passkey`."),
  passkey: passkey
    .optional()
    .describe(
      "A passkey, with which somebody says yes in a browser. The page `https://connexion.<domain>/accord` makes one and writes these lines (docs/approval.md).",
    ),
  from: date().describe("First day on which it may sign."),
  until: date()
    .optional()
    .describe(
      "Last day on which it may sign. Keep the line afterwards: old signatures are verified with it.",
    ),
});

/** `stacks/<commune>/approvers.yaml`. */
export const approversSchema = section({
  approvers: list(approver, { noun: "approvers", minimum: 1 }),
  log: publicKey()
    .optional()
    .describe(
      "The key with which commune apply signs what it writes into the log: it comes from the commune's seed, and npx commune verify-log says it. When absent: the one of the first line that is signed so.",
    ),
});

/** Somebody who may sign for a commune. */
export interface Approver extends Omit<z.output<typeof approver>, "key" | "passkey"> {
  /** Fingerprint of the key: `SHA256:…`. */
  fingerprint: string;
  /** The passkey with which they sign; absent if they sign with an SSH key. */
  passkey?: Passkey;
}

/** The people and the key whose signatures count in a commune's log. */
export interface Signers {
  /** Approvers in the order of the file. */
  approvers: readonly Approver[];
  /** The key of the log, a Multikey, if the file names it. */
  log?: string | undefined;
}

/** Returns the signer of a line of the file; undefined if the line has no key, or two. */
function signerIn({ key, passkey, ...rest }: z.output<typeof approver>): Approver | undefined {
  if (key !== undefined && passkey !== undefined) return undefined;
  if (key !== undefined) return { ...rest, fingerprint: fingerprint(key) };
  return passkey && { ...rest, fingerprint: passkeyFingerprint(passkey.publicKey), passkey };
}

/** Returns who may sign for a commune, nobody if there is no file; the problems if the file is wrong. */
export function readApprovers(
  stacks: string,
  id: string,
): ({ ok: true } & Signers) | { ok: false; problems: Problem[] } {
  const file = inCommune(stacks, id, approversFile);
  if (!existsSync(file)) return { ok: true, approvers: [] };
  const loaded = loadYaml(file, approversSchema);
  if (!loaded.ok) return loaded;
  const all = loaded.declaration.approvers.flatMap((each) => signerIn(each) ?? []);
  const problems = loaded.declaration.approvers.flatMap((each, index) => {
    const own = signerIn(each)?.fingerprint;
    if (own === undefined)
      return [loaded.positions.problem(["approvers", index], "has to have one of key and passkey.")];
    const first = loaded.declaration.approvers.findIndex((other) => signerIn(other)?.fingerprint === own);
    if (first === index) return [];
    const field = each.key === undefined ? "passkey" : "key";
    const message = "stands twice. A key is of one function: give the other one a key of its own.";
    return [loaded.positions.problem(["approvers", index, field], message)];
  });
  const { log } = loaded.declaration;
  return problems.length === 0
    ? { ok: true, approvers: all, ...(log !== undefined && { log }) }
    : { ok: false, problems };
}

/** Returns the signers of a commune. Throws DeclarationError. */
export function loadSigners(stacks: string, id: string): Signers {
  const read = readApprovers(stacks, id);
  if (!read.ok) throw new DeclarationError(read.problems);
  const { ok: _, ...signers } = read;
  return signers;
}

/** Whether a key could sign on a day, ISO 8601. */
export function maySign({ from, until }: Pick<Approver, "from" | "until">, day: string): boolean {
  return from <= day && (until === undefined || day <= until);
}
