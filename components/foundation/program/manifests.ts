import type { types } from "@pulumi/kubernetes";
import type { Input } from "@pulumi/pulumi";
import { images } from "../image/catalogue.ts";
import { sha256 } from "../manifest/checksum.ts";
import { labelsOf, metadataOf, selectorOf, type Workload } from "../manifest/labels.ts";
import type { ConfigMap, Deployment, Metadata } from "../manifest/manifest.ts";
import { type Resources, resourceRequirements } from "../manifest/resources.ts";
import { containerSecurity, podBaseline } from "../manifest/security.ts";

/** User of the official Node image. Source: https://github.com/nodejs/docker-node, Dockerfile-slim.template. */
export const programUid = 1000;

const folder = "/program";

/** The program in its container. */
export const programFile = `${folder}/main.mjs`;

/** The ConfigMap that carries a bundled program. */
export function programConfigMap(metadata: Metadata, text: string): ConfigMap {
  return { apiVersion: "v1", kind: "ConfigMap", metadata, data: { "main.mjs": text } };
}

/** Annotation of a pod template: a changed program restarts its pods. */
export function programChecksum(text: string): Record<string, string> {
  return { "commune.cloud/program-checksum": sha256(text).slice(0, 16) };
}

/** The pod volume with the program in it: `configMap` is the name of its ConfigMap. */
export function programVolume(configMap: string): types.input.core.v1.Volume {
  return { name: "program", configMap: { name: configMap } };
}

/** A container that runs a bundled program on an unchanged Node; its pod has the volume of `programVolume`. */
export function programContainer({
  name,
  resources,
  heapMiB,
  youngMiB,
  mounts = [],
  ...rest
}: {
  name: string;
  resources: Resources;
  /** Limit of the JavaScript heap, MiB: V8 would else size it for the node and be killed before it collects. */
  heapMiB: number;
  /** Size of the two spaces that new objects begin in, MiB: Node's own choice is 16, most of a small program's memory. */
  youngMiB?: number;
  mounts?: types.input.core.v1.VolumeMount[];
} & Pick<
  types.input.core.v1.Container,
  "args" | "env" | "ports" | "startupProbe" | "readinessProbe" | "livenessProbe" | "lifecycle"
>): types.input.core.v1.Container {
  return {
    name,
    image: images.node.reference,
    command: [
      "node",
      `--max-old-space-size=${heapMiB}`,
      ...(youngMiB === undefined ? [] : [`--max-semi-space-size=${youngMiB}`]),
      programFile,
    ],
    resources: resourceRequirements(resources),
    securityContext: containerSecurity,
    volumeMounts: [...mounts, { name: "program", mountPath: folder, readOnly: true }],
    ...rest,
  };
}

/** Strategies of replacing a program's pod: with the new one beside it, or after it if two would be one too many. */
const strategies = {
  RollingUpdate: { type: "RollingUpdate", rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
  Recreate: { type: "Recreate" },
} as const;

/**
 * One pod of a program of ours. A changed program restarts it, and so does what its annotations tell.
 *
 * @param name of the Deployment.
 */
export function programDeployment(
  workload: Workload,
  name: string,
  {
    program,
    strategy,
    annotations,
    ...pod
  }: {
    /** The bundled text, which the volume of `programVolume` carries. */
    program: string;
    strategy: keyof typeof strategies;
    annotations: Readonly<Record<string, Input<string>>>;
  } & Pick<
    types.input.core.v1.PodSpec,
    "serviceAccountName" | "terminationGracePeriodSeconds" | "containers" | "volumes"
  >,
): Deployment {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: metadataOf(workload, name),
    spec: {
      replicas: 1,
      strategy: strategies[strategy],
      selector: { matchLabels: selectorOf(workload) },
      template: {
        metadata: {
          labels: labelsOf(workload),
          annotations: { ...programChecksum(program), ...annotations },
        },
        spec: { ...podBaseline(programUid), ...pod },
      },
    },
  };
}
