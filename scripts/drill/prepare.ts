import { type Drill, drilled, drillId } from "../../components/commune/drilled.ts";
import type { CommunePlan } from "../../components/commune/planned.ts";
import { publicHosts } from "../../components/commune/public-hosts.ts";
import { readPublished } from "../../components/commune/published.ts";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { directoryService } from "../../components/platform/directory/manifests.ts";
import { pointId } from "../../components/recovery/points/head.ts";
import type { PointsPlan } from "../../components/recovery/points/plan.ts";
import { bucketSecrets } from "../../components/recovery/vault/plan.ts";
import { plannedServices } from "../../components/services/index.ts";
import type { Footprint } from "../../policies/footprint.ts";
import { spoken } from "../language.ts";
import type { StackSeed } from "../recovery/kit/stack-seed.ts";
import { type Surroundings as OfPoints, planOf, servicesIn } from "../recovery/points.ts";
import { clusterUid, namespacesOf } from "../relocate/cluster.ts";
import { type Copies, copiesOf, type NewestPoint } from "../relocate/copies.ts";
import { refuseVersions } from "../relocate/versions.ts";
import type { Outputs } from "../stack.ts";
import type { Answer } from "./answers.ts";
import type { CopyStack } from "./copy.ts";
import { refuseFull } from "./room.ts";
import { type LoggedServer, loggedServers } from "./servers.ts";

/** Folders and tools that the command works with. */
export interface Surroundings extends Omit<OfPoints, "outputsOf"> {
  seedOf(id: string): Pick<StackSeed, "read" | "given">;
  /** Returns what the commune's own stack published; empty if it cannot be had. */
  outputsOf(id: string): Promise<Partial<Outputs>>;
  /** The settings of a stack, without the secret ones. */
  settingsOf(stack: string): Record<string, string>;
  copyOf(id: string, context: string | undefined): CopyStack;
  answer: Answer;
  /** Returns what the pods of a plan request of a machine, by service. */
  footprintsOf(id: string, plan: CommunePlan): Promise<readonly Footprint[]>;
}

export interface Options {
  to?: string;
  beside?: true;
  service?: string[];
  /** Ids of associations: all applications of each. */
  tenant?: string[];
}

/** One service of the copy, or one application of an association: the point that comes back, and where it goes. */
export interface Returning {
  newest: NewestPoint;
  /** Its points as the copy has them: the same at the vaults, elsewhere in the cluster. */
  points: PointsPlan;
  /**
   * The page that it must answer; undefined for the directory, which has none and starts with its entries or not at
   * all.
   */
  page: { host: string; path: string } | undefined;
}

/** A drill that nothing stands in the way of. */
export interface Prepared {
  /** The commune. */
  id: string;
  /** Id of its copy. */
  copy: string;
  seed: string;
  /** Keys to its buckets, by the names of the stack's secrets: the copy gets them too. */
  given: Readonly<Record<string, string>>;
  plan: CommunePlan;
  settings: Record<string, string>;
  context: string | undefined;
  /** Uid of the cluster that the copy goes to. */
  cluster: string;
  /** Whether the commune runs there too. */
  besideLive: boolean;
  copies: Copies;
  returning: readonly Returning[];
  /** Database servers of which a moment comes back too. */
  servers: readonly LoggedServer[];
  /** Time that the vaults took to say what they have, in seconds. */
  askedSeconds: number;
}

/**
 * Settings of the commune's past: a copy on the commune's own settings takes over how its cluster is, and none of
 * these.
 */
const ofPast = [
  "incarnation",
  "seedKept",
  "moved",
  "pointBefore",
  "restored",
  "published",
  "domain",
  "madeBy",
];

