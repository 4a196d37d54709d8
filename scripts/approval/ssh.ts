import { existsSync, readFileSync } from "node:fs";
import { execa } from "execa";
import { fingerprint, namespace, SshFormatError, unarmored } from "../../audit/approval/sshsig.ts";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { underway } from "../underway.ts";

/** The fingerprint of a key that signs: of its public half, which lies beside it. */
export function fingerprintOfFile(key: string): string {
  const file = key.endsWith(".pub") ? key : `${key}.pub`;
  if (!existsSync(file))
    throw new TranslatedError({
      en: `${file} is not there. Write the public half of the key: ssh-keygen -y -f ${key} > ${file}`,
      fr: `${file} n’existe pas. Écrivez la moitié publique de la clé : ssh-keygen -y -f ${key} > ${file}`,
    });
  try {
    return fingerprint(readFileSync(file, "utf8"));
  } catch (error) {
    if (error instanceof SshFormatError)
      throw new TranslatedError({
        en: `${file} is no public SSH key: ${error.message}`,
        fr: `${file} n’est pas une clé SSH publique : ${error.message}`,
      });
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
  underway({
    en: "the key is asked to sign: one on a token waits to be touched",
    fr: "la clé doit signer : si elle est sur un jeton, elle attend qu’on le touche",
  });
  const { exitCode, stdout, stderr, code } = await execa(
    "ssh-keygen",
    ["-Y", "sign", "-n", namespace, "-f", key],
    { input: text, reject: false, stripFinalNewline: false },
  );
  if (code === "ENOENT")
    throw new TranslatedError({
      en: "no program ssh-keygen is found in the PATH: install OpenSSH.",
      fr: "aucun programme ssh-keygen n’est dans le PATH : installez OpenSSH.",
    });
  if (exitCode !== 0)
    throw new TranslatedError({
      en: `ssh-keygen did not sign with ${key}: ${stderr.trim()}`,
      fr: `ssh-keygen n’a pas signé avec ${key} : ${stderr.trim()}`,
    });
  return unarmored(stdout);
}
