import { type Environment, number, present } from "../environment.ts";
import { Refusal } from "../refusal.ts";

/** Settings of the S3 store that has the attachments. */
export interface BucketSettings {
  /** Address to which the bucket's keys are added, with a final slash. */
  address: string;
  region: string;
  /** Keys to it; undefined in Jobs, which are given none. */
  keys: { accessKey: string; secretKey: string } | undefined;
  /** Start of every key, with a final slash; empty without one. */
  prefix: string;
  /** Access list that each upload names; undefined if it names none. */
  acl: string | undefined;
  /** Public address to which keys are added, with a final slash. */
  publicAddress: string;
  /** Time for which the store may be silent. */
  silentMs: number;
}

/**
 * Reads where attachments are, undefined if they are on a volume. Throws Refusal for the stores that the double lacks.
 * Source: config/initializers/paperclip.rb of v4.6.5.
 */
export function readBucketSettings(env: Environment): BucketSettings | undefined {
  const lacking = ["SWIFT_ENABLED", "AZURE_ENABLED"].filter((name) => env[name] === "true");
  if (lacking.length > 0)
    throw new Refusal(`${lacking.join(", ")} is true: the double keeps media on its volume or in S3.`);
  if (env.S3_ENABLED !== "true") return undefined;
  const bucket = required(env, "S3_BUCKET");
  const endpoint = new URL(required(env, "S3_ENDPOINT"));
  const inHost = env.S3_OVERRIDE_PATH_STYLE === "true";
  const protocol = env.S3_PROTOCOL ?? "https";
  const alias = env.S3_ALIAS_HOST ?? env.S3_CLOUDFRONT_HOST;
  const accessKey = present(env, "AWS_ACCESS_KEY_ID");
  const secretKey = present(env, "AWS_SECRET_ACCESS_KEY");
  return {
    address: inHost ? `${endpoint.protocol}//${bucket}.${endpoint.host}/` : `${endpoint.origin}/${bucket}/`,
    region: env.S3_REGION ?? "us-east-1",
    keys: accessKey && secretKey ? { accessKey, secretKey } : undefined,
    prefix: env.S3_KEY_PREFIX === undefined ? "" : `${env.S3_KEY_PREFIX}/`,
    acl: (env.S3_PERMISSION ?? "public-read") || undefined,
    publicAddress:
      alias === undefined
        ? `${protocol}://${required(env, "S3_HOSTNAME")}/${bucket}/`
        : `${protocol}://${alias}/`,
    silentMs: number(env, "S3_READ_TIMEOUT", 5) * 1000,
  };
}

function required(env: Environment, name: string): string {
  const value = present(env, name);
  if (value !== undefined) return value;
  throw new Refusal(`S3_ENABLED is true and ${name} is not set: upstream fails at the first upload only.`);
}