/** Asks everything that can be known before anything begins. Throws what stands in the way. Changes nothing. */
export async function prepare(
  surroundings: Surroundings,
  id: string,
  { to, beside, service, tenant }: Options,
): Promise<Prepared> {
  const plan = planOf(surroundings, id);
  const services = servicesIn(plan, { ...(service && { service }), ...(tenant && { tenant }) }).map(
    (each) => each.service,
  );
  const copy = drillId(id);
  const [own, ofCopy] = [surroundings.settingsOf(id), surroundings.settingsOf(copy)];
  const context = to ?? ofCopy.context ?? (beside ? own.context : undefined);
  if (context === undefined && !beside) {
    throw new TranslatedError({
      en: `a drill is on a spare cluster: name its context, --to <context>. Where there is none, --beside has it on the cluster of ${id} itself, in namespaces of its own. Nothing was changed.`,
      fr: `un exercice se fait sur un cluster de réserve : nommez son contexte, --to <contexte>. S’il n’y en a pas, --beside le fait sur le cluster de ${id} lui-même, dans des espaces à part. Rien n’a été changé.`,
    });
  }
  const seed = await surroundings.seedOf(id).read();
  if (seed === undefined) {
    throw new TranslatedError({
      en: `the stack ${id} has no seed: give it the one of the commune, npx commune recovery kit open ${id}, or npx pulumi config set --secret commune:seed -s ${id}. Nothing was changed.`,
      fr: `la pile ${id} n’a pas de graine : donnez-lui celle de la commune, npx commune recovery kit open ${id}, ou npx pulumi config set --secret commune:seed -s ${id}. Rien n’a été changé.`,
    });
  }
  const cluster = await clusterUid(surroundings, context);
  const live = readPublished((await surroundings.outputsOf(id)).published)?.cluster;
  if (live === cluster && !beside) {
    throw new TranslatedError({
      en: `${id} runs on this cluster (${cluster}), and its copy would take room from it. Name a spare one: --to <context>. Where there is none: --beside. Nothing was changed.`,
      fr: `${id} tourne sur ce cluster (${cluster}), et sa copie lui prendrait de la place. Nommez-en un de réserve : --to <contexte>. S’il n’y en a pas : --beside. Rien n’a été changé.`,
    });
  }
  await refuseLeftovers(surroundings, id, context);
  const began = surroundings.now().getTime();
  const given = await surroundings.seedOf(id).given(bucketSecrets(plan.keptVaults));
  const copies = await copiesOf(surroundings, plan, { seed, given });
  const askedSeconds = (surroundings.now().getTime() - began) / 1000;
  const newest = copies.newest.filter(({ points }) => services.includes(points.service));
  const without = services.filter((name) => !newest.some(({ points }) => points.service === name));
  if (without.length > 0) {
    const why = [...copies.findings, ...copies.silent];
    throw new TranslatedError({
      en: `${without.join(", ")}: there is no restore point${why.length > 0 ? ` (${why.join("; ")})` : ""}. Take one first, npx commune recovery point ${id}, or drill the others: --service <name>. Nothing was changed.`,
      fr: `${without.join(", ")} : il n’y a pas de point de restauration${why.length > 0 ? ` (${why.join("; ")})` : ""}. Prenez-en un d’abord, npx commune recovery point ${id}, ou faites l’exercice avec les autres : --service <nom>. Rien n’a été changé.`,
    });
  }
  refuseHollow(newest, id, copies.silent);
  refuseVersions(newest, id);
  const drill: Drill = { of: id, services };
  const planned = planOf(surroundings, id, (declaration) => drilled(declaration, drill));
  refuseSmall(newest, planned);
  await refuseFull(surroundings, context, await surroundings.footprintsOf(copy, planned));
  const returning = newest.map((each) => returningIn(planned, each));
  return {
    ...{ id, copy, seed, given, plan: planned, context, cluster, copies, askedSeconds },
    besideLive: live === cluster,
    settings: {
      ...Object.fromEntries(
        Object.entries(Object.keys(ofCopy).length > 0 ? ofCopy : own).filter(
          ([key, value]) => !ofPast.includes(key) && value !== "[secret]",
        ),
      ),
      ...(context !== undefined && { context }),
      ...{ data: "disposable", drill: `${id}=${services.join(",")}` },
    },
    ...{ returning, servers: loggedServers(plan, returning) },
  };
}

