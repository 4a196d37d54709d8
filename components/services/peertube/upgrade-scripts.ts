import type { types } from "@pulumi/kubernetes";
import { onNodeOf } from "../../foundation/manifest/affinity.ts";
import { jobOf, whenItFails } from "../../foundation/manifest/job.ts";
import { labelsOf, metadataOf } from "../../foundation/manifest/labels.ts";
import type { Job } from "../../foundation/manifest/manifest.ts";
import { reach } from "../../foundation/manifest/reach.ts";
import { resourceRequirements } from "../../foundation/manifest/resources.ts";
import { containerSecurity } from "../../foundation/manifest/security.ts";
import { authorityEnvironment } from "../../foundation/site/authority.ts";
import { readTemplate } from "../../foundation/template/template.ts";
import { marksFolder } from "./configuration.ts";
import { scriptsEnvironment } from "./environment.ts";
import { peertubeImage } from "./images.ts";
import { type PeertubeSpec, podSpec } from "./spec.ts";
import { authorityFolder, authorityMounts, serverMounts, serverVolumes } from "./web.ts";
import { workloadOf } from "./workloads.ts";

/** A script that somebody must run, beside PeerTube's own migrations, while the server is up. */
interface Script {
  /** First version that needs it. */
  since: readonly [major: number, minor: number];
  name: string;
}

/**
 * Every script that an 8.x upgrade can need, in order. A version that was skipped still needs its script.
 *
 * Sources: https://github.com/Chocobozzz/PeerTube/releases/tag/v8.1.0, …/v8.3.0-rc.1 and server/scripts/migrations/
 */
const scripts: readonly Script[] = [
  { since: [8, 1], name: "peertube-8.1" },
  { since: [8, 3], name: "peertube-8.3" },
];

/** The scripts that a version may need, whatever version was there before. */
export function upgradeScriptsFor(version: string): string[] {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return scripts
    .filter(({ since }) => major > since[0] || (major === since[0] && minor >= since[1]))
    .map(({ name }) => name);
}

/**
 * Runs what has not been run on this volume. The scripts tell some failures in words alone and exit with 0
 * (peertube-8.3.ts), so their words are read.
 */
function runScripts(): string {
  return readTemplate("services/peertube/pod/upgrade-scripts.bash", { REACH: reach() }).trimEnd();
}

/** The Job of the scripts that a version needs; nothing for a version that needs none. */
export function upgradeScriptsJob(spec: PeertubeSpec): Job | undefined {
  const names = upgradeScriptsFor(spec.version);
  if (names.length === 0) return undefined;
  const workload = workloadOf(spec.commune, "scripts");
  return jobOf({
    metadata: metadataOf(workload, "peertube-scripts"),
    spec: scriptsJobSpec(spec, names),
    annotations: (name) => whenItFails(workload, name, `PeerTube ${spec.version} serves already.`),
  });
}

function scriptsJobSpec(spec: PeertubeSpec, names: readonly string[]): Job["spec"] {
  return {
    backoffLimit: 2,
    activeDeadlineSeconds: 3600,
    template: besideServer(spec, {
      name: "scripts",
      script: runScripts(),
      env: [
        { name: "SCRIPTS", value: names.join(" ") },
        { name: "MARKS", value: marksFolder },
        { name: "VERSION", value: spec.version },
        { name: "COMMUNE", value: spec.commune },
        { name: "DATABASE_HOST", value: spec.database.host },
        { name: "DATABASE_PORT", value: `${spec.database.port}` },
      ],
    }),
  };
}

/** A script of bash in the image of the server, with what PeerTube's own scripts need to open the database. */
interface Beside {
  name: string;
  script: string;
  env: readonly types.input.core.v1.EnvVar[];
  mounts?: readonly types.input.core.v1.VolumeMount[];
  volumes?: readonly types.input.core.v1.Volume[];
}

/** A pod that runs such a script where the server runs. */
export function besideServer(
  spec: PeertubeSpec,
  { name, script, env, mounts = [], volumes = [] }: Beside,
): Job["spec"]["template"] {
  // They speak to no peer, but to a database that may have to prove who it is.
  const proven = spec.database.sslMode === "verify-full";
  const workload = workloadOf(spec.commune, "scripts");
  return {
    metadata: { labels: labelsOf(workload) },
    spec: {
      ...podSpec,
      restartPolicy: "Never",
      // The volume can be mounted by one node only: run where the server runs.
      affinity: onNodeOf(workloadOf(spec.commune, "web")),
      containers: [
        {
          name,
          image: peertubeImage(spec.version),
          command: ["bash", "-euc"],
          args: [script],
          env: [
            ...scriptsEnvironment(),
            ...(proven ? authorityEnvironment(spec.peers.authority, authorityFolder) : []),
            ...env,
          ],
          terminationMessagePolicy: "FallbackToLogsOnError",
          resources: resourceRequirements(spec.size.scripts),
          securityContext: containerSecurity,
          volumeMounts: [...serverMounts, ...(proven ? authorityMounts(spec) : []), ...mounts],
        },
      ],
      volumes: [...serverVolumes, ...volumes],
    },
  };
}
