import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { namespace } from "../../../audit/approval/sshsig.ts";
import { framed } from "./signers.ts";

const sha256 = (bytes: Buffer | string) => createHash("sha256").update(bytes).digest();

/** A number of RFC 4251, with a zero in front where it would be negative. */
function number(bytes: Buffer): Buffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const short = bytes.subarray(start);
  return framed((short[0] ?? 0) > 127 ? Buffer.concat([Buffer.of(0), short]) : short);
}

interface Made {
  /** As in a `.pub` file. */
  line: string;
  /** The two lines of ssh-keygen around it, and base64 between them. */
  signature(text: string, said?: { flags: number; application?: string }): string;
}

/**
 * A security key in software, for what no machine of a test has: a token that somebody touches. It is made after OpenSSH's
 * PROTOCOL.u2f; that it is what OpenSSH takes is for ssh-keygen to say, which verifies such signatures without a token.
 */
export function securityKey(type: "sk-ssh-ed25519" | "sk-ecdsa-sha2-nistp256"): Made {
  const name = `${type}@openssh.com`;
  const isElliptic = type === "sk-ecdsa-sha2-nistp256";
  const { publicKey, privateKey } = isElliptic
    ? generateKeyPairSync("ec", { namedCurve: "P-256" })
    : generateKeyPairSync("ed25519");
  const blob = Buffer.concat([framed(name), ...publicParts(publicKey), framed("ssh:")]);
  return {
    line: `${name} ${blob.toString("base64")} token`,
    signature(text, { flags, application = "ssh:" } = { flags: 1 }) {
      const hash = createHash("sha512").update(text).digest();
      const signed = Buffer.concat([
        Buffer.from("SSHSIG"),
        ...[namespace, "", "sha512", hash].map((part) => framed(part)),
      ]);
      const said = Buffer.from([flags, 0, 0, 0, 7]);
      const asked = Buffer.concat([sha256(application), said, sha256(signed)]);
      const made = isElliptic ? ellipticSignature(asked, privateKey) : sign(null, asked, privateKey);
      const parts = [blob, namespace, "", "sha512", Buffer.concat([framed(name), framed(made), said])];
      const whole = Buffer.concat([Buffer.from("SSHSIG"), Buffer.of(0, 0, 0, 1), ...parts.map(framed)]);
      const lines = whole.toString("base64").match(/.{1,70}/g) ?? [];
      return ["-----BEGIN SSH SIGNATURE-----", ...lines, "-----END SSH SIGNATURE-----", ""].join("\n");
    },
  };
}

function publicParts(key: KeyObject): Buffer[] {
  const { x = "", y } = key.export({ format: "jwk" });
  const first = Buffer.from(x, "base64url");
  if (y === undefined) return [framed(first)];
  return [framed("nistp256"), framed(Buffer.concat([Buffer.of(4), first, Buffer.from(y, "base64url")]))];
}

function ellipticSignature(text: Buffer, key: KeyObject): Buffer {
  const both = sign("sha256", text, { key, dsaEncoding: "ieee-p1363" });
  return Buffer.concat([number(both.subarray(0, 32)), number(both.subarray(32))]);
}
