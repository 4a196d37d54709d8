import type { RefusedSetting, Setting } from "../../foundation/declaration/settings.ts";
import { show } from "../../foundation/declaration/show.ts";

/** Variables that `settings:` may not hold, with the reason and what to do instead. */
const refused: readonly [pattern: RegExp, reason: string][] = [
  [
    /^(LIMITED_FEDERATION_MODE|WHITELIST_MODE|DISALLOW_UNAUTHENTICATED_API_ACCESS)$/,
    "closes public pages, feeds and the API to whoever has no account, and what a commune publishes is readable without one. Remove it.",
  ],
  [
    /^SELF_DESTRUCT$/,
    "tells every other server to delete this one, for ever. Run `tootctl self-destruct` by hand when the service ends.",
  ],
  [/^OTP_SECRET$/, "is not read by Mastodon any more. Remove it."],
  [/^REDIS_NAMESPACE$/, "is refused by Mastodon since 4.4. Remove it; each service has its own cache here."],
  [/^(LOCAL_DOMAIN|WEB_DOMAIN)$/, "follows from `subdomain` and `handles`. Write those."],
  [
    /^(REPLICA_|PGHERO_STATS_|OTHER_)?(DATABASE_URL|DB_[A-Z_]+)$/,
    "follows from the commune's `database`, or from `dedicatedDatabase`. Write those.",
  ],
  [/^(CACHE_|SIDEKIQ_)?REDIS_[A-Z_]+$/, "leads to the service's own cache. Remove it."],
  [
    /^(S3_(ENABLED|BUCKET|REGION|ENDPOINT|HOSTNAME|PROTOCOL|ALIAS_HOST|CLOUDFRONT_HOST|PERMISSION|KEY_PREFIX|OVERRIDE_PATH_STYLE)|(SWIFT|AZURE|PAPERCLIP)_[A-Z_]+)$/,
    "says where media are kept. Write the commune's `media`, or `storage`.",
  ],
  [
    /^SMTP_(DELIVERY_METHOD|SERVER|PORT|LOGIN|AUTH_METHOD|FROM_ADDRESS|ENABLE_STARTTLS(_AUTO)?|TLS|SSL)$/,
    "follows from the commune's `mail`. Write that.",
  ],
  [
    /^OIDC_(ENABLED|ISSUER|DISCOVERY|CLIENT_ID|DISPLAY_NAME|REDIRECT_URI)$/,
    "follows from the commune's `identity`. Write that.",
  ],
  [
    /^(WEB_CONCURRENCY|MAX_THREADS|MIN_THREADS|SIDEKIQ_CONCURRENCY)$/,
    "is sized with memory and database connections. Write `expectedUsers`.",
  ],
  [
    /^(TRUSTED_PROXY_IP|ALLOWED_PRIVATE_ADDRESSES)$/,
    "follows from the site. Peers at private addresses are the stack's setting `commune:privatePeers`.",
  ],
  [
    /^(BIND|PORT|SOCKET|RAILS_ENV|NODE_ENV|RAILS_SERVE_STATIC_FILES|SKIP_POST_DEPLOYMENT_MIGRATIONS|MASTODON_SIDEKIQ_READY_FILENAME)$/,
    "is how the toolkit starts Mastodon. Remove it.",
  ],
  [
    /(PASSWORD|_PASS|SECRET|_KEY|_SALT|_TOKEN|SECRET_KEY_BASE|SAML_CERT)$/,
    "is or may be a secret, and settings can be read by whoever reads the declaration. Remove it.",
  ],
];

/** The settings that may not be passed through, among those declared. */
export function refusedSettings(settings: Readonly<Record<string, Setting>>): RefusedSetting[] {
  return Object.entries(settings).flatMap(([name, value]) => {
    const message = reasonAgainst(name, value);
    return message === undefined ? [] : [{ path: [name], message }];
  });
}

function reasonAgainst(name: string, value: Setting): string | undefined {
  if (!/^[A-Z][A-Z0-9_]*$/.test(name)) {
    return `${show(name)} is not an environment variable. Write capital letters, digits and underscores, such as "MAX_TOOT_CHARS".`;
  }
  const [, reason] = refused.find(([pattern]) => pattern.test(name)) ?? [];
  if (reason !== undefined) return `${name} ${reason}`;
  if (value === null || typeof value === "object") {
    return `${name} is one line of text in Mastodon's environment. Write a text, a number, true or false.`;
  }
  return undefined;
}
