import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import type { ConfigMap, Secret } from "../../foundation/manifest/manifest.ts";
import { configMapOf, secretOf } from "../../foundation/manifest/objects.ts";
import { usualRanges } from "../../platform/exposure/sidecar-proxy.ts";
import type { Media } from "../../platform/media/plan.ts";
import type { MastodonSpec } from "./spec.ts";
import { workloadOf } from "./workloads.ts";

/** Name of the ConfigMap of Mastodon's environment, and of the Secret with the rest of it. */
export const environmentName = "mastodon-env";

/** Only nginx in the same pod, and the same nginx from another pod, speak to Rails and to the streaming server. */
const proxies = ["127.0.0.1", "::1", ...usualRanges].join(",");

/** Secrets that Rails cannot start without. Source: config/initializers of mastodon/mastodon v4.6.5. */
const railsSecrets = [
  "SECRET_KEY_BASE",
  "ACTIVE_RECORD_ENCRYPTION_DETERMINISTIC_KEY",
  "ACTIVE_RECORD_ENCRYPTION_KEY_DERIVATION_SALT",
  "ACTIVE_RECORD_ENCRYPTION_PRIMARY_KEY",
  "VAPID_PRIVATE_KEY",
  "VAPID_PUBLIC_KEY",
] as const;

/** Secrets that every process needs. */
const sharedSecrets = ["DB_PASS", "REDIS_PASSWORD"] as const;

/** Secrets that some declarations need. */
const optionalSecrets = [
  "SMTP_PASSWORD",
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "OIDC_CLIENT_SECRET",
] as const;

/** The values of the secret part of the environment, by variable. */
export type MastodonSecrets = Record<
  (typeof railsSecrets)[number] | (typeof sharedSecrets)[number],
  Input<string>
> &
  Partial<Record<(typeof optionalSecrets)[number], Input<string>>>;

/** A kind of process, by what it must know: a server, a worker, a command. */
export type MastodonProcess = "web" | "sidekiq" | "scheduler" | "job" | "streaming";

/**
 * The names of the secret variables that a process reads. The streaming server has no use for Rails' keys, and
 * commands none for those of outside servers: so declaring one is no reason to migrate again. What opens a server
 * outside is for those that network policy lets reach it.
 */
function secretsOf(
  { mail, media, identity }: Pick<MastodonSpec, "mail" | "media" | "identity">,
  process: MastodonProcess,
): (keyof MastodonSecrets)[] {
  if (process === "streaming") return [...sharedSecrets];
  if (process === "job") return [...railsSecrets, ...sharedSecrets];
  return [
    ...railsSecrets,
    ...sharedSecrets,
    ...(process === "sidekiq" && mail?.user !== undefined ? (["SMTP_PASSWORD"] as const) : []),
    ...(media.kind === "s3" ? (["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"] as const) : []),
    ...(process === "web" && identity !== undefined ? (["OIDC_CLIENT_SECRET"] as const) : []),
  ];
}

/** Values of a container's own variables: texts, or places where the kubelet reads them. */
export type OwnVariables = Readonly<Record<string, string | types.input.core.v1.EnvVarSource>>;

/** The environment of one container: the shared part by reference, then its own, then its secrets by reference. */
export function environmentOf(
  spec: Pick<MastodonSpec, "mail" | "media" | "identity">,
  process: MastodonProcess,
  own: OwnVariables,
): Pick<types.input.core.v1.Container, "envFrom" | "env"> {
  return {
    envFrom: [{ configMapRef: { name: environmentName } }],
    env: [
      ...Object.entries(own).map(([name, value]) =>
        typeof value === "string" ? { name, value } : { name, valueFrom: value },
      ),
      // Mastodon reads secrets from its environment only, not from files.
      ...secretsOf(spec, process).map((name) => ({
        name,
        valueFrom: { secretKeyRef: { name: environmentName, key: name } },
      })),
    ],
  };
}

export function environmentSecret(spec: MastodonSpec, secrets: MastodonSecrets): Secret {
  return secretOf(workloadOf(spec.commune, "web"), environmentName, secrets);
}

export function environmentConfigMap(spec: MastodonSpec): ConfigMap {
  return configMapOf(workloadOf(spec.commune, "web"), environmentName, environment(spec));
}

/**
 * The open part of the environment. Without OTP_SECRET and REDIS_NAMESPACE, which 4.4 removed, and without
 * LIMITED_FEDERATION_MODE and DISALLOW_UNAUTHENTICATED_API_ACCESS, which close what a commune publishes.
 * Source: https://docs.joinmastodon.org/admin/config/ and the code of v4.6.5.
 */
