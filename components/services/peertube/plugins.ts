import { jobOf, whenItFails } from "../../foundation/manifest/job.ts";
import { metadataOf, namespaceOf } from "../../foundation/manifest/labels.ts";
import type { ConfigMap, Job } from "../../foundation/manifest/manifest.ts";
import { readTemplate } from "../../foundation/template/template.ts";
import { rootProgramConfigMap, rootProgramPod, rootScript } from "./root-program.ts";
import { dataFolder, type PeertubeSpec } from "./spec.ts";
import { workloadOf } from "./workloads.ts";

/** Source: the addresses that `npm view <name> dist.tarball` prints for packages without a scope. */
function archiveOf(name: string, version: string, mirror: string | undefined): string {
  const file = `${name}-${version}.tgz`;
  return mirror === undefined ? `https://registry.npmjs.org/${name}/-/${file}` : `${mirror}/${file}`;
}

/** Exit status of the program if PeerTube cannot install a plugin. */
const notInstalled = 3;

/**
 * Makes the installed plugins those declared, through the server's own interface: it then loads them without a
 * restart, which the command of the image does not do. Each archive is fetched and checked here, and installed from the
 * volume: by its name PeerTube would take whatever the registry has that day. What PeerTube is given stays on the
 * volume, since its package manager looks for it again at the next installation. Idempotent.
 *
 * Sources: docs.joinpeertube.org/api-rest-reference, Plugins and Session; PeerTube, server/core/lib/plugins/
 * plugin-manager.ts: the folder's name is the plugin's, package-manager.ts: `pnpm add file:<folder>`.
 */
const pluginsScript = () =>
  rootScript(readTemplate("services/peertube/pod/plugins.mjs", { NOT_INSTALLED: notInstalled }));

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
  return rootProgramConfigMap(spec, "plugins", pluginsScript(), declared);
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
