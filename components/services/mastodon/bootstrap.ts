import type { Input } from "@pulumi/pulumi";
import { checksum } from "../../foundation/manifest/checksum.ts";
import type { ConfigMap, Job, Secret } from "../../foundation/manifest/manifest.ts";
import { configMapOf, secretOf } from "../../foundation/manifest/objects.ts";
import { type Label, labelText } from "../../foundation/seed/derive.ts";
import { readTemplate } from "../../foundation/template/template.ts";
import { associationsScript } from "./associations.ts";
import { databaseOf, mastodonJob } from "./jobs.ts";
import { accountLabel, reconcilerLabel } from "./secrets.ts";
import type { MastodonSpec } from "./spec.ts";
import { workloadOf } from "./workloads.ts";

const folder = "/etc/mastodon";
/** Folder in which its secrets are mounted, one file each. */
export const secretsFolder = "/run/secrets/mastodon";

/** Name of the ConfigMap of what is applied, and of the Secret with the owner's first password. */
export const bootstrapName = "mastodon-bootstrap";

/**
 * Scopes of the reconciler's token: look accounts up, find them on other servers, read who follows whom, follow.
 * Source: app/controllers/api/v1/accounts_controller.rb, accounts/lookup_controller.rb,
 * accounts/relationships_controller.rb and app/controllers/api/v2/search_controller.rb of mastodon/mastodon.
 */
export const reconcilerScopes = "read:accounts read:follows read:search write:follows";

/** A value of Mastodon's table of settings. */
type SettingValue = string | number | boolean;

/**
 * The settings that the declaration decides. Most of Mastodon's policy is in its database, where neither the
 * environment nor its API reach. Source: config/settings.yml and app/models/form/admin_settings.rb of v4.6.5.
 */
export function declaredSettings(spec: MastodonSpec): Record<string, SettingValue> {
  return {
    site_title: spec.name,
    site_contact_email: spec.contact,
    site_contact_username: spec.owner.name,
    registrations_mode: { open: "open", approval: "approved", closed: "none" }[spec.registrations],
    // Nothing is ever deleted without it. It covers media and link previews, not avatars.
    media_cache_retention_period: spec.mediaRetentionDays,
    local_live_feed_access: spec.publicFeeds ? "public" : "authenticated",
    local_topic_feed_access: spec.publicFeeds ? "public" : "authenticated",
    // What others wrote is theirs to publish.
    remote_live_feed_access: "authenticated",
    remote_topic_feed_access: "authenticated",
    landing_page: spec.publicFeeds ? "local_feed" : "about",
  };
}

export function bootstrapConfigMap(spec: MastodonSpec): ConfigMap {
  const { owner, relays, associations } = spec;
  const declared = { owner, settings: declaredSettings(spec), relays, associations };
  return configMapOf(workloadOf(spec.commune, "job"), bootstrapName, {
    "bootstrap.rb": bootstrapScript(),
    "bootstrap.json": `${JSON.stringify(declared, undefined, 2)}\n`,
  });
}

/** The owner's first password, and the token for follows: files that only the Jobs of the bootstrap see. */
export function ownerSecret(
  spec: MastodonSpec,
  { password, token }: { password: Input<string>; token: Input<string> },
): Secret {
  return secretOf(workloadOf(spec.commune, "job"), bootstrapName, {
    "owner-password": password,
    "federation-token": token,
  });
}

/** Labels of what {@link ownerSecret} holds, in the versions that count. */
export interface BootstrapLabels {
  token: Label;
  owner: Label;
}

const firstLabels: BootstrapLabels = { token: reconcilerLabel, owner: accountLabel };

/** Applies the declared settings and creates the owner, when every migration is done. */
export function bootstrapJob(spec: MastodonSpec, { token, owner } = firstLabels): Job {
  return mastodonJob(spec, {
    name: "mastodon-bootstrap",
    command: `bundle exec rails runner ${folder}/bootstrap.rb`,
    own: {},
    reads: [
      databaseOf(spec),
      labelText(token),
      // Another password takes the token away, among all others of the account.
      ...(owner.version === 1 ? [] : [labelText(owner)]),
      checksum(bootstrapConfigMap(spec).data),
    ],
    failed: "Mastodon serves, with the settings of before.",
    mounts: [
      { name: "bootstrap", mountPath: folder, readOnly: true },
      { name: "owner", mountPath: secretsFolder, readOnly: true },
    ],
    volumes: [
      { name: "bootstrap", configMap: { name: bootstrapName } },
      { name: "owner", secret: { secretName: bootstrapName, defaultMode: 0o440 } },
    ],
  });
}

/**
 * Safe to run again at any time. An account that exists is its owner's: neither its address nor its password nor
 * its role is touched. `external` is what accounts of a directory have: it skips the look-up of the address's
 * mail servers, which a declared address does not need.
 */
function bootstrapScript(): string {
  return readTemplate("services/mastodon/pod/bootstrap.rb", {
    FOLDER: folder,
    SECRETS_FOLDER: secretsFolder,
    RECONCILER_SCOPES: reconcilerScopes,
    ASSOCIATIONS: associationsScript(),
  });
}
