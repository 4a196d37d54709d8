import { images } from "../../foundation/image/catalogue.ts";
import { checksum } from "../../foundation/manifest/checksum.ts";
import { labelsOf, metadataOf, selectorOf, type Workload } from "../../foundation/manifest/labels.ts";
import type { ConfigMap, Deployment } from "../../foundation/manifest/manifest.ts";
import { configMapOf } from "../../foundation/manifest/objects.ts";
import { resourceRequirements } from "../../foundation/manifest/resources.ts";
import { containerSecurity, podBaseline } from "../../foundation/manifest/security.ts";
import type { Quota } from "../../foundation/namespace/manifests.ts";
import { html } from "../../foundation/page/html.ts";
import { pageText } from "../../foundation/page/page.ts";
import { statementLine } from "../../foundation/page/statement.ts";
import type { DataHolders } from "../../foundation/site/data-holders.ts";
import { readTemplate } from "../../foundation/template/template.ts";
import { proxyConfig, proxyContainer, securityHeaders } from "../../platform/exposure/sidecar-proxy.ts";
import type { SchoolsPlan } from "./plan.ts";

/** `nginx` of the official unprivileged image. */
const uid = 101;

const resources = {
  web: { cpu: 0.01, requestMiB: 16, limitMiB: 64 },
  receive: { cpu: 0.01, requestMiB: 8, limitMiB: 128 },
};

const libraryVolume = "schools-library";

/** Name of the container that `commune schools publish` talks to. */
export const receiver = "receive";

/** The pod that shares files. Authors put their names on lessons; nobody who reads them is known. */
export function schoolsWorkload(commune: string): Workload {
  return { commune, service: "schools", component: "web", software: "nginx", data: "authors" };
}

function schoolsQuota({ storageGiB }: Pick<SchoolsPlan, "storageGiB">): Quota {
  return { memoryMiB: resources.web.limitMiB + resources.receive.limitMiB, storageGiB, pods: 2 };
}

/** Returns the holders of all that schools share. */
export function schoolsHolders(
  plan: Pick<SchoolsPlan, "commune" | "storageGiB" | "storageClass">,
): DataHolders {
  const { commune, storageGiB, storageClass } = plan;
  const workload = schoolsWorkload(commune);
  return {
    component: "commune:index:SchoolResources",
    namespace: { commune, service: "schools", data: workload.data, quota: schoolsQuota(plan) },
    volumes: [
      {
        workload,
        name: libraryVolume,
        sizeGiB: storageGiB,
        storageClass,
        field: ["schools", "storage"],
      },
    ],
    queue: undefined,
  };
}

/**
 * Returns the answer to OpenBoard's search for a newer version: it compares, and opens the page.
 * Source: UBApplicationController.cpp of OpenBoard 1.7.7.
 */
function updateJson({ host, openboard }: SchoolsPlan): string {
  return `${JSON.stringify({ version: openboard, url: `https://${host}/packages/` })}\n`;
}

/** Mount path of the volume; `current` in it is what the public sees. */
export const sharedFolder = "/srv/schools";

/** Publications that can be gone back to, the current one among them. */
const kept = 3;

/**
 * Returns the script that `commune schools publish` runs in the pod (docs/schools.md, "Publishing"). Files are kept
 * once, under their SHA-256; a publication is a folder of hard links to them, and `current` points at one. Whatever is
 * interrupted is done again without sending what has arrived, and the public never sees half a publication.
 */
export function receiveScript(): string {
  return readTemplate("schools/schools/pod/receive.sh", { SHARED_FOLDER: sharedFolder, KEPT: kept });
}

export function schoolsConfigMap(plan: SchoolsPlan): ConfigMap {
  return configMapOf(schoolsWorkload(plan.commune), "schools", {
    "nginx.conf": schoolsProxy(),
    "receive.sh": receiveScript(),
    "update.json": updateJson(plan),
    "empty.html": pageText({
      title: "Ressources des écoles",
      body: html`<p>Rien n’est encore publié ici.</p>`,
      footer: statementLine(plan.statement),
    }),
  });
}

/** Headers for a location that sets headers: nginx then leaves out those of the server. */
const headers = `${securityHeaders("noindex")}
add_header Content-Security-Policy "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; script-src 'self'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'" always;`;

function schoolsProxy(): string {
  return proxyConfig({
    robots: "noindex",
    bodyLimitGiB: 1,
    http: readTemplate("schools/schools/pod/nginx/http.conf"),
    server: readTemplate("schools/schools/pod/nginx/server.conf", {
      SHARED_FOLDER: sharedFolder,
      PAGE_HEADERS: headers,
      SECURITY_HEADERS: securityHeaders("noindex"),
    }),
  });
}

/** Ends when it is told to: nginx's image asks for that by QUIT, which the first process of a pod must want to hear. */
export const waitForWork = "trap 'exit 0' QUIT TERM; while :; do sleep 3600 & wait $!; done";

/** nginx, which only reads the volume, beside a container that waits for `commune schools publish`. */
export function schoolsDeployment(plan: SchoolsPlan): Deployment {
  const workload = schoolsWorkload(plan.commune);
  const config = schoolsConfigMap(plan);
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadataOf(schoolsWorkload(plan.commune), "schools"),
    spec: {
      replicas: 1,
      // The volume can be mounted by one node only.
      strategy: { type: "Recreate" },
      selector: { matchLabels: selectorOf(workload) },
      template: {
        metadata: {
          labels: labelsOf(workload),
          annotations: {
            "commune.cloud/config": checksum(config.data),
          },
        },
        spec: {
          ...podBaseline(uid),
          containers: [
            proxyContainer({
              resources: resources.web,
              probe: { path: "/healthz", host: plan.host },
              mounts: [
                { name: "library", mountPath: sharedFolder, readOnly: true },
                { name: "config", mountPath: "/etc/schools", readOnly: true },
              ],
            }),
            {
              name: receiver,
              image: images.nginx.reference,
              // It listens to nothing: only who may run commands in pods reaches it.
              command: ["sh", "-c", waitForWork],
              resources: resourceRequirements(resources.receive),
              securityContext: containerSecurity,
              volumeMounts: [
                { name: "library", mountPath: sharedFolder },
                { name: "config", mountPath: "/etc/schools", readOnly: true },
              ],
            },
          ],
          volumes: [
            { name: "library", persistentVolumeClaim: { claimName: libraryVolume } },
            { name: "config", configMap: { name: "schools" } },
            { name: "tmp", emptyDir: {} },
          ],
        },
      },
    },
  };
}
