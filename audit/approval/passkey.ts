import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto";
import * as z from "zod";
import { purposeText } from "../signature.ts";

/** A text that is no passkey, or no signature by one. */
export class PasskeyError extends Error {
  override name = "PasskeyError";
}

/** A passkey: a key pair of WebAuthn, in a telephone, a computer or a security key. */
export interface Passkey {
  /** Origin of the page that it signs on: `https://connexion.villeurbanne.fr`. */
  origin: string;
  /** Its credential id, base64url. */
  id: string;
  /** Its public half: SubjectPublicKeyInfo, base64url. */
  publicKey: string;
}

const base64url = (maximum: number) =>
  z
    .string()
    .max(maximum)
    .regex(/^[A-Za-z0-9_-]+$/);

/** Signature by a passkey: what the browser gets from `navigator.credentials.get`, each field in base64url. */
export const assertionSchema = z.strictObject({
  authenticatorData: base64url(2000).describe("Relying party, and whether a person was there and verified."),
  clientData: base64url(4000).describe("`clientDataJSON`: the challenge, and the page that asked."),
  signature: base64url(2000).describe(
    "Of authenticatorData and the SHA-256 of clientDataJSON: ES256, EdDSA or RS256.",
  ),
});
export type Assertion = z.output<typeof assertionSchema>;

/** Text that describes a passkey's signature, for the schema of those who verify it without this toolkit. */
export const assertionText =
  'The challenge is the SHA-256 of the text "commune.cloud passkey, form 1", a line end, the SHA-256 of the entry without `previous` in RFC 8785 in hexadecimal, and a line end.';

const sha256 = (bytes: Buffer | string) => createHash("sha256").update(bytes).digest();

/** Bytes of a text in base64url. Throws PasskeyError if another text has the same ones. */
function bytesOf(text: string): Buffer {
  const bytes = Buffer.from(text, "base64url");
  if (bytes.toString("base64url") !== text) throw new PasskeyError("it is no base64url");
  return bytes;
}

/** Reads a public key as browsers give it (`getPublicKey()`). Throws PasskeyError if signatures cannot rely on it. */
function readKey(text: string): KeyObject {
  const der = bytesOf(text);
  const key = keyIn(der);
  const { asymmetricKeyType: type, asymmetricKeyDetails: { namedCurve, modulusLength = 0 } = {} } = key;
  const isStrong =
    type === "ed25519" ||
    (type === "ec" && namedCurve === "prime256v1") ||
    (type === "rsa" && modulusLength >= 2048 && modulusLength <= 8192);
  if (!isStrong)
    throw new PasskeyError(`keys of the type ${type} ${namedCurve ?? modulusLength} do not count`);
  if (!key.export({ format: "der", type: "spki" }).equals(der))
    throw new PasskeyError("something stands behind its end");
  return key;
}

function keyIn(der: Buffer): KeyObject {
  try {
    return createPublicKey({ key: der, format: "der", type: "spki" });
  } catch {
    throw new PasskeyError("it is no public key");
  }
}

/** Fingerprint of a passkey's public half, as those of SSH keys are written. Throws PasskeyError if it does not count. */
export function passkeyFingerprint(publicKey: string): string {
  readKey(publicKey);
  return `SHA256:${sha256(bytesOf(publicKey)).toString("base64").replace(/=+$/, "")}`;
}

/** Challenge that a passkey signs for what somebody says. */
export function challengeOf(said: object): Buffer {
  return sha256(purposeText("passkey", said));
}

const clientData = z.object({
  type: z.string(),
  challenge: z.string(),
  origin: z.string(),
  crossOrigin: z.boolean().optional(),
  topOrigin: z.unknown().optional(),
});

function readClientData(bytes: Buffer): z.output<typeof clientData> {
  try {
    return clientData.parse(JSON.parse(bytes.toString("utf8")));
  } catch {
    throw new PasskeyError("what the browser says of it cannot be read");
  }
}

/** Bits of the authenticator's flags (WebAuthn, section 6.1). */
const flags = { present: 0x01, verified: 0x04 } as const;

/**
 * Verifies a passkey's signature with Node alone. Throws PasskeyError with why it does not hold. A counter of signatures
 * is not compared: passkeys that are on several devices have none. Source: Web Authentication Level 2, section 7.2.
 */
export function verifyAssertion(
  said: object,
  assertion: Assertion,
  { origin, publicKey }: Pick<Passkey, "origin" | "publicKey">,
): void {
  const client = bytesOf(assertion.clientData);
  const { type, challenge, origin: at, crossOrigin, topOrigin } = readClientData(client);
  if (type !== "webauthn.get") throw new PasskeyError(`it was made for ${JSON.stringify(type.slice(0, 40))}`);
  if (challenge !== challengeOf(said).toString("base64url")) throw new PasskeyError("it is not of this text");
  if (at !== origin)
    throw new PasskeyError(`it was made on ${JSON.stringify(at.slice(0, 200))}, not on ${origin}`);
  if (crossOrigin === true || topOrigin !== undefined)
    throw new PasskeyError("it was made inside a page of somebody else");
  const data = bytesOf(assertion.authenticatorData);
  if (data.length < 37) throw new PasskeyError("what the authenticator says is cut short");
  if (!data.subarray(0, 32).equals(sha256(new URL(origin).hostname)))
    throw new PasskeyError("it is for another domain");
  const bits = data[32] ?? 0;
  if ((bits & flags.present) === 0) throw new PasskeyError("nobody was there");
  if ((bits & flags.verified) === 0)
    throw new PasskeyError("the device did not verify who was there, by a finger, a face or a code");
  const key = readKey(publicKey);
  const hash = key.asymmetricKeyType === "ed25519" ? null : "sha256";
  if (!verify(hash, Buffer.concat([data, sha256(client)]), key, bytesOf(assertion.signature)))
    throw new PasskeyError("it is of another key");
}
