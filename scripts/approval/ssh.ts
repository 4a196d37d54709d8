import { existsSync, readFileSync } from "node:fs";
import { execa } from "execa";
import { fingerprint, namespace, SshFormatError, unarmored } from "../../audit/approval/sshsig.ts";
import { underway } from "../underway.ts";

/** The fingerprint of a key that signs: of its public half, which lies beside it. */
export function fingerprintOfFile(key: string): string {
  const file = key.endsWith(".pub") ? key : `${key}.pub`;
  if (!existsSync(file))
    throw new Error(
      `${file} is not there. Write the public half of the key: ssh-keygen -y -f ${key} > ${file}`,
    );
  try {
    return fingerprint(readFileSync(file, "utf8"));
  } catch (error) {
    if (error instanceof SshFormatError) throw new Error(`${file} is no public SSH key: ${error.message}`);
    throw error;
  }
}

/**
 * Signs a text with OpenSSH, which asks for a passphrase or for a touch if the key has one, and asks an agent if only
 * the public half is given.
 *
 * @returns the signature, base64.
 */
export async function signWithSsh(text: string, key: string): Promise<string> {
  underway("the key is asked to sign: one on a token waits to be touched");
  const { exitCode, stdout, stderr, code } = await execa(
    "ssh-keygen",
    ["-Y", "sign", "-n", namespace, "-f", key],
    { input: text, reject: false, stripFinalNewline: false },
  );
  if (code === "ENOENT") throw new Error("no program ssh-keygen is found in the PATH: install OpenSSH.");
  if (exitCode !== 0) throw new Error(`ssh-keygen did not sign with ${key}: ${stderr.trim()}`);
  return unarmored(stdout);
}
