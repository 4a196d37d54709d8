import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import { images } from "../../foundation/image/catalogue.ts";
import { checksum } from "../../foundation/manifest/checksum.ts";
import {
  labelsOf,
  metadataOf,
  namespaceOf,
  selectorOf,
  type Workload,
} from "../../foundation/manifest/labels.ts";
import type { ConfigMap, Deployment, Secret, Service } from "../../foundation/manifest/manifest.ts";
import { configMapOf, secretOf } from "../../foundation/manifest/objects.ts";
import { resourceRequirements } from "../../foundation/manifest/resources.ts";
import { containerSecurity, podBaseline } from "../../foundation/manifest/security.ts";
import { authorityKey } from "../../foundation/site/authority.ts";
import type { DataHolders } from "../../foundation/site/data-holders.ts";
import { readTemplate } from "../../foundation/template/template.ts";
import { approvalsFile, approvalsPage } from "./approvals/page.ts";
import { iniText, lmConf, pluginFiles, stateFolder } from "./configuration.ts";
import { checkPort, engineConfiguration, frontConfiguration, portalPort } from "./front.ts";
import { templates, templatesFolder } from "./pages.ts";
import type { LoginPlan } from "./plan.ts";

/** Name of the login, and the suffix of its namespace. */
export const loginService = "login";

/** User of the login's pods: Debian's for web servers. */
const loginUid = 33;

/** Name of the Service that fronts of associations ask. */
const checkService = "login-check";

/** Name of the Secret: a file for each parameter of LemonLDAP::NG that is secret. */
const overlayName = "login-overlay";

type OfCommune = Pick<LoginPlan, "commune">;

export function loginWorkload({ commune }: OfCommune): Workload {
  return { commune, service: loginService, component: "portal", software: "lemonldap-ng", data: "none" };
}

/** Returns the address at which a front asks whether a visitor may come in: inside the cluster, behind a named opening. */
export function checkAddress({ commune }: OfCommune): string {
  return `http://${checkService}.${namespaceOf({ commune, service: loginService })}.svc:${checkPort}/check`;
}

/** Its namespace. It keeps nothing: who is logged in is in memory, and people are in the directory. */
export function loginHolders({ commune }: OfCommune): DataHolders {
  return {
    component: "commune:index:Login",
    namespace: {
      ...{ commune, service: loginService, data: "none" },
      // A pod that comes before the one that goes.
      quota: { memoryMiB: 2 * (512 + 64), storageGiB: 0, pods: 3 },
    },
    volumes: [],
    queue: undefined,
  };
}

export function loginConfig(plan: LoginPlan): ConfigMap {
  const { approvals } = plan;
  const page = approvals && approvalsPage({ ...plan, ...approvals });
  return configMapOf(loginWorkload(plan), loginService, {
    "lmConf-1.json": `${JSON.stringify(lmConf(plan), undefined, 1)}\n`,
    "lemonldap-ng.ini": iniText(),
    "nginx.conf": frontConfiguration(page),
    "engine.conf": engineConfiguration(),
    ...pluginFiles(),
    ...templates(plan),
    ...(page !== undefined && { [approvalsFile]: page }),
    ...(plan.authority === undefined ? {} : { [authorityKey]: plan.authority }),
  });
}

/** @param files secret parameters of LemonLDAP::NG, by name. */
export function overlaySecret(login: OfCommune, files: Readonly<Record<string, Input<string>>>): Secret {
  return secretOf(loginWorkload(login), overlayName, files);
}

/** Returns the Service that fronts of associations ask. */
export function checkServiceObject(login: OfCommune): Service {
  const workload = loginWorkload(login);
  return {
    apiVersion: "v1",
    kind: "Service",
    metadata: metadataOf(workload, checkService),
    spec: {
      selector: selectorOf(workload),
      ports: [{ name: "check", port: checkPort, targetPort: "check" }],
    },
  };
}

/**
 * Returns the start script. It deletes the sessions of people who never logged out after their day, and forms and locks
 * after a quarter of an hour: LemonLDAP::NG itself removes none of these, and every page that is requested adds some,
 * in memory.
 */
