import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto";

/**
 * Namespace of the signatures of a commune's log: a signature that was made for git or another program does not
 * count.
 */
export const namespace = "commune-approval@v1";

/** A text that is no key or no signature of OpenSSH. */
export class SshFormatError extends Error {
  override name = "SshFormatError";
}

/** Reads the strings and numbers of RFC 4251, section 5. */
class Reader {
  private at = 0;

  constructor(private readonly bytes: Buffer) {}

  take(length: number): Buffer {
    if (this.at + length > this.bytes.length) throw new SshFormatError("it is cut short");
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  number(): number {
    return this.take(4).readUInt32BE();
  }

  string(): Buffer {
    return this.take(this.number());
  }

  text(): string {
    return this.string().toString("latin1");
  }

  /** Throws if anything follows what was read: nobody would have signed it. */
  end(): void {
    if (this.at !== this.bytes.length) throw new SshFormatError("something stands behind its end");
  }
}

/** A string of RFC 4251. */
function framed(bytes: Buffer | string): Buffer {
  const content = Buffer.from(bytes);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return Buffer.concat([length, content]);
}

const curves: Readonly<Record<string, { crv: string; bytes: number; hash: string }>> = {
  nistp256: { crv: "P-256", bytes: 32, hash: "sha256" },
  nistp384: { crv: "P-384", bytes: 48, hash: "sha384" },
  nistp521: { crv: "P-521", bytes: 66, hash: "sha512" },
};

/** A public key, and how its signatures are spelled and verified. */
interface Key {
  object: KeyObject;
  /** Names of signatures that it may have made. */
  signatures: readonly string[];
  isElliptic: boolean;
  /** Length of a half of an elliptic signature, bytes. */
  half: number;
  hash(signature: string): string | null;
  /** Application that a security key binds its signatures to; undefined for keys in files. */
  application: string | undefined;
}

const url = (bytes: Buffer) => bytes.toString("base64url");

function edwards(type: string, point: Buffer, application?: string): Key {
  return {
    object: createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: url(point) }, format: "jwk" }),
    signatures: [type],
    isElliptic: false,
    half: 0,
    hash: () => null,
    application,
  };
}

function elliptic(type: string, name: string, point: Buffer, application?: string): Key {
  const curve = curves[name];
  if (curve === undefined || point.length !== 1 + 2 * curve.bytes || point[0] !== 4)
    throw new SshFormatError(`its curve ${JSON.stringify(name)} is not known`);
  const [x, y] = [point.subarray(1, 1 + curve.bytes), point.subarray(1 + curve.bytes)];
  return {
    object: createPublicKey({ key: { kty: "EC", crv: curve.crv, x: url(x), y: url(y) }, format: "jwk" }),
    signatures: [type],
    isElliptic: true,
    half: curve.bytes,
    hash: () => curve.hash,
    application,
  };
}

/** Reads a public key as OpenSSH writes it. Sources: RFC 4253, section 6.6; RFC 5656; RFC 8709; PROTOCOL.u2f of OpenSSH. */
function readKey(blob: Buffer): Key {
  const reader = new Reader(blob);
  const type = reader.text();
  const key = keyOfType(type, reader);
  reader.end();
  return key;
}

function keyOfType(type: string, reader: Reader): Key {
  switch (type) {
    case "ssh-ed25519":
      return edwards(type, reader.string());
    case "sk-ssh-ed25519@openssh.com":
      return edwards(type, reader.string(), reader.text());
    case "sk-ecdsa-sha2-nistp256@openssh.com":
      return elliptic(type, reader.text(), reader.string(), reader.text());
    case "ssh-rsa": {
      const [e, n] = [reader.string(), reader.string()];
      return {
        object: createPublicKey({
          key: { kty: "RSA", n: url(unsigned(n)), e: url(unsigned(e)) },
          format: "jwk",
        }),
        // The old ssh-rsa is over SHA-1.
        signatures: ["rsa-sha2-256", "rsa-sha2-512"],
        isElliptic: false,
        half: 0,
        hash: (signature) => signature.replace("rsa-sha2-", "sha"),
        application: undefined,
      };
    }
    default:
      if (type.startsWith("ecdsa-sha2-")) return elliptic(type, reader.text(), reader.string());
      throw new SshFormatError(`keys of the type ${JSON.stringify(type.slice(0, 40))} are not known`);
  }
}

/** Number without the zero that RFC 4251 puts in front of one that would be negative. */
function unsigned(number: Buffer): Buffer {
  return number[0] === 0 ? number.subarray(1) : number;
}

