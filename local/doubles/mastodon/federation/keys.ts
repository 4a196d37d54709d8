import { createPrivateKey, createPublicKey, type webcrypto } from "node:crypto";
import type { Account } from "../store/accounts.ts";

const algorithm = { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" };

/** The pair that an account of this server signs with. None for an account without keys. */
export async function signingKeys(account: Account | undefined): Promise<webcrypto.CryptoKeyPair[]> {
  if (!account?.private_key) return [];
  const secret = createPrivateKey(account.private_key);
  const open = createPublicKey(account.public_key);
  const { subtle } = globalThis.crypto;
  const pkcs8 = new Uint8Array(secret.export({ type: "pkcs8", format: "der" }));
  const spki = new Uint8Array(open.export({ type: "spki", format: "der" }));
  const privateKey = await subtle.importKey("pkcs8", pkcs8, algorithm, true, ["sign"]);
  const publicKey = await subtle.importKey("spki", spki, algorithm, true, ["verify"]);
  return [{ privateKey, publicKey }];
}
