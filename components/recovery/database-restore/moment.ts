import type { PostgresqlMajor } from "../../foundation/image/catalogue.ts";
import { copyDeadlineSeconds } from "../../foundation/manifest/job.ts";
import { labelsOf, metadataOf } from "../../foundation/manifest/labels.ts";
import type { Job, Manifest, NetworkPolicy } from "../../foundation/manifest/manifest.ts";
import { configMapOf, secretOf } from "../../foundation/manifest/objects.ts";
import { programConfigMap } from "../../foundation/program/manifests.ts";
import { authorityKey } from "../../foundation/site/authority.ts";
import type { ServerName } from "../../platform/database/manifests.ts";
import type { VaultAccess } from "../vault/access.ts";
import { besideServer, restoreWorkload } from "./manifests.ts";
import { type RestoreSettings, restoreSecretFiles, restoreSettingsFile } from "./settings.ts";

/** One database of a server at a moment. A Job that somebody requests restores it beside the current ones. */
export interface Moment extends ServerName {
  /** Major version of the PostgreSQL programs that recover it. */
  major: PostgresqlMajor;
  /** Name of all its objects. */
  name: string;
  settings: RestoreSettings;
  /** Certificates that the site adds, PEM; undefined if it adds none. */
  authority: string | undefined;
  /** Egress rules to the vaults, as the server's keeper has them. */
  egress: NonNullable<NetworkPolicy["spec"]>["egress"];
  secrets: { repository: string; access: VaultAccess };
  /** Text of the program. */
  program: string;
}

/** Returns the objects that the Job needs and, last, the Job. All of them are removed when it ends. */
export function momentObjects(moment: Moment): Manifest[] {
  const { name, settings, authority, egress, secrets, program } = moment;
  const workload = restoreWorkload(moment);
  const labels = labelsOf(workload);
  const text = configMapOf(workload, name, {
    [restoreSettingsFile]: `${JSON.stringify(settings, undefined, 2)}\n`,
    ...(authority === undefined ? {} : { [authorityKey]: authority }),
  });
  const secret = secretOf(workload, name, {
    [restoreSecretFiles.repository]: secrets.repository,
    [restoreSecretFiles.vault]: JSON.stringify(secrets.access),
  });
  const policy: NetworkPolicy = {
    ...{ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: metadataOf(workload, name) },
    spec: { podSelector: { matchLabels: { "job-name": name } }, policyTypes: ["Egress"], egress },
  };
  const job: Job = {
    ...{ apiVersion: "batch/v1", kind: "Job", metadata: metadataOf(workload, name) },
    spec: {
      backoffLimit: 0,
      activeDeadlineSeconds: copyDeadlineSeconds,
      template: { metadata: { labels }, spec: besideServer(moment, { name, authority }) },
    },
  };
  return [text, programConfigMap(metadataOf(workload, `${name}-program`), program), secret, policy, job];
}
