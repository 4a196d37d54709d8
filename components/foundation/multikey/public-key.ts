import { Refusal, written } from "../declaration/written.ts";
import { readPublicKey } from "./multikey.ts";

/** The public key of a commune: an Ed25519 Multikey. */
export function publicKey() {
  return written<string>({
    title: "public key of a commune",
    noun: "a public key",
    example: "z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK",
    pattern: /^z6Mk[1-9A-HJ-NP-Za-km-z]{44}$/,
    maximumLength: 60,
    read: (text) =>
      readPublicKey(text) === undefined
        ? new Refusal("is not an Ed25519 key, which begins with z6Mk and has 48 characters")
        : text,
  });
}
