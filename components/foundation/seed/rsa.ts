import { checkPrimeSync, createPrivateKey, createPublicKey } from "node:crypto";
import { deriveHex, type Label } from "./derive.ts";

/** A key of 2,048 bits that signs, as PEM. */
export interface SigningKey {
  /** PKCS #8. */
  privateKey: string;
  /** SubjectPublicKeyInfo. */
  publicKey: string;
}

/** The public exponent of nearly every RSA key. Source: FIPS 186-5, 5.4. */
const exponent = 65_537n;

/** Bytes of each of the two primes. */
const primeBytes = 128;

/**
 * Derives an RSA key from a commune's seed, so that whoever has the seed has the key, in 0.2 to 0.6 s: two primes, each
 * the first one after 1,024 bits of HKDF output. A prime after a large gap is a little more likely than another, which
 * takes nothing from its secrecy (Brandt and Damgård, "On Generation of Probable Primes by Incremental Search").
 */
export function deriveSigningKey(seed: string, commune: string, label: Label): SigningKey {
  const [p, q] = ["p", "q"].map((which) =>
    primeAfter(deriveHex(seed, commune, { ...label, purpose: `${label.purpose}-${which}` }, primeBytes)),
  );
  if (p === undefined || q === undefined || p === q) throw new Error("Two primes of a key are the same.");
  const d = inverse(exponent, (p - 1n) * (q - 1n));
  const key = createPrivateKey({
    format: "jwk",
    key: {
      kty: "RSA",
      n: encoded(p * q, 2 * primeBytes),
      e: encoded(exponent, 3),
      d: encoded(d, 2 * primeBytes),
      p: encoded(p, primeBytes),
      q: encoded(q, primeBytes),
      dp: encoded(d % (p - 1n), primeBytes),
      dq: encoded(d % (q - 1n), primeBytes),
      qi: encoded(inverse(q, p), primeBytes),
    },
  });
  return {
    privateKey: key.export({ type: "pkcs8", format: "pem" }).toString(),
    publicKey: createPublicKey(key).export({ type: "spki", format: "pem" }).toString(),
  };
}

/** The first prime from a number on whose two highest bits are set, so that the product of two has 2,048. */
function primeAfter(hex: string): bigint {
  let candidate = BigInt(`0x${hex}`) | (3n << BigInt(8 * primeBytes - 2)) | 1n;
  while ((candidate - 1n) % exponent === 0n || !checkPrimeSync(candidate)) candidate += 2n;
  return candidate;
}

/** The number that a number times is 1, modulo another (the extended Euclidean algorithm). */
function inverse(of: bigint, modulo: bigint): bigint {
  let [r, next, x, y] = [modulo, of % modulo, 0n, 1n];
  while (next !== 0n) {
    const quotient = r / next;
    [r, next] = [next, r - quotient * next];
    [x, y] = [y, x - quotient * y];
  }
  return ((x % modulo) + modulo) % modulo;
}

function encoded(value: bigint, bytes: number): string {
  return Buffer.from(value.toString(16).padStart(2 * bytes, "0"), "hex").toString("base64url");
}
