import { onNodeOf } from "../../foundation/manifest/affinity.ts";
import { labelsOf } from "../../foundation/manifest/labels.ts";
import type { ConfigMap, Job } from "../../foundation/manifest/manifest.ts";
import { configMapOf } from "../../foundation/manifest/objects.ts";
import { resourceRequirements } from "../../foundation/manifest/resources.ts";
import { containerSecurity } from "../../foundation/manifest/security.ts";
import { authorityEnvironment } from "../../foundation/site/authority.ts";
import { readTemplate } from "../../foundation/template/template.ts";
import { secretName } from "./environment.ts";
import { peertubeImage } from "./images.ts";
import { dataFolder, type PeertubeSpec, podSpec } from "./spec.ts";
import { authorityFolder, authorityMounts, serverVolumes } from "./web.ts";
import { workloadOf } from "./workloads.ts";

/** Parts of the service whose pods ask the server itself for something, as root. */
export type RootProgram = "plugins" | "associations" | "transcoding";

/** Those that have PeerTube's volume. A CronJob that had it would be woken by a restore, which suspends and wakes what uses it. */
const onVolume: readonly RootProgram[] = ["plugins", "associations"];

const nameOf = (program: RootProgram) => `peertube-${program}`;

/**
 * Text of a program that asks the server for something as root: files of the folder pod/ one after the other, as one module.
 * The first of them is `Api`: one server, at its address inside and by its public name.
 *
 * Source: docs.joinpeertube.org/api-rest-reference, Session.
 */
export function rootScript(...parts: readonly string[]): string {
  return [readTemplate("services/peertube/pod/api.mjs"), ...parts].join("\n");
}

/** Returns the command of such a pod. */
export const rootProgramCommand = (program: RootProgram) => [
  "node",
  `/etc/peertube/${program}.mjs`,
  `/etc/peertube/${program}.json`,
  "/run/secrets/peertube/root-password",
];

/** Returns the ConfigMap of such a pod: its program, and what is declared, which the program reads. */
export function rootProgramConfigMap(
  spec: PeertubeSpec,
  program: RootProgram,
  script: string,
  declared: string,
): ConfigMap {
  return configMapOf(workloadOf(spec.commune, program), nameOf(program), {
    [`${program}.mjs`]: script,
    [`${program}.json`]: declared,
  });
}

/** A pod with root's first password, in which the program of that ConfigMap runs once. */
export function rootProgramPod(spec: PeertubeSpec, program: RootProgram): Job["spec"]["template"] {
  const hasVolume = onVolume.includes(program);
  return {
    metadata: { labels: labelsOf(workloadOf(spec.commune, program)) },
    spec: {
      ...podSpec,
      restartPolicy: "Never",
      // The volume can be mounted by one node only: run where the server runs.
      ...(hasVolume && { affinity: onNodeOf(workloadOf(spec.commune, "web")) }),
      containers: [
        {
          name: program,
          image: peertubeImage(spec.version),
          command: rootProgramCommand(program).slice(0, 1),
          args: rootProgramCommand(program).slice(1),
          env: authorityEnvironment(spec.peers.authority, authorityFolder),
          terminationMessagePolicy: "FallbackToLogsOnError",
          resources: resourceRequirements(spec.size.plugins),
          securityContext: containerSecurity,
          volumeMounts: [
            ...(hasVolume ? [{ name: "data", mountPath: dataFolder }] : []),
            { name: "tmp", mountPath: "/tmp" },
            ...authorityMounts(spec),
            { name: program, mountPath: "/etc/peertube", readOnly: true },
            { name: "secrets", mountPath: "/run/secrets/peertube", readOnly: true },
          ],
        },
      ],
      volumes: [
        ...serverVolumes.filter(({ name }) => hasVolume || name !== "data"),
        { name: program, configMap: { name: nameOf(program) } },
        {
          name: "secrets",
          secret: {
            secretName,
            defaultMode: 0o440,
            items: [{ key: "root-password", path: "root-password" }],
          },
        },
      ],
    },
  };
}
