import { jobOf, whenItFails } from "../../foundation/manifest/job.ts";
import { metadataOf, namespaceOf } from "../../foundation/manifest/labels.ts";
import type { ConfigMap, Job } from "../../foundation/manifest/manifest.ts";
import { notInstalled, pluginsScript } from "./plugins-script.ts";
import { rootProgramConfigMap, rootProgramPod } from "./root-program.ts";
import { dataFolder, type PeertubeSpec } from "./spec.ts";
import { workloadOf } from "./workloads.ts";

/** Source: the addresses that `npm view <name> dist.tarball` prints for packages without a scope. */
function archiveOf(name: string, version: string, mirror: string | undefined): string {
  const file = `${name}-${version}.tgz`;
  return mirror === undefined ? `https://registry.npmjs.org/${name}/-/${file}` : `${mirror}/${file}`;
}

export function pluginsConfigMap(spec: PeertubeSpec): ConfigMap {
  const declared = JSON.stringify({
    server: "http://peertube",
    host: spec.host,
    folder: `${dataFolder}/pinned-plugins`,
    logs: `kubectl -n ${namespaceOf(workloadOf(spec.commune, "web"))} logs deploy/peertube -c peertube`,
    plugins: Object.fromEntries(
      Object.entries(spec.plugins ?? {}).map(([name, plugin]) => [
        name,
        { ...plugin, url: archiveOf(name, plugin.version, spec.pluginMirror) },
      ]),
    ),
  });
  return rootProgramConfigMap(spec, "plugins", pluginsScript, declared);
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
      podFailurePolicy: {
        rules: [
          {
            action: "FailJob",
            onExitCodes: { containerName: "plugins", operator: "In", values: [notInstalled] },
          },
        ],
      },
      template: rootProgramPod(spec, "plugins"),
    },
  });
}
