import * as z from "zod";
import type { CommunePlan } from "../../components/commune/planned.ts";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { siteSchema } from "../../components/foundation/site/settings.ts";
import { siteOf } from "../../components/foundation/site/site.ts";
import { type Footprint, footprints, total } from "../../policies/footprint.ts";
import type { Surroundings } from "../recovery/points.ts";
import { objectsOfProgram } from "../side.ts";
import { mebibytes } from "../site/ask.ts";

/** Resources that the pods of a plan request of a machine, by service; a site changes nothing of it. */
export async function footprintsOf(id: string, plan: CommunePlan): Promise<Footprint[]> {
  return footprints(await objectsOfProgram(id, plan, siteOf(siteSchema.parse({}))));
}

const nodesSchema = z.object({
  items: z.array(
    z.object({
      spec: z.object({ unschedulable: z.boolean().default(false) }).prefault({}),
      status: z.object({ allocatable: z.object({ memory: z.string() }) }),
    }),
  ),
});

const podsSchema = z.object({
  items: z.array(
    z.object({
      spec: z.object({
        containers: z.array(
          z.object({
            resources: z
              .object({ requests: z.object({ memory: z.string().default("0") }).prefault({}) })
              .prefault({}),
          }),
        ),
      }),
    }),
  ),
});

/** Memory of a cluster that no pod asks for, over all nodes that take pods, MiB. */
async function freeMiB(
  { kubectl }: Pick<Surroundings, "kubectl">,
  context: string | undefined,
): Promise<number> {
  const at = context === undefined ? [] : [`--context=${context}`];
  const ask = async (...words: string[]) =>
    JSON.parse(await kubectl([...at, "get", ...words, "--output=json"]));
  const running = "--field-selector=status.phase!=Succeeded,status.phase!=Failed";
  const [nodes, pods] = await Promise.all([ask("nodes"), ask("pods", "--all-namespaces", running)]);
  const has = nodesSchema
    .parse(nodes)
    .items.filter(({ spec }) => !spec.unschedulable)
    .reduce((sum, { status }) => sum + mebibytes(status.allocatable.memory), 0);
  const asked = podsSchema
    .parse(pods)
    .items.flatMap(({ spec }) => spec.containers)
    .reduce((sum, { resources }) => sum + mebibytes(resources.requests.memory), 0);
  return has - asked;
}

/** Throws if a copy asks for more memory than its cluster has left: it would wait for pods that never run. */
export async function refuseFull(
  surroundings: Pick<Surroundings, "kubectl">,
  context: string | undefined,
  parts: readonly Footprint[],
): Promise<void> {
  const free = await freeMiB(surroundings, context);
  const needed = total(parts).requestedMiB;
  if (needed <= free) return;
  const each = parts.map(({ service, requestedMiB }) => `${service} ${requestedMiB}`).join(", ");
  throw new TranslatedError({
    en: `the cluster has ${Math.max(0, Math.floor(free))} MiB of memory that no pod asks for, and the copy asks for ${needed} MiB (${each}). Drill fewer services, --service <names>, or on another cluster. Nothing was changed.`,
    fr: `le cluster a ${Math.max(0, Math.floor(free))} MiB de mémoire qu’aucun pod ne demande, et la copie demande ${needed} MiB (${each}). Faites l’exercice avec moins de services, --service <noms>, ou sur un autre cluster. Rien n’a été changé.`,
  });
}
