import type { ObjectRule } from "./rule.ts";
import { type ReadableText, textsOf } from "./texts.ts";

const secretName = /(password|passwd|passphrase|secret|token|api[-_]?key|private[-_]?key|credential)/i;
/** Names of values that only say where a secret is, how long it lives or what it is called. */
const about = /(public|file|path|name|length|lifetime|expir|ttl|type|url|uri|policy|enabled|header)/i;

/** A value as passwords and keys are: long enough, of one word, and neither a number, a switch nor a place. */
function looksDrawn(value: string): boolean {
  return /^[^\s/$]{8,}$/.test(value) && !/^([\d.]+\w?|true|false|[a-z]+([-_.][a-z]+)*)$/i.test(value);
}

/** Returns why a readable text gives a secret away; undefined if it does not. Never returns the value. */
function givesAway({ name, text }: ReadableText): string | undefined {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) return "a private key";
  if (/\b[a-z][a-z0-9+.-]*:\/\/[^\s/:@$]+:[^\s/@$]{4,}@/i.test(text))
    return "an address with a password in it";
  if (/--[a-z-]*(password|secret|token)(=|\s+)["']?[^\s$"'-][^\s$"']{3,}/i.test(text))
    return "a password in a command line";
  if (name !== undefined && secretName.test(name) && !about.test(name) && looksDrawn(text)) {
    return "what its name calls a secret";
  }
  return undefined;
}

const secretsInSecrets: ObjectRule = {
  id: "secrets-in-secrets",
  level: "mandatory",
  serves: "security",
  description: {
    en: "Passwords and keys stand in Secrets, never in ConfigMaps, variables or command lines.",
    fr: "Mots de passe et clés sont rangés comme secrets, jamais dans des réglages lisibles ni des lignes de commande.",
  },
  examples: {
    keeps: "SMTP_PASSWORD_FILE=/run/secrets/smtp",
    breaks: "SMTP_PASSWORD=xK3hq9Zs81, or a private key in a ConfigMap",
  },
  reads: "object",
  check: (object) =>
    textsOf(object).flatMap((readable) => {
      const what = givesAway(readable);
      return what === undefined
        ? []
        : [`has ${what} in ${readable.where}. Put it into a Secret and mount it as a file.`];
    }),
};

export const secretsRules = [secretsInSecrets];
