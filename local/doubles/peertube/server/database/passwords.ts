import { randomBytes, scrypt, timingSafeEqual } from "node:crypto";
import { promisify } from "node:util";

const derive = promisify(scrypt) as (password: string, salt: Buffer, length: number) => Promise<Buffer>;

/** A password as it is kept: salt and key, in hexadecimal. */
export async function hashed(password: string): Promise<string> {
  const salt = randomBytes(16);
  return `${salt.toString("hex")}:${(await derive(password, salt, 32)).toString("hex")}`;
}

/** Whether a password is the one that was kept. */
export async function matches(password: string, kept: string): Promise<boolean> {
  const [salt = "", key = ""] = kept.split(":");
  const derived = await derive(password, Buffer.from(salt, "hex"), 32);
  return timingSafeEqual(derived, Buffer.from(key, "hex"));
}