function returningIn(plan: CommunePlan, newest: NewestPoint): Returning {
  const { service } = newest.points;
  const points = plan.points.find((each) => each.service === service);
  if (points === undefined)
    throw new TranslatedError({ en: `the copy has no ${service}`, fr: `la copie n’a pas ${service}` });
  if (service === directoryService) return { newest, points, page: undefined };
  const { host } = points.settings.running;
  const path = publicHosts(plan).find((each) => each.service === service)?.path ?? "";
  return { newest, points, page: { host, path } };
}

/** Throws if a drill before this one left something: nothing is put into it. */
async function refuseLeftovers(
  surroundings: Surroundings,
  id: string,
  context: string | undefined,
): Promise<void> {
  const there = await namespacesOf(surroundings, drillId(id), context);
  const resources = await surroundings.copyOf(id, context).resources();
  if (there.length === 0 && (resources ?? 0) === 0) return;
  const what =
    there.length > 0
      ? there.join(", ")
      : spoken({ en: `its stack has ${resources} resources`, fr: `sa pile a ${resources} ressources` });
  throw new TranslatedError({
    en: `a copy of a drill before is still there: ${what}. Tear it down first: npx commune drill ${id} --clean${context === undefined ? "" : ` --to ${context}`}. Nothing was changed.`,
    fr: `une copie d’un exercice précédent est encore là : ${what}. Retirez-la d’abord : npx commune drill ${id} --clean${context === undefined ? "" : ` --to ${context}`}. Rien n’a été changé.`,
  });
}

/** Throws if vaults give points of which none of them has the rows and files. */
function refuseHollow(newest: readonly NewestPoint[], id: string, silent: readonly string[]): void {
  const hollow = newest.filter(({ point }) => point.hosts.length === 0);
  if (hollow.length === 0) return;
  const names = hollow.map(({ points, point }) => `${points.service} (${pointId(point.head)})`).join(", ");
  const why = silent.join("; ");
  const unasked = why === "" ? "" : spoken({ en: ` Not asked: ${why}.`, fr: ` Pas interrogés : ${why}.` });
  throw new TranslatedError({
    en: `${names}: the vaults list the point, and none has its rows and files.${unasked} Take another one, npx commune recovery point ${id}, or drill the others: --service <name>. Nothing was changed.`,
    fr: `${names} : les coffres listent le point, et aucun n’a sa base et ses fichiers.${unasked} Prenez-en un autre, npx commune recovery point ${id}, ou faites l’exercice avec les autres : --service <nom>. Rien n’a été changé.`,
  });
}

/** A point is brought beside what a new service has, onto a volume that is as large as declared. */
function refuseSmall(newest: readonly NewestPoint[], plan: CommunePlan): void {
  const sizes = new Map([
    ...plannedServices(plan).flatMap(({ service, holders }) =>
      holders.volumes.map(({ name, sizeGiB }) => [`${service}/${name}`, sizeGiB * 1024 ** 3] as const),
    ),
    ...(plan.tenants ?? []).flatMap(({ applications }) =>
      applications.flatMap(({ release, volumes }) =>
        volumes.map(({ name, sizeGiB }) => [`${release}/${name}`, sizeGiB * 1024 ** 3] as const),
      ),
    ),
  ]);
  const small = newest.flatMap(({ points: { service }, manifest }) =>
    manifest.parts.flatMap((part) => {
      const size = part.kind === "files" ? sizes.get(`${service}/${part.volume}`) : undefined;
      if (part.kind !== "files" || size === undefined || part.bytes * 1.05 < size) return [];
      return [
        spoken({
          en: `  ${service}: ${part.volume} has ${part.bytes} bytes in its point, and ${size} are declared.`,
          fr: `  ${service} : ${part.volume} a ${part.bytes} octets dans son point, et ${size} sont déclarés.`,
        }),
      ];
    }),
  );
  if (small.length === 0) return;
  throw new TranslatedError({
    en: `volumes have no room for what comes back:\n${small.join("\n")}\nNothing was changed.`,
    fr: `des disques n’ont pas la place pour ce qui revient :\n${small.join("\n")}\nRien n’a été changé.`,
  });
}
