import { createHash, generateKeyPairSync, randomBytes, type SignKeyObjectInput, sign } from "node:crypto";
import type { Approver, Role } from "../../../audit/approval/approvers.ts";
import { type Line, type Said, statementOf } from "../../../audit/approval/log.ts";
import {
  type Assertion,
  challengeOf,
  type Passkey,
  passkeyFingerprint,
} from "../../../audit/approval/passkey.ts";

/** Origin of the page in tests. */
export const origin = "https://connexion.bron.test";

/** Flags of an authenticator: somebody was there, and was verified. */
const wellVerified = 0x01 | 0x04;

/** Values of a signature that differ from those of an honest device and browser. */
export interface Forged {
  flags?: number;
  /** Domain that the device signs for. */
  rpId?: string;
  clientData?: object;
}

const kinds = {
  ES256: () => generateKeyPairSync("ec", { namedCurve: "P-256" }),
  EdDSA: () => generateKeyPairSync("ed25519"),
  RS256: () => generateKeyPairSync("rsa", { modulusLength: 2048 }),
  ES384: () => generateKeyPairSync("ec", { namedCurve: "P-384" }),
  RS256short: () => generateKeyPairSync("rsa", { modulusLength: 1024 }),
} as const;

/** Passkey in software, and the browser around it, after Web Authentication Level 2: what no machine of a test has. */
export class Authenticator {
  readonly passkey: Passkey;
  readonly #key: SignKeyObjectInput;
  readonly #hash: string | null;

  constructor(kind: keyof typeof kinds = "ES256") {
    const { publicKey, privateKey } = kinds[kind]();
    this.#key = { key: privateKey };
    this.#hash = kind === "EdDSA" ? null : "sha256";
    this.passkey = {
      origin,
      id: randomBytes(16).toString("base64url"),
      publicKey: publicKey.export({ format: "der", type: "spki" }).toString("base64url"),
    };
  }

  /** The approver whose passkey it is. */
  approver(name: string, role: Role): Approver {
    const fingerprint = passkeyFingerprint(this.passkey.publicKey);
    return { name, role, from: "2026-01-01", fingerprint, passkey: this.passkey };
  }

  /** Signs what somebody says, as a page asked for it. */
  assertion(
    said: object,
    { flags = wellVerified, rpId = "connexion.bron.test", clientData }: Forged = {},
  ): Assertion {
    const client = {
      ...{ type: "webauthn.get", challenge: challengeOf(said).toString("base64url"), origin },
      ...{ crossOrigin: false, ...clientData },
    };
    const clientBytes = Buffer.from(JSON.stringify(client));
    const sha256 = (bytes: Buffer | string) => createHash("sha256").update(bytes).digest();
    const data = Buffer.concat([sha256(rpId), Buffer.of(flags, 0, 0, 0, 1)]);
    const made = sign(this.#hash, Buffer.concat([data, sha256(clientBytes)]), this.#key);
    return {
      authenticatorData: data.toString("base64url"),
      clientData: clientBytes.toString("base64url"),
      signature: made.toString("base64url"),
    };
  }

  /** Line of the log, signed. */
  line(entry: Said, forged: Forged = {}): Line {
    return { entry, assertion: this.assertion(statementOf(entry), forged) };
  }
}
