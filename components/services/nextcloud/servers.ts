import type { types } from "@pulumi/kubernetes";
import { checksum } from "../../foundation/manifest/checksum.ts";
import { labelsOf, metadataOf, selectorOf } from "../../foundation/manifest/labels.ts";
import type { StatefulSet } from "../../foundation/manifest/manifest.ts";
import { proxyContainer } from "../../platform/exposure/sidecar-proxy.ts";
import { scriptsFolder } from "./configuration.ts";
import { longestRunSeconds } from "./cron.ts";
import {
  databaseEnvironment,
  nextcloudContainer,
  phpContainer,
  podSpec,
  shipContainer,
  volumesOf,
} from "./pods.ts";
import { type NextcloudSpec, releaseOf } from "./spec.ts";
import { nextcloudConfigMap } from "./web.ts";
import { workloadOf } from "./workloads.ts";

/** Label of the release that a pod's code is of. */
const releaseLabel = "commune.cloud/release";

/**
 * Returns the servers of a Nextcloud whose files are in a bucket: each pod has code and configuration of its own, which it
 * cannot write, and its number is its ordinal.
 *
 * The set selects its pods by their release, which can never change in a set. So another release is another set: the
 * engine deletes the old one, waits until its pods are gone, and makes the new one, and no two releases serve. Anything
 * else is rolled, one pod after the other.
 */
export function nextcloudServers(spec: NextcloudSpec): StatefulSet {
  const workload = workloadOf(spec.commune, "web");
  const release = { [releaseLabel]: releaseOf(spec) };
  return {
    apiVersion: "apps/v1",
    kind: "StatefulSet",
    metadata: metadataOf(workload, "nextcloud"),
    spec: {
      replicas: spec.size.servers,
      serviceName: "nextcloud",
      // A server that waits for its node keeps no other from starting.
      podManagementPolicy: "Parallel",
      selector: { matchLabels: { ...selectorOf(workload), ...release } },
      template: {
        metadata: {
          labels: { ...labelsOf(workload), ...release },
          annotations: {
            "commune.cloud/config": checksum(nextcloudConfigMap(spec).data),
            "commune.cloud/secrets": spec.secretLabels.join(","),
          },
        },
        spec: {
          ...podSpec,
          initContainers: [shipContainer(spec, spec.size.php)],
          containers: [
            {
              ...sealed(phpContainer(spec)),
              // All is in place, and the image's entry point would write beside the code, which is sealed.
              command: ["php-fpm"],
              // nginx drains for 8 s and still asks PHP meanwhile.
              lifecycle: { preStop: { exec: { command: ["sleep", "15"] } } },
            },
            proxyContainer({
              resources: spec.size.proxy,
              probe: { path: "/status.php", host: spec.host },
              mounts: [{ name: "html", mountPath: "/var/www/html", readOnly: true }],
            }),
            backgroundContainer(spec),
          ],
          volumes: volumesOf(spec),
        },
      },
    },
  };
}

/** Runs background jobs, on one of the servers at a time. */
function backgroundContainer(spec: NextcloudSpec): types.input.core.v1.Container {
  const seconds = spec.sharing.everyMinutes * 60;
  return {
    ...sealed(nextcloudContainer(spec, "background", spec.size.cron, databaseEnvironment(spec))),
    // PHP would not end by itself when it is asked to.
    command: [
      "sh",
      "-c",
      `trap 'exit 0' TERM; php ${scriptsFolder}/background.php ${seconds} ${longestRunSeconds} & wait $!`,
    ],
  };
}

/** Returns a container that cannot write to the code, the configuration and the apps. */
function sealed(container: ReturnType<typeof nextcloudContainer>): types.input.core.v1.Container {
  return {
    ...container,
    volumeMounts: container.volumeMounts.map((mount) =>
      mount.name === "html" ? { ...mount, readOnly: true } : mount,
    ),
  };
}
