import type { Job } from "../../foundation/manifest/manifest.ts";
import { labelText } from "../../foundation/seed/derive.ts";
import { readTemplate } from "../../foundation/template/template.ts";
import { type BootstrapLabels, bootstrapName, secretsFolder } from "./bootstrap.ts";
import { databaseOf, mastodonJob } from "./jobs.ts";
import type { MastodonSpec } from "./spec.ts";

/**
 * Gives the owner another password, which ends its sessions and takes its applications' tokens away. It runs once for
 * each version, so that what the owner sets itself in between stays. Nothing for the first version.
 * Source: app/models/user.rb of mastodon/mastodon, change_password!.
 */
export function accountPasswordJob(spec: MastodonSpec, { owner }: BootstrapLabels): Job | undefined {
  if (owner.version === 1) return undefined;
  return mastodonJob(spec, {
    name: "mastodon-owner-password",
    command: `bundle exec rails runner '${ownerPasswordScript()}'`,
    own: { OWNER: spec.owner.name },
    reads: [databaseOf(spec), labelText(owner)],
    failed: "Mastodon serves, and the owner has the password of before.",
    mounts: [{ name: "owner", mountPath: secretsFolder, readOnly: true }],
    volumes: [{ name: "owner", secret: { secretName: bootstrapName, defaultMode: 0o440 } }],
  });
}

/** In single quotes of a shell. An owner that is yet to be created gets the new password when it is. */
function ownerPasswordScript(): string {
  return readTemplate("services/mastodon/pod/owner-password.rb", { SECRETS: secretsFolder }).trim();
}
