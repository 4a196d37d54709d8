import { jobOf, whenItFails } from "../../foundation/manifest/job.ts";
import { metadataOf } from "../../foundation/manifest/labels.ts";
import type { Job } from "../../foundation/manifest/manifest.ts";
import { reach } from "../../foundation/manifest/reach.ts";
import { type Label, labelText } from "../../foundation/seed/derive.ts";
import { readTemplate } from "../../foundation/template/template.ts";
import { secretName } from "./environment.ts";
import type { PeertubeSpec } from "./spec.ts";
import { besideServer } from "./upgrade-scripts.ts";
import { workloadOf } from "./workloads.ts";

const folder = "/run/secrets/peertube";

/**
 * PeerTube's own command asks for the password on its input, and ends with 0 when it could not keep it, so its words
 * are read. Source: server/scripts/reset-password.ts of Chocobozzz/PeerTube.
 */
function script(): string {
  return readTemplate("services/peertube/pod/root-password.bash", {
    REACH: reach(),
    SECRETS: folder,
  }).trimEnd();
}

/**
 * Gives the account `root` another password, which PeerTube read once, at its first start. It runs once for each version,
 * so that what people set themselves in between stays. Nothing for the first version. Sessions that are open go on.
 */
export function accountPasswordJob(spec: PeertubeSpec, label: Label): Job | undefined {
  if (label.version === 1) return undefined;
  const workload = workloadOf(spec.commune, "scripts");
  return jobOf({
    metadata: metadataOf(workload, "peertube-root-password"),
    reads: labelText(label),
    annotations: (name) =>
      whenItFails(workload, name, "PeerTube serves, and root has the password of before."),
    spec: {
      backoffLimit: 2,
      activeDeadlineSeconds: 900,
      template: besideServer(spec, {
        name: "root-password",
        script: script(),
        env: [
          { name: "DATABASE_HOST", value: spec.database.host },
          { name: "DATABASE_PORT", value: `${spec.database.port}` },
        ],
        mounts: [{ name: "root", mountPath: folder, readOnly: true }],
        volumes: [
          {
            name: "root",
            secret: {
              secretName,
              defaultMode: 0o440,
              items: [{ key: "root-password", path: "root-password" }],
            },
          },
        ],
      }),
    },
  });
}
