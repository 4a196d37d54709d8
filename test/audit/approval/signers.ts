import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import type { Approver, Role } from "../../../audit/approval/approvers.ts";
import { type Entry, type Line, readLog } from "../../../audit/approval/log.ts";
import { fingerprint, namespace } from "../../../audit/approval/sshsig.ts";
import { headOf, signedText } from "../../../audit/log.ts";

/** Somebody who signs in a test, as OpenSSH would with an Ed25519 key: without a process for each signature. */
export interface Signer extends Approver {
  /** As in a `.pub` file. */
  line: string;
  secret: KeyObject;
}

/** A string of RFC 4251. */
export function framed(bytes: Buffer | string): Buffer {
  const content = Buffer.from(bytes);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return Buffer.concat([length, content]);
}

export function signer(name: string, role: Role, validity: Partial<Approver> = {}): Signer {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const point = Buffer.from(publicKey.export({ format: "jwk" }).x ?? "", "base64url");
  const blob = Buffer.concat([framed("ssh-ed25519"), framed(point)]);
  const line = `ssh-ed25519 ${blob.toString("base64")} ${role}`;
  return {
    name,
    role,
    from: "2026-01-01",
    ...validity,
    line,
    secret: privateKey,
    fingerprint: fingerprint(line),
  };
}

/** A line of the log, signed with a key. */
export function signedLine(entry: Entry, { secret, line }: Pick<Signer, "secret" | "line">): Line {
  const hash = createHash("sha512").update(signedText(entry)).digest();
  const parts = [namespace, "", "sha512", hash].map(framed);
  const made = sign(null, Buffer.concat([Buffer.from("SSHSIG"), ...parts]), secret);
  const version = Buffer.from([0, 0, 0, 1]);
  const blob = Buffer.from(line.split(" ")[1] ?? "", "base64");
  const signature = framed(Buffer.concat([framed("ssh-ed25519"), framed(made)]));
  const parts2 = [framed(blob), framed(namespace), framed(""), framed("sha512"), signature];
  return { entry, signature: Buffer.concat([Buffer.from("SSHSIG"), version, ...parts2]).toString("base64") };
}

/** A log of so many proposals, each of another digest. */
export function logOf(stack: string, administrator: Signer, count: number, digit = "a"): string {
  let text = "";
  for (let index = 0; index < count; index++) {
    const entry: Entry = {
      kind: "proposed",
      stack,
      digest: `sha256:${String(index).padStart(64, digit)}`,
      report: `sha256:${"b".repeat(64)}`,
      at: "2026-11-26T10:00:00.000Z",
      previous: headOf(readLog(text)).head,
      label: "reversible",
      needs: "one",
      shown: [],
      role: "administrator",
      by: administrator.fingerprint,
    };
    text += `${JSON.stringify(signedLine(entry, administrator))}\n`;
  }
  return text;
}

/** Text of an `approvers.yaml` that lets one sign. */
export function approversOf({ name, role, from, line }: Signer): string {
  return `approvers: [{ name: ${name}, role: ${role}, from: ${from}, key: ${line} }]\n`;
}
