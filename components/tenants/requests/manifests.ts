import type { Input } from "@pulumi/pulumi";
import { checksum } from "../../foundation/manifest/checksum.ts";
import { metadataOf, type Workload } from "../../foundation/manifest/labels.ts";
import type { AnyNetworkPolicy, ConfigMap, Deployment, Secret } from "../../foundation/manifest/manifest.ts";
import { configMapOf, secretOf } from "../../foundation/manifest/objects.ts";
import { allowToServer } from "../../foundation/network-policy/manifests.ts";
import {
  programConfigMap,
  programContainer,
  programDeployment,
  programVolume,
} from "../../foundation/program/manifests.ts";
import type { DataHolders } from "../../foundation/site/data-holders.ts";
import { type RequestsPlan, requestsService } from "./plan.ts";
import {
  decidedFile,
  decisionsFolder,
  relayPasswordFile,
  requestsKeyFile,
  requestsPort,
  requestsSecretsFolder,
  requestsSettingsFile,
} from "./settings.ts";

const resources = { cpu: 0.01, requestMiB: 48, limitMiB: 160 };

const decisionsName = `${requestsService}-decisions`;

type Named = Pick<RequestsPlan, "commune">;

/** Labels of the form's pod: what is typed passes through it, and nothing is stored. */
export function requestsWorkload({ commune }: Named): Workload {
  return { commune, service: requestsService, component: "form", software: "commune-cloud", data: "none" };
}

/** Returns its namespace. It has no volume. */
export function requestsHolders(plan: Named): DataHolders {
  return {
    component: "commune:index:TenantRequests",
    namespace: {
      commune: plan.commune,
      service: requestsService,
      data: "none",
      quota: { memoryMiB: 2 * resources.limitMiB, storageGiB: 0, pods: 2 },
    },
    volumes: [],
    queue: undefined,
  };
}

export function requestsConfigMap({ decided: _, ...settings }: RequestsPlan): ConfigMap {
  return configMapOf(requestsWorkload(settings), requestsService, {
    "settings.json": `${JSON.stringify(settings, undefined, 2)}\n`,
  });
}

/** Returns the contents of private links: digests and days, without personal data. */
export function decisionsConfigMap(plan: RequestsPlan): ConfigMap {
  return configMapOf(requestsWorkload(plan), decisionsName, {
    [decidedFile]: `${JSON.stringify(plan.decided, undefined, 2)}\n`,
  });
}

export function requestsProgram(plan: Named, program: string): ConfigMap {
  return programConfigMap(metadataOf(requestsWorkload(plan), `${requestsService}-program`), program);
}

/** Returns the Secret with the key that it signs with, and with the login at the relay, if that needs one. */
export function requestsSecret(
  plan: Named,
  key: Input<string>,
  relayPassword: Input<string> | undefined,
): Secret {
  return secretOf(requestsWorkload(plan), requestsService, {
    [requestsKeyFile]: key,
    ...(relayPassword !== undefined && { [relayPasswordFile]: relayPassword }),
  });
}

/** Returns the policies: it reaches the relay, besides name servers. */
export function requestsNetworkPolicies(plan: RequestsPlan): AnyNetworkPolicy[] {
  return [allowToServer([requestsWorkload(plan)], "mail", plan.mail.port)];
}

/**
 * Returns the Deployment of the form.
 *
 * @param labels of its secrets: another version of one takes a new pod.
 */
export function requestsDeployment(
  plan: RequestsPlan,
  program: string,
  labels: readonly string[],
): Deployment {
  return programDeployment(requestsWorkload(plan), requestsService, {
    program,
    // Two pods for a moment, rather than none: each keeps its counters of use in memory, and starts again from zero.
    strategy: "RollingUpdate",
    annotations: {
      "commune.cloud/config": checksum(requestsConfigMap(plan).data),
      "commune.cloud/secrets": checksum(labels),
    },
    terminationGracePeriodSeconds: 15,
    containers: [
      programContainer({
        name: "form",
        resources,
        heapMiB: 64,
        youngMiB: 2,
        ports: [{ name: "http", containerPort: requestsPort }],
        readinessProbe: { httpGet: { path: "/healthz", port: "http" }, periodSeconds: 5 },
        livenessProbe: { tcpSocket: { port: "http" }, periodSeconds: 30, failureThreshold: 4 },
        mounts: [
          { name: "settings", mountPath: requestsSettingsFile.replace(/\/[^/]*$/, ""), readOnly: true },
          { name: "secrets", mountPath: requestsSecretsFolder, readOnly: true },
          { name: "decisions", mountPath: decisionsFolder, readOnly: true },
        ],
      }),
    ],
    volumes: [
      { name: "settings", configMap: { name: requestsService } },
      { name: "secrets", secret: { secretName: requestsService, defaultMode: 0o440 } },
      { name: "decisions", configMap: { name: decisionsName } },
      programVolume(`${requestsService}-program`),
    ],
  });
}
