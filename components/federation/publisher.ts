import { checksum } from "../foundation/manifest/checksum.ts";
import { metadataOf, selectorOf } from "../foundation/manifest/labels.ts";
import type { ConfigMap, Deployment, Service } from "../foundation/manifest/manifest.ts";
import { configMapOf } from "../foundation/manifest/objects.ts";
import {
  programConfigMap,
  programContainer,
  programDeployment,
  programVolume,
} from "../foundation/program/manifests.ts";
import { logHeadFolder, logHeadName } from "./approvals.ts";
import {
  type PublisherSettings,
  publicationName,
  publicationPort,
  publisherPort,
  publisherSettingsFile,
} from "./settings.ts";
import type { FederationSpec } from "./spec.ts";
import { publisherName, publisherWorkload } from "./workloads.ts";

/** Resources that suffice for the worst that strangers can send: `npm run campaign hostile-http`. */
export const publisherResources = { cpu: 0.01, requestMiB: 32, limitMiB: 128 };

/** Pages that the publisher shows besides its own: the commune's map and portal. */
const shown = ["map", "portal"] as const;

/** Pages made elsewhere, and the ConfigMap that they are in. */
export interface ShownPages {
  name: (typeof shown)[number];
  folder: string;
  configMap: ConfigMap;
}

/** Returns all of them that a commune has: they stand next to its descriptor. */
export function shownPages(spec: FederationSpec): ShownPages[] {
  return shown.flatMap((name) => {
    const pages = spec[name];
    if (pages === undefined) return [];
    const configMap = pages.configMap(metadataOf(publisherWorkload(spec.settings.id), name));
    return [{ name, folder: pages.folder, configMap }];
  });
}

export function publisherConfigMap({ settings, website }: FederationSpec): ConfigMap {
  const { id, name, domain, webfinger } = settings;
  const told: PublisherSettings = { id, name, domain, webfinger, website };
  return configMapOf(publisherWorkload(id), publisherName, {
    "settings.json": `${JSON.stringify(told, undefined, 2)}\n`,
  });
}

export function publisherProgram({ settings }: FederationSpec, program: string): ConfigMap {
  return programConfigMap(metadataOf(publisherWorkload(settings.id), `${publisherName}-program`), program);
}

/** Returns the Service through which the reconciler reaches the publisher; no Ingress leads to this port. */
export function publicationService({ settings }: FederationSpec): Service {
  const workload = publisherWorkload(settings.id);
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: metadataOf(workload, publicationName),
    spec: {
      selector: selectorOf(workload),
      ports: [{ name: "publication", port: publicationPort, targetPort: publicationPort }],
    },
  };
}

/**
 * Returns the pod that the public reaches on the commune's bare domain. It has no Secret and no token for the API:
 * what it shows was signed elsewhere and is brought to it.
 *
 * @param pages result of `shownPages` for this spec.
 */
export function publisherDeployment(
  spec: FederationSpec,
  program: string,
  pages: readonly ShownPages[],
): Deployment {
  return programDeployment(publisherWorkload(spec.settings.id), publisherName, {
    program,
    strategy: "RollingUpdate",
    annotations: {
      "commune.cloud/config": checksum(publisherConfigMap(spec).data),
      ...Object.fromEntries(
        pages.map(({ name, configMap: { data, binaryData } }) => [
          `commune.cloud/${name}`,
          checksum(Object.keys(data ?? {}).length > 0 ? { data, binaryData } : binaryData),
        ]),
      ),
    },
    terminationGracePeriodSeconds: 15,
    containers: [
      programContainer({
        name: "publisher",
        resources: publisherResources,
        heapMiB: 48,
        youngMiB: 2,
        ports: [
          { name: "http", containerPort: publisherPort },
          { name: "publication", containerPort: publicationPort },
        ],
        readinessProbe: { httpGet: { path: "/healthz", port: "http" }, periodSeconds: 5 },
        livenessProbe: { tcpSocket: { port: "http" }, periodSeconds: 30, failureThreshold: 4 },
        mounts: [
          { name: "settings", mountPath: publisherSettingsFile.replace(/\/[^/]*$/, ""), readOnly: true },
          { name: logHeadName, mountPath: logHeadFolder, readOnly: true },
          ...pages.map(({ name, folder }) => ({ name, mountPath: folder, readOnly: true })),
        ],
      }),
    ],
    volumes: [
      { name: "settings", configMap: { name: publisherName } },
      // Without a checksum: it is read again whenever it changes, with every approval.
      { name: logHeadName, configMap: { name: logHeadName } },
      ...pages.map(({ name }) => ({ name, configMap: { name } })),
      programVolume(`${publisherName}-program`),
    ],
  });
}
