import { createCipheriv, createDecipheriv, pbkdf2Sync, randomBytes } from "node:crypto";
import type { Pool } from "pg";
import { isPendingMigration } from "../database.ts";
import { Refusal } from "../refusal.ts";
import type { Settings } from "../settings.ts";

/** Facts that the first start fixed for ever, by name. Only the double keeps them: upstream keeps no such record. */
export type FirstBootFacts = Record<string, string>;

const probe = "the keys are those of the first start";

function keyOf(secret: string, salt: string): Buffer {
  return pbkdf2Sync(secret, salt, 65_536, 32, "sha256");
}

function seal(secret: string, salt: string): string {
  const iv = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", keyOf(secret, salt), iv);
  const body = Buffer.concat([cipher.update(probe, "utf8"), cipher.final()]);
  return Buffer.concat([iv, cipher.getAuthTag(), body]).toString("base64");
}

function opens(sealed: string, secret: string, salt: string): boolean {
  const bytes = Buffer.from(sealed, "base64");
  const decipher = createDecipheriv("aes-256-gcm", keyOf(secret, salt), bytes.subarray(0, 12));
  decipher.setAuthTag(bytes.subarray(12, 28));
  try {
    decipher.update(bytes.subarray(28));
    decipher.final();
    return true;
  } catch {
    return false;
  }
}

/** The facts that a first start with these settings writes down. The keys themselves are not among them. */
export function factsOf({ localDomain, webDomain, encryption, vapid }: Settings): FirstBootFacts {
  const { primaryKey, deterministicKey, keyDerivationSalt } = encryption;
  return {
    local_domain: localDomain,
    web_domain: webDomain,
    encrypted_with_primary_key: seal(primaryKey, keyDerivationSalt),
    encrypted_with_deterministic_key: seal(deterministicKey, keyDerivationSalt),
    vapid_public_key: vapid.publicKey,
  };
}

/** Returns what the settings of today break, and what they only disturb. Upstream says neither. */
export function compareFacts(
  facts: FirstBootFacts,
  settings: Settings,
): { refusal?: string; warning?: string } {
  const { primaryKey, deterministicKey, keyDerivationSalt } = settings.encryption;
  const changed = (name: string, then: string | undefined, now: string) =>
    then !== undefined && then !== now
      ? {
          refusal: `${name} was ${then} at the first start and is ${now} now: every identity of this server would break, and other servers would refuse it for ever. Put ${then} back.`,
        }
      : undefined;
  const domains =
    changed("LOCAL_DOMAIN", facts.local_domain, settings.localDomain) ??
    changed("WEB_DOMAIN", facts.web_domain, settings.webDomain);
  if (domains) return domains;
  const sealed = [
    [facts.encrypted_with_primary_key, primaryKey, "PRIMARY_KEY"],
    [facts.encrypted_with_deterministic_key, deterministicKey, "DETERMINISTIC_KEY"],
  ] as const;
  for (const [text, secret, name] of sealed) {
    if (text === undefined || opens(text, secret, keyDerivationSalt)) continue;
    return {
      refusal: `ActiveRecord::Encryption::Errors::Decryption: ACTIVE_RECORD_ENCRYPTION_${name} or ACTIVE_RECORD_ENCRYPTION_KEY_DERIVATION_SALT is not the one of the first start: what it encrypted is lost. Put it back.`,
    };
  }
  if (facts.vapid_public_key === undefined || facts.vapid_public_key === settings.vapid.publicKey) return {};
  return {
    warning: "The VAPID keys are not those of the first start: no push notification arrives any more.",
  };
}

/** Writes down what is not written yet, and compares. Throws Refusal when the settings would break it. */
export async function checkFirstBoot(pool: Pool, settings: Settings): Promise<void> {
  const read = () => pool.query<{ key: string; value: string }>("SELECT key, value FROM commune_double");
  const known = Object.fromEntries((await read()).rows.map(({ key, value }) => [key, value]));
  if (known.local_domain === undefined) {
    for (const [key, value] of Object.entries(factsOf(settings))) {
      await pool.query("INSERT INTO commune_double VALUES ($1, $2) ON CONFLICT DO NOTHING", [key, value]);
    }
  }
  const facts = Object.fromEntries((await read()).rows.map(({ key, value }) => [key, value]));
  const { refusal, warning } = compareFacts(facts, settings);
  if (refusal !== undefined) throw new Refusal(refusal);
  if (warning !== undefined) console.warn(`WARNING: ${warning}`);
}

/** Does as {@link checkFirstBoot} where the tables may not be there yet. Returns false if they are not. */
export async function checkFirstBootIfMigrated(pool: Pool, settings: Settings): Promise<boolean> {
  try {
    await checkFirstBoot(pool, settings);
    return true;
  } catch (error) {
    if (isPendingMigration(error)) return false;
    throw error;
  }
}
