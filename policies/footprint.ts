import * as z from "zod";
import type { KubernetesObject } from "../components/foundation/manifest/object.ts";
import { podOf } from "./pods.ts";

/** Resources that the pods of one service request of a machine. */
export interface Footprint {
  service: string;
  /** Pods that are always there; Jobs and scheduled ones come on top for minutes. */
  pods: number;
  /** Cores asked for. */
  cores: number;
  /** Memory asked for, MiB. */
  requestedMiB: number;
  /** Memory that pods may take at most, MiB. */
  limitMiB: number;
  /** Volumes, GiB. */
  storageGiB: number;
}

const claim = z.object({ resources: z.object({ requests: z.object({ storage: z.string() }) }) });
const replicated = z.object({ replicas: z.number().optional() });
const quantities = z.object({ cpu: z.string().optional(), memory: z.string().optional() });
const instances = z.object({
  instances: z.number(),
  resources: z.object({ requests: quantities, limits: quantities }),
  storage: z.object({ size: z.string() }),
});

/** Adds up what the objects of a commune ask for, by service, in the order in which services appear. */
export function footprints(objects: readonly KubernetesObject[]): Footprint[] {
  const services = [
    ...new Set(objects.flatMap(({ metadata }) => metadata.labels?.["commune.cloud/service"] ?? [])),
  ];
  return services.map((service) => {
    const own = objects.filter(({ metadata }) => metadata.labels?.["commune.cloud/service"] === service);
    const lasting = own.filter(({ kind }) => kind === "Deployment" || kind === "StatefulSet");
    const footprint: Footprint = {
      service,
      pods: 0,
      cores: 0,
      requestedMiB: 0,
      limitMiB: 0,
      storageGiB: 0,
    };
    for (const object of lasting) {
      const replicas = replicated.parse(object.spec).replicas ?? 1;
      footprint.pods += replicas;
      // Containers that run first are gone when the others run.
      for (const { resources } of podOf(object)?.containers ?? []) {
        footprint.cores += replicas * cores(resources?.requests?.cpu);
        footprint.requestedMiB += replicas * mebibytes(resources?.requests?.memory);
        footprint.limitMiB += replicas * mebibytes(resources?.limits?.memory);
      }
    }
    for (const { spec } of own.filter(({ kind }) => kind === "Cluster")) {
      const { instances: count, resources, storage } = instances.parse(spec);
      footprint.pods += count;
      footprint.cores += count * cores(resources.requests.cpu);
      footprint.requestedMiB += count * mebibytes(resources.requests.memory);
      footprint.limitMiB += count * mebibytes(resources.limits.memory);
      footprint.storageGiB += count * gibibytes(storage.size);
    }
    for (const { spec } of own.filter(({ kind }) => kind === "PersistentVolumeClaim")) {
      footprint.storageGiB += gibibytes(claim.parse(spec).resources.requests.storage);
    }
    return { ...footprint, cores: Math.round(footprint.cores * 1000) / 1000 };
  });
}

/** The sum of several footprints. */
export function total(parts: readonly Footprint[]): Footprint {
  const sum = (key: keyof Omit<Footprint, "service">) => parts.reduce((all, part) => all + part[key], 0);
  return {
    service: "total",
    pods: sum("pods"),
    cores: sum("cores"),
    requestedMiB: sum("requestedMiB"),
    limitMiB: sum("limitMiB"),
    storageGiB: sum("storageGiB"),
  };
}

/** The toolkit writes `m`, `Mi` and `Gi` alone (components/foundation/manifest/resources.ts). */
function cores(quantity = "0m"): number {
  return number(quantity, "m") / 1000;
}

function mebibytes(quantity = "0Mi"): number {
  return number(quantity, "Mi");
}

function gibibytes(quantity: string): number {
  return number(quantity, "Gi");
}

function number(quantity: string, unit: string): number {
  if (!quantity.endsWith(unit)) throw new RangeError(`"${quantity}" is not in ${unit}.`);
  return Number(quantity.slice(0, -unit.length));
}
