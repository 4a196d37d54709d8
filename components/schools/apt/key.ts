import { createCleartextMessage, enums, readPrivateKey, reformatKey, sign } from "openpgp";
import { ed25519PrivateKey, ed25519PublicBytes } from "../../foundation/seed/ed25519.ts";

/** A key that signs a package repository, as apt knows it: OpenPGP. */
export interface RepositoryKey {
  /** ASCII armour of the public key. */
  publicKey: string;
  /** The text with its signature around it: what `InRelease` is. */
  sign(text: string): Promise<string>;
}

/** The curve's name in an OpenPGP key. Source: RFC 9580, section 9.2, "Ed25519Legacy". */
const curve = Buffer.from("092b06010401da470f01", "hex");

/** EdDSA as Debian 12's gpgv knows it; it does not know the Ed25519 of RFC 9580. */
const eddsa = 22;

/** Creation time of every such key: its fingerprint includes the date, and the same secret must give the same key. */
const created = new Date("2026-01-01T00:00:00Z");

/**
 * The key that comes from a secret: the same secret and owner always give the same key.
 *
 * @param secret 32 bytes in hexadecimal.
 */
export async function repositoryKey(
  secret: string,
  owner: { name: string; email: string },
): Promise<RepositoryKey> {
  const privateKey = await readPrivateKey({ binaryKey: secretKeyPacket(secret) });
  const key = await reformatKey({
    privateKey,
    userIDs: [owner],
    date: created,
    format: "object",
    // Otherwise the key's own signature, and with it what machines are given, is another one each time.
    config: { nonDeterministicSignaturesViaNotation: false },
  });
  return {
    publicKey: key.publicKey.armor(),
    sign: async (text) =>
      sign({ message: await createCleartextMessage({ text }), signingKeys: key.privateKey }),
  };
}

/** A secret key packet, version 4, not encrypted. Source: RFC 9580, sections 4.2.1 and 5.5.3. */
function secretKeyPacket(secret: string): Uint8Array {
  const seed = Buffer.from(secret, "hex");
  const point = ed25519PublicBytes(ed25519PrivateKey(seed));
  const scalar = integer(seed);
  const body = Buffer.concat([
    Buffer.from([4]),
    number(created.getTime() / 1000, 4),
    Buffer.from([eddsa]),
    curve,
    integer(Buffer.concat([Buffer.from([0x40]), point])),
    Buffer.from([0]),
    scalar,
    number(scalar.reduce((sum, byte) => sum + byte, 0) % 2 ** 16, 2),
  ]);
  return Buffer.concat([Buffer.from([0xc0 | enums.packet.secretKey, body.length]), body]);
}

function number(value: number, bytes: number): Buffer {
  const buffer = Buffer.alloc(bytes);
  buffer.writeUIntBE(value, 0, bytes);
  return buffer;
}

/** A number as OpenPGP writes it: its length in bits, then its bytes without leading zeros. Source: RFC 9580, section 3.2. */
function integer(bytes: Buffer): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0);
  const rest = bytes.subarray(first);
  const bits = rest.length * 8 - Math.clz32(rest[0] ?? 0) + 24;
  return Buffer.concat([number(bits, 2), rest]);
}
