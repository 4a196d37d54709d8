import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  fingerprint,
  namespace,
  SshFormatError,
  unarmored,
  verifySshSignature,
} from "../../../audit/approval/sshsig.ts";
import { securityKey } from "./security-key.ts";

let folder: string;
const types = [
  ["ed25519", []],
  ["rsa", ["-b", "2048"]],
  ["ecdsa", ["-b", "256"]],
  ["ecdsa-384", ["-b", "384"]],
  ["ecdsa-521", ["-b", "521"]],
] as const;
const text = '{"kind":"approved"}';

/** Returns the signature that OpenSSH itself makes. */
async function sign(key: string, signed: string, purpose = namespace): Promise<string> {
  const { stdout } = await execa("ssh-keygen", ["-Y", "sign", "-n", purpose, "-f", join(folder, key)], {
    input: signed,
    stripFinalNewline: false,
  });
  return unarmored(stdout);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sshsig-"));
  for (const [name, options] of types) {
    const type = name.split("-")[0] ?? name;
    await execa("ssh-keygen", ["-q", "-t", type, ...options, "-N", "", "-C", name, "-f", join(folder, name)]);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

describe.each(types)("a signature by an %s key of OpenSSH", (name) => {
  test("is verified, and tells the key as ssh-keygen does", async () => {
    const { stdout } = await execa("ssh-keygen", ["-l", "-f", join(folder, `${name}.pub`)]);
    const own = stdout.split(" ")[1];
    expect(verifySshSignature(text, await sign(name, text))).toEqual({ fingerprint: own });
    expect(fingerprint(readFileSync(join(folder, `${name}.pub`), "utf8"))).toBe(own);
  });

  test("does not hold of another text, nor for another purpose", async () => {
    const signature = await sign(name, text);
    expect(() => verifySshSignature(`${text} `, signature)).toThrow("it is not of this text");
    const ofGit = await sign(name, text, "git");
    expect(() => verifySshSignature(text, ofGit)).toThrow('it was made for "git"');
  });
});

test("what ssh-keygen verifies as an allowed signer's is what is verified here", async () => {
  const signature = `-----BEGIN SSH SIGNATURE-----\n${await sign("ed25519", text)}\n-----END SSH SIGNATURE-----\n`;
  writeFileSync(join(folder, "text.sig"), signature);
  const key = readFileSync(join(folder, "ed25519.pub"), "utf8");
  writeFileSync(join(folder, "signers"), `someone namespaces="${namespace}" ${key}`);
  const words = ["-Y", "verify", "-f", join(folder, "signers"), "-I", "someone", "-n", namespace];
  const verified = await execa("ssh-keygen", [...words, "-s", join(folder, "text.sig")], { input: text });
  expect(verified.stdout).toContain("Good");
});

describe.each(["sk-ssh-ed25519", "sk-ecdsa-sha2-nistp256"] as const)("a signature by a %s key", (type) => {
  const token = securityKey(type);
  const ofOpenSsh = async (signature: string) => {
    writeFileSync(join(folder, "token.sig"), signature);
    writeFileSync(join(folder, "tokens"), `someone namespaces="${namespace}" ${token.line}\n`);
    const words = ["-Y", "verify", "-f", join(folder, "tokens"), "-I", "someone", "-n", namespace];
    const asked = { input: text, reject: false };
    const { stdout, exitCode } = await execa(
      "ssh-keygen",
      [...words, "-s", join(folder, "token.sig")],
      asked,
    );
    return exitCode === 0 && stdout.includes("Good");
  };

  test("is taken by OpenSSH, and verified here as the same key's", async () => {
    const signature = token.signature(text);
    expect(await ofOpenSsh(signature)).toBe(true);
    expect(verifySshSignature(text, unarmored(signature))).toEqual({ fingerprint: fingerprint(token.line) });
    writeFileSync(join(folder, "token.pub"), `${token.line}\n`);
    const { stdout } = await execa("ssh-keygen", ["-l", "-f", join(folder, "token.pub")]);
    expect(fingerprint(token.line)).toBe(stdout.split(" ")[1]);
  });

  test("does not count when it was asked for something else, as for OpenSSH", async () => {
    const signature = token.signature(text, { flags: 1, application: "https://example.org" });
    expect(await ofOpenSsh(signature)).toBe(false);
    expect(() => verifySshSignature(text, unarmored(signature))).toThrow("it is not of this text");
  });

  test("does not count when nobody touched the token, though ssh-keygen takes it", async () => {
    const signature = token.signature(text, { flags: 0 });
    expect(await ofOpenSsh(signature)).toBe(true);
    expect(() => verifySshSignature(text, unarmored(signature))).toThrow("nobody touched the security key");
  });

  test("does not hold of another text", () => {
    expect(() => verifySshSignature(`${text} `, unarmored(token.signature(text)))).toThrow(
      "it is not of this text",
    );
  });
});

test("no byte of a signature can be another one", async () => {
  const signature = Buffer.from(await sign("ed25519", text), "base64");
  for (let at = 0; at < signature.length; at++) {
    const changed = Buffer.from(signature);
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(() => verifySshSignature(text, changed.toString("base64")), String(at)).toThrow();
  }
});

test("nothing may stand behind a signature, and none may be cut short", async () => {
  const signature = Buffer.from(await sign("ed25519", text), "base64");
  const longer = Buffer.concat([signature, Buffer.from([0])]);
  expect(() => verifySshSignature(text, longer.toString("base64"))).toThrow(
    "something stands behind its end",
  );
  for (let length = 0; length < signature.length; length += 7)
    expect(() => verifySshSignature(text, signature.subarray(0, length).toString("base64"))).toThrow(
      SshFormatError,
    );
});

test.each([
  ["ssh-dss AAAAB3NzaC1kc3M=", "are not known"],
  ["ssh-ed25519 AAAAB3NzaC1yc2E=", "its type and its content are not the same"],
  ["ssh-ed25519", "cut short"],
])("a line that is no key is told: %s", (line, why) => {
  expect(() => fingerprint(line)).toThrow(why);
});
