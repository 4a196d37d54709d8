import * as z from "zod";
import { checksum } from "../../foundation/manifest/checksum.ts";
import { cacheConnection } from "../../platform/cache/manifests.ts";
import { directoryService } from "../../platform/directory/manifests.ts";
import { directoryVolume } from "../../platform/directory/plan.ts";
import { plannedServices } from "../../services/index.ts";
import type { CommunePlan } from "../planned.ts";
import type { Published } from "../published.ts";
import { type Change, change } from "./change.ts";
import type { Told } from "./sentences.ts";

type Pods = Readonly<Record<string, string>>;

const template = z.unknown();
const endsFirst = z.union([
  z.object({
    kind: z.literal("Deployment"),
    metadata: z.object({ name: z.string() }),
    spec: z.object({ strategy: z.object({ type: z.literal("Recreate") }), template }),
  }),
  z.object({
    kind: z.literal("StatefulSet"),
    // Restarts of databases are found from what a stack publishes about them.
    metadata: z.object({ name: z.literal(directoryService) }),
    spec: z.object({ template }),
  }),
]);

/**
 * Returns a checksum for each pod that ends before its next version starts, by the name of its controller: another
 * checksum is a restart. A pod is omitted if part of it is known only when the engine runs, such as the serial in the
 * hotspot server's: its checksum would never change.
 *
 * @param objects registered by the program.
 */
export function podsOf(objects: readonly unknown[]): Record<string, string> {
  return Object.fromEntries(
    objects.flatMap((object) => {
      const { success, data } = endsFirst.safeParse(object);
      return success && isPlain(data.spec.template)
        ? [[data.metadata.name, checksum(data.spec.template)]]
        : [];
    }),
  );
}

/** Whether a value contains no Output of Pulumi. */
function isPlain(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  const isOutput = "__pulumiOutput" in value && value.__pulumiOutput === true;
  return !isOutput && Object.values(value).every(isPlain);
}

/** A pod whose restart people notice. Restarts of queues, of the reconciler and of the hotspot server go unnoticed. */
interface Noticed {
  pod: string;
  section: string;
  told: Told;
  /** Whether it existed before this update. */
  wasThere: boolean;
  /** Whether another version of the service restarts it: that is described as such, and takes longer. */
  isUpgraded: boolean;
}

function noticed(before: Published, plan: CommunePlan): Noticed[] {
  const wasThere = (section: string) => section in before.services || section in before.names;
  const services = plannedServices(plan).flatMap(
    ({ service, title, plan: { version }, holders }): Noticed[] => [
      {
        pod: service,
        section: service,
        told: { sentence: "serviceRestarts", with: { service: title } },
        wasThere: wasThere(service),
        isUpgraded: before.services[service]?.version !== version,
      },
      {
        pod: cacheConnection(service).host,
        section: service,
        told: { sentence: "cacheRestarts", with: { service: title, keeps: holders.queue !== undefined } },
        wasThere: wasThere(service),
        isUpgraded: false,
      },
    ],
  );
  const schools: Noticed = {
    pod: "schools",
    section: "schools",
    told: { sentence: "schoolsRestart", with: {} },
    wasThere: wasThere("schools"),
    isUpgraded: false,
  };
  const directory: Noticed = {
    pod: directoryService,
    section: directoryService,
    told: { sentence: "directoryRestarts", with: {} },
    wasThere: directoryVolume in before.volumes,
    isUpgraded: false,
  };
  return [...services, ...(plan.schools ? [schools] : []), ...(plan.directory ? [directory] : [])];
}

/**
 * Finds what people notice of the pods that restart in an update, for whatever reason: a setting, a size, another
 * version of the toolkit. Pure.
 *
 * @param pods registered by this run: {@link podsOf}.
 */
export function restartChanges(before: Published, plan: CommunePlan, pods: Pods): Change[] {
  const there = noticed(before, plan).filter(({ pod, wasThere }) => pod in pods && wasThere);
  const of = { what: "restart", effect: "reversible", interruption: "short" } as const;
  const { pods: known } = before;
  if (known === undefined) {
    const names = there.map(({ pod }) => pod);
    const affected = [...new Set(there.map(({ section }) => section))];
    return names.length === 0
      ? []
      : [
          change({
            ...of,
            name: "pods",
            affected,
            field: [],
            told: { sentence: "podsUnknown", with: { names } },
          }),
        ];
  }
  return there
    .filter(({ pod, isUpgraded }) => {
      // Older toolkits did not publish the directory's.
      const isKnown = known[pod] !== undefined || pod === directoryService;
      return isKnown && known[pod] !== pods[pod] && !isUpgraded;
    })
    .map(({ pod: name, section, told }) =>
      change({ ...of, name, affected: [section], field: [section], told }),
    );
}
