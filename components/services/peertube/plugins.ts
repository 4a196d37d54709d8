import { onNodeOf } from "../../foundation/manifest/affinity.ts";
import { jobOf, whenItFails } from "../../foundation/manifest/job.ts";
import { labelsOf, metadataOf } from "../../foundation/manifest/labels.ts";
import type { ConfigMap, Job } from "../../foundation/manifest/manifest.ts";
import { resourceRequirements } from "../../foundation/manifest/resources.ts";
import { containerSecurity } from "../../foundation/manifest/security.ts";
import { authorityEnvironment } from "../../foundation/site/authority.ts";
import { secretName } from "./environment.ts";
import { peertubeImage } from "./images.ts";
import { pluginsScript } from "./plugins-script.ts";
import { dataFolder, type PeertubeSpec, podSpec } from "./spec.ts";
import { authorityFolder, authorityMounts, serverVolumes } from "./web.ts";
import { workloadOf } from "./workloads.ts";

/** Source: the addresses that `npm view <name> dist.tarball` prints for packages without a scope. */
function archiveOf(name: string, version: string, mirror: string | undefined): string {
  const file = `${name}-${version}.tgz`;
  return mirror === undefined ? `https://registry.npmjs.org/${name}/-/${file}` : `${mirror}/${file}`;
}

export function pluginsConfigMap(spec: PeertubeSpec): ConfigMap {
  const workload = workloadOf(spec.commune, "plugins");
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: metadataOf(workload, "peertube-plugins"),
    data: {
      "plugins.mjs": pluginsScript,
      "plugins.json": JSON.stringify({
        server: "http://peertube",
        host: spec.host,
        folder: `${dataFolder}/pinned-plugins`,
        plugins: Object.fromEntries(
          Object.entries(spec.plugins ?? {}).map(([name, plugin]) => [
            name,
            { ...plugin, url: archiveOf(name, plugin.version, spec.pluginMirror) },
          ]),
        ),
      }),
    },
  };
}

/** The Job that installs and removes plugins; nothing when the declaration leaves them alone. */
export function pluginsJob(spec: PeertubeSpec): Job | undefined {
  if (spec.plugins === undefined) return undefined;
  const workload = workloadOf(spec.commune, "plugins");
  return jobOf({
    metadata: metadataOf(workload, "peertube-plugins"),
    reads: [spec.secretLabels, pluginsConfigMap(spec).data],
    annotations: (name) => whenItFails(workload, name, "PeerTube serves, with the plugins that it has."),
    spec: {
      backoffLimit: 2,
      activeDeadlineSeconds: 1800,
      template: {
        metadata: { labels: labelsOf(workload) },
        spec: {
          ...podSpec,
          restartPolicy: "Never",
          // The volume can be mounted by one node only: run where the server runs.
          affinity: onNodeOf(workloadOf(spec.commune, "web")),
          containers: [
            {
              name: "plugins",
              image: peertubeImage(spec.version),
              command: ["node"],
              args: [
                "/etc/peertube/plugins.mjs",
                "/etc/peertube/plugins.json",
                "/run/secrets/peertube/root-password",
              ],
              env: authorityEnvironment(spec.peers.authority, authorityFolder),
              terminationMessagePolicy: "FallbackToLogsOnError",
              resources: resourceRequirements(spec.size.plugins),
              securityContext: containerSecurity,
              volumeMounts: [
                { name: "data", mountPath: dataFolder },
                { name: "tmp", mountPath: "/tmp" },
                ...authorityMounts(spec),
                { name: "plugins", mountPath: "/etc/peertube", readOnly: true },
                { name: "secrets", mountPath: "/run/secrets/peertube", readOnly: true },
              ],
            },
          ],
          volumes: [
            ...serverVolumes,
            { name: "plugins", configMap: { name: "peertube-plugins" } },
            {
              name: "secrets",
              secret: {
                secretName,
                defaultMode: 0o440,
                items: [{ key: "root-password", path: "root-password" }],
              },
            },
          ],
        },
      },
    },
  });
}