/** Fingerprint of a key as OpenSSH writes it: `SHA256:` and the hash of its public half. */
function fingerprintOf(blob: Buffer): string {
  return `SHA256:${createHash("sha256").update(blob).digest("base64").replace(/=+$/, "")}`;
}

/**
 * The fingerprint of a public key from a line of a `.pub` file: `ssh-ed25519 AAAA… comment`. Throws SshFormatError if
 * it is no key that can verify a signature.
 */
export function fingerprint(line: string): string {
  const [type, text = ""] = line.trim().split(/\s+/);
  const blob = Buffer.from(text, "base64");
  if (new Reader(blob).text() !== type) throw new SshFormatError("its type and its content are not the same");
  readKey(blob);
  return fingerprintOf(blob);
}

/** Returns what stands between the two lines of a signature file, as one line. Throws SshFormatError. */
export function unarmored(text: string): string {
  const found = /^-----BEGIN SSH SIGNATURE-----\n([\s\S]+?)\n-----END SSH SIGNATURE-----\s*$/.exec(text);
  if (found?.[1] === undefined) throw new SshFormatError("it is no signature of ssh-keygen");
  return found[1].replaceAll("\n", "");
}

/** The signer of a text. */
export interface Signer {
  /** Fingerprint of the key that signed: `SHA256:…`. */
  fingerprint: string;
}

/**
 * Verifies a signature with Node alone. Throws SshFormatError with why it does not hold. Whether the key may sign is for
 * whoever asks. Source: PROTOCOL.sshsig of OpenSSH; what `ssh-keygen -Y sign -n commune-approval@v1` writes.
 *
 * @param signature base64, without the lines around it.
 */
export function verifySshSignature(text: string, signature: string): Signer {
  const reader = new Reader(Buffer.from(signature, "base64"));
  if (reader.take(6).toString("latin1") !== "SSHSIG" || reader.number() !== 1)
    throw new SshFormatError("it is no SSH signature of version 1");
  const [blob, purpose, reserved] = [reader.string(), reader.text(), reader.string()];
  const [algorithm, made] = [reader.text(), reader.string()];
  reader.end();
  if (purpose !== namespace)
    throw new SshFormatError(`it was made for ${JSON.stringify(purpose.slice(0, 60))}, not for approvals`);
  if (algorithm !== "sha256" && algorithm !== "sha512")
    throw new SshFormatError(`it hashes with ${JSON.stringify(algorithm.slice(0, 20))}`);
  const hash = createHash(algorithm).update(text).digest();
  const parts = [purpose, reserved, algorithm, hash].map(framed);
  if (!holds(readKey(blob), Buffer.concat([Buffer.from("SSHSIG"), ...parts]), new Reader(made)))
    throw new SshFormatError("it is not of this text");
  return { fingerprint: fingerprintOf(blob) };
}

function holds(key: Key, signed: Buffer, reader: Reader): boolean {
  const type = reader.text();
  if (!key.signatures.includes(type)) throw new SshFormatError(`its key makes no ${JSON.stringify(type)}`);
  const value = reader.string();
  const text = key.application === undefined ? signed : bySecurityKey(key.application, signed, reader);
  reader.end();
  return key.isElliptic
    ? verify(key.hash(type), text, { key: key.object, dsaEncoding: "ieee-p1363" }, halves(value, key.half))
    : verify(key.hash(type), text, key.object, value);
}

/**
 * Bytes that a security key signs: the hash of the text, and the key's record of how it was asked. Throws
 * SshFormatError if nobody touched the key.
 */
function bySecurityKey(application: string, signed: Buffer, reader: Reader): Buffer {
  const sha256 = (bytes: Buffer | string) => createHash("sha256").update(bytes).digest();
  const said = reader.take(5);
  if (((said[0] ?? 0) & 1) === 0) throw new SshFormatError("nobody touched the security key");
  return Buffer.concat([sha256(application), said, sha256(signed)]);
}

/** The two numbers of an elliptic signature, side by side. */
function halves(value: Buffer, length: number): Buffer {
  const reader = new Reader(value);
  const numbers = [reader.string(), reader.string()].map(unsigned);
  reader.end();
  if (numbers.some((number) => number.length > length)) throw new SshFormatError("its numbers are too long");
  return Buffer.concat(
    numbers.map((number) => Buffer.concat([Buffer.alloc(length - number.length), number])),
  );
}