function environment(spec: MastodonSpec): Record<string, string> {
  const { host, handleDomain, database, cache } = spec;
  const { privatePeers } = spec.peers;
  return {
    LOCAL_DOMAIN: handleDomain,
    ...(handleDomain === host ? {} : { WEB_DOMAIN: host }),
    DB_HOST: database.host,
    DB_PORT: String(database.port),
    DB_NAME: database.database,
    DB_USER: database.database,
    DB_SSLMODE: database.sslMode,
    // The system's certificate authorities, which libpq 16 and later can use. Ruby's database client is libpq.
    ...(database.sslMode === "verify-full" ? { PGSSLROOTCERT: "system" } : {}),
    REDIS_HOST: cache.host,
    REDIS_PORT: String(cache.port),
    TRUSTED_PROXY_IP: proxies,
    // Mastodon refuses to speak to a server at a private address, unless it is in one of these.
    ...(privatePeers.length > 0 ? { ALLOWED_PRIVATE_ADDRESSES: privatePeers.join(",") } : {}),
    DEFAULT_LOCALE: "fr",
    // Addresses and user names of citizens stay out of the logs.
    RAILS_LOG_LEVEL: "warn",
    LOG_LEVEL: "warn",
    // No question to joinmastodon.org every half hour.
    UPDATE_CHECK_URL: "",
    ...mediaEnvironment(spec.media),
    ...mailEnvironment(spec),
    ...identityEnvironment(spec),
    ...spec.settings,
  };
}

/** Source: config/initializers/paperclip.rb of v4.6.5. */
function mediaEnvironment(media: Media): Record<string, string> {
  if (media.kind === "volume") return {};
  return {
    S3_ENABLED: "true",
    S3_BUCKET: media.bucket,
    S3_REGION: media.region,
    S3_ENDPOINT: media.endpoint,
    S3_HOSTNAME: new URL(media.endpoint).host,
    S3_PROTOCOL: "https",
    S3_ALIAS_HOST: media.publicHost,
    // Mastodon puts the slash after it.
    S3_KEY_PREFIX: media.prefix.replace(/\/$/, ""),
    // Stores without access lists refuse an upload that names one; the bucket itself is readable.
    S3_PERMISSION: "",
    // Its name is inverted: with an endpoint, the bucket stands in the path unless this is true.
    ...(media.addressing === "host" ? { S3_OVERRIDE_PATH_STYLE: "true" } : {}),
  };
}

/** Source: config/email.yml and lib/mastodon/email_configuration_helper.rb of v4.6.5. */
function mailEnvironment({ mail }: Pick<MastodonSpec, "mail">): Record<string, string> {
  // Otherwise every message would be tried for weeks on the pod itself. `test` keeps it in memory and sends nothing.
  if (mail === undefined) return { SMTP_DELIVERY_METHOD: "test" };
  return {
    SMTP_SERVER: mail.host,
    SMTP_PORT: String(mail.port),
    SMTP_FROM_ADDRESS: mail.from,
    SMTP_AUTH_METHOD: mail.user === undefined ? "none" : "plain",
    ...(mail.user === undefined ? {} : { SMTP_LOGIN: mail.user }),
    ...{
      starttls: { SMTP_ENABLE_STARTTLS: "always" },
      tls: { SMTP_TLS: "true" },
      none: { SMTP_ENABLE_STARTTLS: "never" },
    }[mail.encryption],
  };
}

/** Source: config/initializers/3_omniauth.rb and config/omniauth.yml of v4.6.5. */
function identityEnvironment({
  identity,
  host,
}: Pick<MastodonSpec, "identity" | "host">): Record<string, string> {
  if (identity === undefined) return {};
  return {
    OIDC_ENABLED: "true",
    OIDC_DISPLAY_NAME: identity.name,
    OIDC_DISCOVERY: "true",
    OIDC_ISSUER: identity.issuer,
    OIDC_SCOPE: "openid,profile,email",
    OIDC_UID_FIELD: "preferred_username",
    OIDC_CLIENT_ID: identity.clientId,
    OIDC_REDIRECT_URI: `https://${host}/auth/auth/openid_connect/callback`,
    // The commune's own provider has checked it; otherwise a second message must be answered.
    OIDC_SECURITY_ASSUME_EMAIL_IS_VERIFIED: "true",
  };
}
