import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { namespaceOf } from "../../components/foundation/manifest/labels.ts";
import { secretMounts } from "../../components/recovery/points/containers.ts";
import { loadName, restoreName } from "../../components/recovery/points/manifests.ts";
import { pointsFolders } from "../../components/recovery/points/settings.ts";
import type { Container, Cron } from "../recovery/point.ts";
import { withEnvironment } from "../recovery/runs.ts";
import type { Leaving } from "./data-files.ts";
import { filesScript, rowsScript, scriptsFolder } from "./return-scripts.ts";
import type { AppliedObject } from "./state.ts";

/** The part of a pod with what it mounts. */
export interface PodSpec {
  affinity?: object;
  initContainers?: object[];
  containers: (Container & { volumeMounts?: { name: string; mountPath: string }[] })[];
  volumes?: { name: string; persistentVolumeClaim?: { claimName: string } }[];
}

/** A CronJob of the stack. Throws if it is not there. */
export function cronOf(objects: readonly AppliedObject[], namespace: string, name: string): Cron {
  const found = objects.find(
    ({ kind, metadata }) => kind === "CronJob" && metadata.name === name && metadata.namespace === namespace,
  );
  if (found !== undefined) return found as unknown as Cron;
  throw new TranslatedError({
    en: `the stack has no CronJob ${name} in ${namespace}, which data comes back with: apply what is declared first, npx pulumi up. Nothing was written.`,
    fr: `la pile n’a pas de CronJob ${name} dans ${namespace}, par lequel les données reviennent : appliquez d’abord ce qui est déclaré, npx pulumi up. Rien n’a été écrit.`,
  });
}

/** The pod that takes data back, while the service is stopped: PostgreSQL's programs, the service's volumes and its role. */
export function podOf(
  objects: readonly AppliedObject[],
  { points, manifest }: Leaving,
  point: string,
): object[] {
  const namespace = namespaceOf(points);
  const [load, restore] = [loadName, restoreName].map((name) => cronOf(objects, namespace, name));
  const spec = load?.spec.jobTemplate.spec.template.spec as PodSpec | undefined;
  const other = restore?.spec.jobTemplate.spec.template.spec as PodSpec | undefined;
  const [container] = spec?.containers ?? [];
  if (spec === undefined || other === undefined || container === undefined) throw new Error("no pod");
  const { initContainers: _, affinity: __, ...pod } = spec;
  const { args: ___, ...kept } = container;
  const volumes = other.volumes?.filter(({ persistentVolumeClaim }) => persistentVolumeClaim) ?? [];
  const own = ["secrets", "work", "tmp"];
  const dump = manifest.parts.find((part) => part.kind === "dump");
  const labels = load?.metadata.labels;
  return [
    {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "reprise", namespace, labels },
      data: {
        "lignes.sh": rowsScript(),
        "fichiers.sh": filesScript(points.contents.volumes),
        "lignes.tsv": Object.entries(dump?.rows ?? {})
          .map(([table, count]) => `${table}\t${count}\n`)
          .join(""),
      },
    },
    {
      apiVersion: "v1",
      kind: "Pod",
      metadata: { name: "reprise", namespace, labels },
      spec: {
        ...pod,
        terminationGracePeriodSeconds: 1,
        containers: [
          {
            ...withEnvironment(kept, { POINT: point }),
            name: "reprise",
            command: ["sleep", "infinity"],
            volumeMounts: [
              ...((kept as PodSpec["containers"][number]).volumeMounts?.filter(({ name }) =>
                own.includes(name),
              ) ?? []),
              ...volumes.map(({ name, persistentVolumeClaim }) => ({
                name,
                mountPath: `${pointsFolders.volumes}/${persistentVolumeClaim?.claimName}`,
              })),
              ...secretMounts("databasePassword"),
              { name: "reprise", mountPath: scriptsFolder, readOnly: true },
            ],
          },
        ],
        volumes: [
          ...(pod.volumes ?? []).filter(({ name }) => own.includes(name)),
          ...volumes,
          { name: "reprise", configMap: { name: "reprise" } },
        ],
      },
    },
  ];
}
