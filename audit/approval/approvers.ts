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

const approver = section({
  name: line({ maximumLength: 100, example: "direction générale des services" }).describe(
    "Who signs with this key: a function, never a person.",
  ),
  role: choice(roles).describe(
    "What it stands for: who runs the cloud, an elected official or whom they delegate to, the data protection officer.",
  ),
  key: sshKey().describe("The public key, as in the .pub file that ssh-keygen writes."),
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
export interface Approver extends Omit<z.output<typeof approver>, "key"> {
  /** Fingerprint of the key: `SHA256:…`. */
  fingerprint: string;
}

/** The people and the key whose signatures count in a commune's log. */
export interface Signers {
  /** Approvers in the order of the file. */
  approvers: readonly Approver[];
  /** The key of the log, a Multikey, if the file names it. */
  log?: string | undefined;
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
  const all = loaded.declaration.approvers.map(({ key, ...rest }) => ({
    ...rest,
    fingerprint: fingerprint(key),
  }));
  const problems = all.flatMap((each, index) =>
    all.findIndex((other) => other.fingerprint === each.fingerprint) === index
      ? []
      : [
          loaded.positions.problem(
            ["approvers", index, "key"],
            "stands twice. A key is of one function: give the other one a key of its own.",
          ),
        ],
  );
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
