import { createECDH, generateKeyPairSync } from "node:crypto";

/** A key pair for Web Push as Mastodon reads it: url-safe base64 of the raw P-256 numbers. */
export interface VapidKeys {
  publicKey: string;
  privateKey: string;
}

/** A new pair, as `rails mastodon:webpush:generate_vapid_key` makes one. */
export function newVapidKeys(): VapidKeys {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { d = "", x = "", y = "" } = privateKey.export({ format: "jwk" });
  const point = Buffer.concat([Buffer.from([4]), Buffer.from(x, "base64url"), Buffer.from(y, "base64url")]);
  return { privateKey: padded(Buffer.from(d, "base64url")), publicKey: padded(point) };
}

/** The webpush gem writes and reads padded base64. */
function padded(bytes: Buffer): string {
  return bytes.toString("base64").replaceAll("+", "-").replaceAll("/", "_");
}

/** Nothing when the two are a pair on the curve P-256; otherwise what is wrong with them. */
export function vapidProblem({ publicKey, privateKey }: VapidKeys): string | undefined {
  const secret = decoded(privateKey);
  if (secret?.length !== 32) return "VAPID_PRIVATE_KEY is not url-safe base64 of 32 bytes";
  const point = decoded(publicKey);
  if (point?.length !== 65 || point[0] !== 4) {
    return "VAPID_PUBLIC_KEY is not url-safe base64 of an uncompressed P-256 point";
  }
  const curve = createECDH("prime256v1");
  try {
    curve.setPrivateKey(secret);
  } catch {
    return "VAPID_PRIVATE_KEY is no number of the curve P-256";
  }
  if (curve.getPublicKey().equals(point)) return undefined;
  return "VAPID_PUBLIC_KEY does not belong to VAPID_PRIVATE_KEY";
}

function decoded(text: string): Buffer | undefined {
  return /^[\w-]+=*$/.test(text) ? Buffer.from(text, "base64url") : undefined;
}
