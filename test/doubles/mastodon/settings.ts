import { type Environment, present } from "./environment.ts";
import { Refusal } from "./refusal.ts";
import { type BucketSettings, readBucketSettings } from "./store/bucket-settings.ts";
import { type VapidKeys, vapidProblem } from "./vapid.ts";

/** Settings that the environment gives web server, workers and commands, once it is found to be enough. */
export interface Settings {
  /** The domain of account names. */
  localDomain: string;
  /** The domain of pages and of ActivityPub addresses. */
  webDomain: string;
  alternateDomains: string[];
  secretKeyBase: string;
  encryption: { deterministicKey: string; keyDerivationSalt: string; primaryKey: string };
  vapid: VapidKeys;
  /** Ranges of private addresses that peers may have. */
  allowedPrivateAddresses: string[];
  limitedFederation: boolean;
  anonymousApi: boolean;
  streamingBaseUrl: string;
  /** The S3 store of attachments; undefined if they are on a volume. */
  bucket: BucketSettings | undefined;
}

const encryptionKeys = [
  "ACTIVE_RECORD_ENCRYPTION_DETERMINISTIC_KEY",
  "ACTIVE_RECORD_ENCRYPTION_KEY_DERIVATION_SALT",
  "ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY",
] as const;

/**
 * Reads the environment as Mastodon's initializers do. Throws Refusal, with upstream's own text where there
 * is one (config/initializers/active_record_encryption.rb, deprecations.rb and 1_hosts.rb of v4.6.5).
 * Stricter than upstream: LOCAL_DOMAIN, the VAPID pair and what S3 needs, which would only fail later or silently.
 */
export function readSettings(env: Environment): Settings {
  const localDomain = domain(env, "LOCAL_DOMAIN");
  if (localDomain === undefined) {
    throw new Refusal(
      "LOCAL_DOMAIN is not set: Mastodon would call itself localhost:3000, for ever. Set it before the first start.",
    );
  }
  const [deterministicKey, keyDerivationSalt, primaryKey] = encryptionKeys.map((name) =>
    encryption(env, name),
  );
  refuseNamespace(env);
  const webDomain = domain(env, "WEB_DOMAIN") ?? localDomain;
  return {
    localDomain,
    webDomain,
    alternateDomains: list(env, "ALTERNATE_DOMAINS"),
    secretKeyBase: secretKeyBase(env),
    encryption: {
      deterministicKey: deterministicKey ?? "",
      keyDerivationSalt: keyDerivationSalt ?? "",
      primaryKey: primaryKey ?? "",
    },
    vapid: vapid(env),
    allowedPrivateAddresses: list(env, "ALLOWED_PRIVATE_ADDRESSES"),
    limitedFederation: env.LIMITED_FEDERATION_MODE === "true",
    anonymousApi: env.DISALLOW_UNAUTHENTICATED_API_ACCESS !== "true",
    streamingBaseUrl: present(env, "STREAMING_API_BASE_URL") ?? `wss://${webDomain}`,
    bucket: readBucketSettings(env),
  };
}

function list(env: Environment, name: string): string[] {
  return (env[name] ?? "").split(/[\s,]+/).filter((item) => item !== "");
}

function domain(env: Environment, name: string): string | undefined {
  const value = present(env, name);
  if (value === undefined || /^[a-z0-9.-]+(:\d+)?$/i.test(value)) return value?.toLowerCase();
  throw new Refusal(`${name} is "${value}": write a host name alone, such as social.example.`);
}

function encryption(env: Environment, name: (typeof encryptionKeys)[number]): string {
  const value = present(env, name);
  if (value === undefined) {
    const names = encryptionKeys.map((key) => `  - ${key}`).join("\n");
    throw new Refusal(
      `\nMastodon now requires that these variables are set:\n\n${names}\n\n` +
        "Run `bin/rails db:encryption:init` to generate new secrets and then assign the environment variables.\n" +
        "Do not change the secrets once they are set, as doing so may cause data loss and other issues that will be difficult or impossible to recover from.",
    );
  }
  if (!value.endsWith("DO_NOT_USE_IN_PRODUCTION")) return value;
  throw new Refusal(
    `\nIt looks like you are trying to run Mastodon in production with a ${name} value from the test environment.\n\n` +
      "Please generate fresh secrets using `bin/rails db:encryption:init` and use them instead.",
  );
}

function secretKeyBase(env: Environment): string {
  const value = present(env, "SECRET_KEY_BASE");
  if (value !== undefined) return value;
  throw new Refusal(
    "ArgumentError: Missing `secret_key_base` for 'production' environment, set this string with `bin/rails credentials:edit`",
  );
}

function vapid(env: Environment): VapidKeys {
  const publicKey = present(env, "VAPID_PUBLIC_KEY");
  const privateKey = present(env, "VAPID_PRIVATE_KEY");
  const missing = "VAPID_PRIVATE_KEY and VAPID_PUBLIC_KEY must both be set";
  const keys = publicKey !== undefined && privateKey !== undefined ? { publicKey, privateKey } : undefined;
  const problem = keys ? vapidProblem(keys) : missing;
  if (keys && problem === undefined) return keys;
  throw new Refusal(
    `${problem}: web push cannot work. Run \`bin/rails mastodon:webpush:generate_vapid_key\` to make a pair.`,
  );
}

function refuseNamespace(env: Environment): void {
  if (env.REDIS_NAMESPACE === undefined) return;
  throw new Refusal(
    "ERROR: the REDIS_NAMESPACE environment variable is no longer supported, and a migration is required.\n\n" +
      "Please see documentation at https://github.com/mastodon/redis_namespace_migration",
  );
}
