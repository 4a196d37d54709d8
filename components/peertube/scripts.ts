import { peertubeImage } from "../image/catalogue.ts";
import { checksum } from "../manifest/checksum.ts";
import { labelsOf, namespaceOf, selectorOf } from "../manifest/labels.ts";
import type { Job } from "../manifest/manifest.ts";
import { resourcesOf } from "../manifest/resources.ts";
import { containerSecurity } from "../manifest/security.ts";
import { authorityEnvironment } from "../site/authority.ts";
import { marksFolder } from "./configuration.ts";
import { scriptsEnvironment } from "./environment.ts";
import { authorityFolder, authorityMounts, serverMounts, serverVolumes } from "./server.ts";
import { type PeertubeSpec, podSpec, scriptsWorkload, serverWorkload, whenItFails } from "./spec.ts";

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
export function scriptsFor(version: string): string[] {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return scripts
    .filter(({ since }) => major > since[0] || (major === since[0] && minor >= since[1]))
    .map(({ name }) => name);
}

/**
 * Runs what has not been run on this volume. The scripts tell some failures in words alone and exit with 0
 * (peertube-8.3.ts), so their words are read.
 */
const runScripts = `mkdir -p "$MARKS"
for script in $SCRIPTS; do
  if [ -e "$MARKS/$script" ]; then echo "$script was run before."; continue; fi
  echo "Running $script."
  status=0
  node "dist/scripts/migrations/$script.js" > /tmp/output 2>&1 || status=$?
  cat /tmp/output
  if [ "$status" != 0 ] || grep -q "An error occurred" /tmp/output; then
    echo "PeerTube's script $script failed, with the reason above. PeerTube $VERSION serves meanwhile. What to do is in the annotation commune.cloud/when-it-fails of this Job."
    exit 1
  fi
  date -u > "$MARKS/$script"
  echo "$script is done."
done`;

/**
 * The Job of the scripts that a version needs; nothing for a version that needs none. Its name carries a checksum of
 * what it runs: a Job cannot be changed, only followed by another.
 */
export function scriptsJob(spec: PeertubeSpec): Job | undefined {
  const names = scriptsFor(spec.version);
  if (names.length === 0) return undefined;
  const workload = scriptsWorkload(spec.commune);
  const jobSpec = scriptsJobSpec(spec, names);
  const name = `peertube-scripts-${checksum(jobSpec, 8)}`;
  return {
    apiVersion: "batch/v1",
    kind: "Job",
    metadata: {
      name,
      namespace: namespaceOf(workload),
      labels: labelsOf(workload),
      annotations: whenItFails(workload, name, `PeerTube ${spec.version} serves already.`),
    },
    spec: jobSpec,
  };
}

function scriptsJobSpec(spec: PeertubeSpec, names: readonly string[]): Job["spec"] {
  // They speak to no peer, but to a database that may have to prove who it is.
  const proven = spec.database.sslMode === "verify-full";
  const workload = scriptsWorkload(spec.commune);
  return {
    // A network opening can come a moment after the pod.
    backoffLimit: 2,
    activeDeadlineSeconds: 3600,
    template: {
      metadata: { labels: labelsOf(workload) },
      spec: {
        ...podSpec,
        restartPolicy: "Never",
        // The volume can be mounted by one node only: run where the server runs.
        affinity: {
          podAffinity: {
            requiredDuringSchedulingIgnoredDuringExecution: [
              {
                labelSelector: { matchLabels: selectorOf(serverWorkload(spec.commune)) },
                topologyKey: "kubernetes.io/hostname",
              },
            ],
          },
        },
        containers: [
          {
            name: "scripts",
            image: peertubeImage(spec.version),
            command: ["sh", "-euc"],
            args: [runScripts],
            env: [
              ...scriptsEnvironment(),
              ...(proven ? authorityEnvironment(spec.peers.authority, authorityFolder) : []),
              { name: "SCRIPTS", value: names.join(" ") },
              { name: "MARKS", value: marksFolder },
              { name: "VERSION", value: spec.version },
            ],
            terminationMessagePolicy: "FallbackToLogsOnError",
            resources: resourcesOf(spec.size.scripts),
            securityContext: containerSecurity,
            volumeMounts: [...serverMounts, ...(proven ? authorityMounts(spec) : [])],
          },
        ],
        volumes: serverVolumes,
      },
    },
  };
}