function start(): string {
  return readTemplate("platform/login/pod/start.sh", {
    FOLDERS: ["sessions", "sessions-locks", "persistent", "persistent-locks", "cache"]
      .map((name) => `${stateFolder}/${name}`)
      .join(" "),
    STATE: stateFolder,
  });
}

/** nginx, without its IPv6 listeners on a node whose kernel has none: it would not start there. */
function startFront(): string {
  return readTemplate("platform/login/pod/start-front.sh");
}

/** @param secrets labels of what is in the overlay, with their versions. */
export function loginDeployment(plan: LoginPlan, secrets: readonly string[]): Deployment {
  const workload = loginWorkload(plan);
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadataOf(workload, loginService),
    spec: {
      // Who is logged in is in the memory of one pod.
      replicas: 1,
      strategy: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
      selector: { matchLabels: selectorOf(workload) },
      template: {
        metadata: {
          labels: labelsOf(workload),
          annotations: {
            "commune.cloud/configuration": checksum([loginConfig(plan).data, plan.clients]),
            "commune.cloud/secrets": secrets.join(","),
          },
        },
        spec: {
          ...podBaseline(loginUid),
          containers: [portalContainer(plan), frontContainer(plan)],
          volumes: [
            { name: "configuration", configMap: { name: loginService } },
            { name: "overlay", secret: { secretName: overlayName, defaultMode: 0o440 } },
            { name: "state", emptyDir: { medium: "Memory", sizeLimit: "128Mi" } },
            { name: "front", emptyDir: { sizeLimit: "64Mi" } },
          ],
        },
      },
    },
  };
}

const configuration = { name: "configuration", mountPath: "/etc/login", readOnly: true };

function portalContainer(plan: LoginPlan): types.input.core.v1.Container {
  return {
    name: "portal",
    image: images.lemonldap.reference,
    command: ["bash", "-euo", "pipefail", "-c", start()],
    env: [
      { name: "LLNG_DEFAULTCONFFILE", value: "/etc/login/lemonldap-ng.ini" },
      // Where the plugins are.
      { name: "PERL5LIB", value: "/etc/login" },
      // Otherwise it writes to the system's log, of which there is none.
      { name: "LLNG_DEFAULTLOGGER", value: "Lemonldap::NG::Common::Logger::Std" },
    ],
    resources: resourceRequirements({ cpu: 0.05, requestMiB: 192, limitMiB: 512 }),
    securityContext: containerSecurity,
    volumeMounts: [
      configuration,
      { name: "overlay", mountPath: "/run/secrets/login", readOnly: true },
      ...Object.keys(templates(plan)).map((name) => ({
        ...{ name: "configuration", mountPath: `${templatesFolder}/${name}`, subPath: name, readOnly: true },
      })),
      { name: "state", mountPath: "/tmp" },
    ],
  };
}

function frontContainer({ host }: LoginPlan): types.input.core.v1.Container {
  const answers = {
    httpGet: {
      ...{ path: "/.well-known/openid-configuration", port: "http" },
      httpHeaders: [{ name: "Host", value: host }],
    },
  };
  return {
    name: "front",
    image: images.lemonldap.reference,
    command: ["bash", "-c", startFront()],
    ports: [
      { name: "http", containerPort: portalPort },
      { name: "check", containerPort: checkPort },
    ],
    // The first answer takes seconds: Perl compiles.
    startupProbe: { ...answers, periodSeconds: 3, timeoutSeconds: 20, failureThreshold: 60 },
    readinessProbe: { ...answers, periodSeconds: 10, timeoutSeconds: 10 },
    livenessProbe: { tcpSocket: { port: "http" }, periodSeconds: 20 },
    lifecycle: { preStop: { exec: { command: ["sleep", "5"] } } },
    resources: resourceRequirements({ cpu: 0.01, requestMiB: 16, limitMiB: 64 }),
    securityContext: containerSecurity,
    volumeMounts: [configuration, { name: "front", mountPath: "/tmp" }],
  };
}
