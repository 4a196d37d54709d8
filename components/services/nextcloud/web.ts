import type { Input } from "@pulumi/pulumi";
import { checksum } from "../../foundation/manifest/checksum.ts";
import { labelsOf, metadataOf, selectorOf } from "../../foundation/manifest/labels.ts";
import type { ConfigMap, Deployment, Secret } from "../../foundation/manifest/manifest.ts";
import { configMapOf, secretOf } from "../../foundation/manifest/objects.ts";
import { authorityKey } from "../../foundation/site/authority.ts";
import { proxyContainer } from "../../platform/exposure/sidecar-proxy.ts";
import { discoveryAddress } from "../../platform/identity/plan.ts";
import { appList, majorOf, pinnedApps } from "./apps.ts";
import { nextcloudConfig } from "./configuration.ts";
import { phpConfig } from "./php.ts";
import {
  configureContainer,
  hooksVolume,
  installContainer,
  phpContainer,
  podSpec,
  volumesOf,
} from "./pods.ts";
import { authorityIni, fpmPool, podScripts, serverScripts, trustedScript } from "./scripts.ts";
import { nextcloudProxy } from "./sidecar-proxy.ts";
import { appsOf, type NextcloudSpec, releaseOf } from "./spec.ts";
import { workloadOf } from "./workloads.ts";

/** The secrets of the service, each a file in the pods. */
export interface NextcloudSecrets {
  adminPassword: Input<string>;
  databasePassword: Input<string>;
  cachePassword: Input<string>;
  /** Text of the PHP session settings, which carry the cache's password. */
  sessionIni: Input<string>;
  /** Password of the account that changes trusted servers. */
  federationPassword: Input<string>;
  /** Password at the mail relay, where it asks for one. */
  mailPassword?: Input<string> | undefined;
  /** Secret of the client that the identity provider knows. */
  identityClientSecret?: Input<string> | undefined;
  /** Keys to a bucket with its files, and what the installer would draw; undefined if they are on a volume. */
  bucket?: Record<(typeof bucketSecrets)[number], Input<string>> | undefined;
}

/** Names of the files of those secrets. */
const bucketSecrets = [
  "objects-access-key",
  "objects-secret-key",
  "instance-secret",
  "instance-salt",
  "instance-id",
] as const;

export function nextcloudSecret(spec: NextcloudSpec, secrets: NextcloudSecrets): Secret {
  const { mailPassword, identityClientSecret, bucket } = secrets;
  return secretOf(workloadOf(spec.commune, "web"), "nextcloud", {
    "admin-password": secrets.adminPassword,
    "database-password": secrets.databasePassword,
    "cache-password": secrets.cachePassword,
    "session.ini": secrets.sessionIni,
    "federation-password": secrets.federationPassword,
    ...(mailPassword === undefined ? {} : { "mail-password": mailPassword }),
    ...(identityClientSecret === undefined ? {} : { "identity-client-secret": identityClientSecret }),
    ...bucket,
  });
}

/** Configuration, scripts, and the lists that they read. */
export function nextcloudConfigMap(spec: NextcloudSpec): ConfigMap {
  const { identity, office, sharing, peers } = spec;
  const lists = {
    "sharing.txt": `${sharing.documents ? "yes" : "no"}\n${sharing.agenda}\n`,
    ...(sharing.documents ? { "trusted.php": trustedScript() } : {}),
    ...(peers.authority === undefined
      ? {}
      : { [authorityKey]: peers.authority, "authority.ini": authorityIni }),
    "apps.txt": appList(pinnedApps(spec.version, appsOf(spec), spec.appMirror)),
    major: String(majorOf(spec.version)),
    quota: spec.quotaPerUser,
    ...(identity ? { "identity.txt": `${identity.clientId}\n${discoveryAddress(identity)}\n` } : {}),
    ...(office ? { "office.txt": `${office.server}\n${office.callers.join(",")}\n` } : {}),
    "fpm.conf": fpmPool(spec.size.phpWorkers),
    "nginx.conf": nextcloudProxy(peers.clusterRanges),
  };
  const config = phpConfig(nextcloudConfig(spec));
  return configMapOf(workloadOf(spec.commune, "web"), "nextcloud", {
    "zz-commune.config.php": config,
    ...(spec.media === undefined
      ? podScripts()
      : { ...serverScripts([spec.version, config, lists, spec.secretLabels]), release: releaseOf(spec) }),
    ...lists,
  });
}

/** The pod that serves: php-fpm behind nginx, after it has installed or upgraded. */
export function nextcloudDeployment(spec: NextcloudSpec): Deployment {
  const workload = workloadOf(spec.commune, "web");
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadataOf(workload, "nextcloud"),
    spec: {
      replicas: 1,
      // The installer replaces the code under the feet of an old replica that still serves.
      strategy: { type: "Recreate" },
      progressDeadlineSeconds: 1800,
      selector: { matchLabels: selectorOf(workload) },
      template: {
        metadata: {
          labels: labelsOf(workload),
          annotations: {
            "commune.cloud/config": checksum(nextcloudConfigMap(spec).data),
            "commune.cloud/secrets": spec.secretLabels.join(","),
          },
        },
        spec: {
          ...podSpec,
          initContainers: [installContainer(spec), configureContainer(spec)],
          containers: [
            phpContainer(spec),
            proxyContainer({
              resources: spec.size.proxy,
              // Nextcloud answers 400 to a Host that it does not trust, on this page too.
              probe: { path: "/status.php", host: spec.host },
              mounts: [{ name: "html", mountPath: "/var/www/html", readOnly: true }],
            }),
          ],
          volumes: [...volumesOf(spec), hooksVolume],
        },
      },
    },
  };
}
