import type { Input } from "@pulumi/pulumi";
import { checksum } from "../../foundation/manifest/checksum.ts";
import { metadataOf, selectorOf, type Workload } from "../../foundation/manifest/labels.ts";
import type { ConfigMap, Deployment, Secret, Service } from "../../foundation/manifest/manifest.ts";
import { configMapOf, secretOf } from "../../foundation/manifest/objects.ts";
import {
  programConfigMap,
  programContainer,
  programDeployment,
  programVolume,
} from "../../foundation/program/manifests.ts";
import type { DataHolders } from "../../foundation/site/data-holders.ts";
import { proxyContainer, proxyResources } from "../../platform/exposure/sidecar-proxy.ts";
import { accountsService, devicesPort, devicesService } from "../applications/telephones.ts";
import { accountsFront } from "./front.ts";
import type { AccountsPlan } from "./plan.ts";
import {
  accountsKeyFile,
  accountsSecretsFolder,
  accountsSettingsFile,
  agendaKeyFile,
  directoryPasswordFile,
  relayPasswordFile,
} from "./settings.ts";

const resources = { cpu: 0.01, requestMiB: 56, limitMiB: 160 };

/** Name of the program's container. */
export const accountsContainer = "accounts";

type OfCommune = Pick<AccountsPlan, "commune">;

/** Labels of the pod: names and addresses of people pass through it, and none are stored. */
export function accountsWorkload({ commune }: OfCommune): Workload {
  return { commune, service: accountsService, component: "pages", software: "commune-cloud", data: "none" };
}

/** Returns its namespace. It has no volume. */
export function accountsHolders({ commune }: OfCommune): DataHolders {
  return {
    component: "commune:index:Accounts",
    namespace: {
      ...{ commune, service: accountsService, data: "none" },
      // A new pod starts before the old one ends.
      quota: { memoryMiB: 2 * (resources.limitMiB + proxyResources.limitMiB), storageGiB: 0, pods: 3 },
    },
    volumes: [],
    queue: undefined,
  };
}

export function accountsConfigMap(plan: AccountsPlan): ConfigMap {
  return configMapOf(accountsWorkload(plan), accountsService, {
    "settings.json": `${JSON.stringify(plan, undefined, 2)}\n`,
    "nginx.conf": accountsFront(plan),
  });
}

export function accountsProgram(plan: OfCommune, program: string): ConfigMap {
  return programConfigMap(metadataOf(accountsWorkload(plan), `${accountsService}-program`), program);
}

/**
 * Returns the Secret with the key of forms and invitations, the passwords at the directory and at the relay, if that
 * needs one, and the key by which it recognises each agenda, by the id of its association.
 */
export function accountsSecret(
  plan: OfCommune,
  {
    key,
    directory,
    relay,
    agendas,
  }: {
    key: Input<string>;
    directory: Input<string>;
    relay: Input<string> | undefined;
    agendas: Readonly<Record<string, Input<string>>>;
  },
): Secret {
  return secretOf(accountsWorkload(plan), accountsService, {
    ...{ [accountsKeyFile]: key, [directoryPasswordFile]: directory },
    ...(relay !== undefined && { [relayPasswordFile]: relay }),
    ...Object.fromEntries(Object.entries(agendas).map(([id, value]) => [agendaKeyFile(id), value])),
  });
}

/** Returns the Service through which agendas of associations check passwords of telephones. */
export function devicesServiceObject(plan: OfCommune): Service {
  const workload = accountsWorkload(plan);
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: metadataOf(workload, devicesService),
    spec: {
      selector: selectorOf(workload),
      ports: [{ name: "check", port: devicesPort, targetPort: devicesPort }],
    },
  };
}

/**
 * Returns the Deployment of the pages of accounts.
 *
 * @param labels of its secrets: another version of one takes a new pod.
 */
export function accountsDeployment(
  plan: AccountsPlan,
  program: string,
  labels: readonly string[],
): Deployment {
  return programDeployment(accountsWorkload(plan), accountsService, {
    program,
    // Simultaneous actions of two administrators are serialised, in the memory of one pod.
    strategy: "RollingUpdate",
    annotations: {
      "commune.cloud/config": checksum(accountsConfigMap(plan).data),
      "commune.cloud/secrets": checksum(labels),
    },
    terminationGracePeriodSeconds: 20,
    containers: [
      programContainer({
        ...{ name: accountsContainer, resources, heapMiB: 64, youngMiB: 2 },
        mounts: [
          { name: "config", mountPath: accountsSettingsFile, subPath: "settings.json", readOnly: true },
          { name: "secrets", mountPath: accountsSecretsFolder, readOnly: true },
        ],
      }),
      proxyContainer({ resources: proxyResources, probe: { path: "/healthz", host: plan.host } }),
    ],
    volumes: [
      { name: "config", configMap: { name: accountsService } },
      { name: "secrets", secret: { secretName: accountsService, defaultMode: 0o440 } },
      { name: "tmp", emptyDir: { sizeLimit: "16Mi" } },
      programVolume(`${accountsService}-program`),
    ],
  });
}
