import { existsSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { CommunePlan } from "../../components/commune/planned.ts";
import { pointsOfServices } from "../../components/commune/points.ts";
import { readPublished } from "../../components/commune/published.ts";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { deriveSecret, seedFingerprint } from "../../components/foundation/seed/derive.ts";
import { inVersion } from "../../components/foundation/seed/labels.ts";
import { hostsOf, manifestOf, newest, type Point } from "../../components/recovery/points/chain.ts";
import { pointId } from "../../components/recovery/points/head.ts";
import { repositoryPassword } from "../../components/recovery/vault/secrets.ts";
import { plannedServices } from "../../components/services/index.ts";
import { spoken } from "../language.ts";
import { contextOf } from "../reach.ts";
import type { StackSeed } from "../recovery/kit/stack-seed.ts";
import { chainsOf, type Surroundings as OfPoints, planOf } from "../recovery/points.ts";
import type { Outputs } from "../stack.ts";
import { withNamed } from "../undo/before.ts";
import type { Stream } from "./data.ts";
import { dataFiles, type Leaving } from "./data-files.ts";
import { takenAlong } from "./leaving.ts";
import { begunIn, type Progress, takenIn } from "./progress.ts";
import { returnOf } from "./return.ts";
import { type Applied, appliedObjects } from "./state.ts";

/** Folders and tools that the command works with. */
export interface Surroundings extends Omit<OfPoints, "outputsOf"> {
  outputsOf(id: string): Promise<Pick<Outputs, "vaults" | "federation" | "published">>;
  seedOf(id: string, context: string | undefined): Pick<StackSeed, "read">;
  /** Runs Pulumi's command line for a commune's stack, and returns what it prints. */
  engine(id: string, context: string | undefined, words: readonly string[]): Promise<string>;
  stream: Stream;
  /** Bytes that can be written below a folder. */
  room(folder: string): number;
  now(): Date;
}

/** Options that people give beside the commune. */
export interface Options {
  to: string;
  point: string[];
  without: string[];
  context?: string;
}

/** A service that leaves with its data, and the vaults that have it. */
interface LeavingFrom extends Leaving {
  hosts: readonly string[];
}

/** An export, with all that is known of it before anything is written. */
export interface Departure {
  id: string;
  name: string;
  context: string | undefined;
  target: string;
  seed: string;
  applied: readonly Applied[];
  services: readonly LeavingFrom[];
  without: readonly string[];
  titles: ReadonlyMap<string, string>;
}

/** Looks at everything that can be looked at before anything is written. Throws with all that is wrong. */
export async function prepare(surroundings: Surroundings, id: string, options: Options): Promise<Departure> {
  const context = contextOf(id, options.context, dirname(surroundings.stacks));
  const target = resolve(options.to);
  if (existsSync(target))
    throw new TranslatedError({
      en: `${target} is there already. Name a folder that is not. Nothing was written.`,
      fr: `${target} existe déjà. Nommez un dossier qui n’existe pas. Rien n’a été écrit.`,
    });
  if (!existsSync(dirname(target)))
    throw new TranslatedError({
      en: `there is no folder ${dirname(target)}. Nothing was written.`,
      fr: `il n’y a pas de dossier ${dirname(target)}. Rien n’a été écrit.`,
    });
  const begun = begunIn(`${target}.part`, id);
  if (begun) refuseOtherChoice(begun, options, `${target}.part`);
  const plan = planOf(surroundings, id);
  const published = readPublished((await surroundings.outputsOf(id)).published);
  const services = plannedServices(plan);
  const others = services.flatMap(({ service, plan: { version } }) => {
    const applied = published?.services[service]?.version;
    return applied === version
      ? []
      : [
          spoken({
            en: `  ${service}: ${version} is declared, and ${applied ?? "nothing"} runs`,
            fr: `  ${service} : ${version} est déclaré, et ${applied ?? "rien"} tourne`,
          }),
        ];
  });
  if (others.length > 0) {
    throw new TranslatedError({
      en: `what is declared for ${id} does not run. First: npx pulumi up -s ${id}. Nothing was written.\n${others.join("\n")}`,
      fr: `ce qui est déclaré pour ${id} ne tourne pas. D’abord : npx pulumi up -s ${id}. Rien n’a été écrit.\n${others.join("\n")}`,
    });
  }
  refuseRestored(plan, id);
  const seed = await surroundings.seedOf(id, context).read();
  if (seed === undefined)
    throw new TranslatedError({
      en: `the stack ${id} has no seed: npx pulumi up -s ${id}. Nothing was written.`,
      fr: `la pile ${id} n’a pas de graine : npx pulumi up -s ${id}. Rien n’a été écrit.`,
    });
  const state = await surroundings.engine(id, context, ["stack", "export", "--show-secrets", "-s", id]);
  const applied = takenAlong(id, appliedObjects(id, state));
  const titles = new Map(services.map(({ service, title }) => [service, title]));
  const leaving = await servicesOf(surroundings, plan, {
    ...options,
    point: begun?.points ?? options.point,
    seed,
    titles,
  });
  // What the data comes back with is there, or nothing is begun.
  for (const each of leaving) returnOf(applied, each);
  const with_ = leaving.map(({ points: { service } }) => service);
  const departure: Departure = {
    ...{ id, context, target, seed, applied, titles, services: leaving },
    name: plan.federation.settings.name,
    without: services.flatMap(({ service }) => (with_.includes(service) ? [] : [service])),
  };
  refuseWithoutRoom(surroundings, departure);
  return departure;
}

/** Throws if an export was begun with other points: it is not completed with these. */
function refuseOtherChoice({ points }: Progress, { point, without }: Options, part: string): void {
  const dropped = points.some((each) => without.includes(each.split("=")[0] ?? ""));
  if (!dropped && point.every((each) => points.includes(each))) return;
  throw new TranslatedError({
    en: `${part} was begun with ${points.join(", ")}. Run it again as it was, or remove it first: rm -r ${part}. Nothing was written.`,
    fr: `${part} a été commencé avec ${points.join(", ")}. Relancez comme c’était, ou supprimez-le d’abord : rm -r ${part}. Rien n’a été écrit.`,
  });
}

/** Rows that a server of ours goes back to at its first start would be fetched from a vault, in the place of those of the point. */
function refuseRestored(plan: CommunePlan, id: string): void {
  const shared = plan.database !== undefined && "ours" in plan.database ? plan.database.ours : undefined;
  const servers = [shared, ...plannedServices(plan).map(({ dedicatedDatabase }) => dedicatedDatabase)];
  const restored = servers.filter((server) => server?.restoreFrom !== undefined);
  if (restored.length === 0) return;
  throw new TranslatedError({
    en: `stacks/${id}/commune.yaml has restoreFrom: for ${restored.map((server) => server?.server).join(", ")}, which an empty cluster would fetch from its vault. It was done: take the line out, npx pulumi up -s ${id}, and export then. Nothing was written.`,
    fr: `stacks/${id}/commune.yaml a restoreFrom: pour ${restored.map((server) => server?.server).join(", ")}, qu’un cluster vide irait chercher à son coffre. C’est fait : retirez la ligne, npx pulumi up -s ${id}, puis exportez. Rien n’a été écrit.`,
  });
}

interface Choice extends Pick<Options, "point" | "without"> {
  seed: string;
  titles: ReadonlyMap<string, string>;
}

/** The services that leave with their data, each with its restore point opened. Throws with all that is missing. */
async function servicesOf(
  surroundings: Surroundings,
  plan: CommunePlan,
  { point: named, without, seed, titles }: Choice,
): Promise<LeavingFrom[]> {
  const { id } = plan.federation.settings;
  const unknown = without.find((name) => !titles.has(name));
  if (unknown !== undefined) {
    throw new TranslatedError({
      en: `--without ${unknown}: ${id} has no such service. It has: ${[...titles.keys()].join(", ")}. Nothing was written.`,
      fr: `--without ${unknown} : ${id} n’a pas ce service. Elle a : ${[...titles.keys()].join(", ")}. Rien n’a été écrit.`,
    });
  }
  const asked = pointsOfServices(plan).filter(({ service }) => !without.includes(service));
  const chosen = withNamed([], named, asked);
  const chains =
    asked.length === 0
      ? []
      : await chainsOf(surroundings, plan, { service: asked.map(({ service }) => service) });
  const problems = [...titles.keys()]
    .filter((service) => !without.includes(service) && !asked.some((points) => points.service === service))
    .map((service) =>
      spoken({
        en: `${service}: it has no restore points (docs/recovery.md)`,
        fr: `${service} : il n’a pas de points de restauration (docs/recovery.md)`,
      }),
    );
  const found = asked.flatMap((points): LeavingFrom[] => {
    const { service } = points;
    if (points.contents.isFoundByRows) {
      problems.push(
        spoken({
          en: `${service}: its files are objects that its rows alone explain, and what is exported brings rows back only after it has started, which waits for them. It cannot leave in this way yet (docs/export.md)`,
          fr: `${service} : ses fichiers sont des objets que seule sa base explique, et ce qui est exporté ne ramène la base qu’une fois le service démarré, lequel l’attend. Il ne peut pas encore partir ainsi (docs/export.md)`,
        }),
      );
      return [];
    }
    const one = chains.find((each) => each.service === service);
    const want = chosen.find((each) => each.points.service === service)?.id;
    const point =
      want === undefined
        ? one && newest(one.chain)
        : one?.chain.points.find(({ head }) => pointId(head) === want);
    if (point === undefined) {
      const wrong = [
        ...(one?.chain.findings ?? []).map(({ sentence }) => sentence),
        ...(one?.silent ?? []),
      ].map(spoken);
      problems.push(
        spoken({
          en: `${service}: there is no complete restore point${want === undefined ? "" : ` ${want}`}${wrong.length === 0 ? "" : ` (${wrong.join("; ")})`}. Take one: npx commune recovery point ${id} --service ${service}`,
          fr: `${service} : il n’y a pas de point de restauration complet${want === undefined ? "" : ` ${want}`}${wrong.length === 0 ? "" : ` (${wrong.join("; ")})`}. Prenez-en un : npx commune recovery point ${id} --service ${service}`,
        }),
      );
      return [];
    }
    const manifest = opened(point, plan, seed);
    const { version } = points.settings.running;
    if (manifest.running.version !== version) {
      problems.push(
        spoken({
          en: `${service}: ${pointId(manifest)} is of ${manifest.running.version}, and ${version} runs, which would migrate or not read it. Take one of now: npx commune recovery point ${id} --service ${service}`,
          fr: `${service} : ${pointId(manifest)} est de la version ${manifest.running.version}, et ${version} tourne, qui le convertirait ou ne le lirait pas. Prenez-en un maintenant : npx commune recovery point ${id} --service ${service}`,
        }),
      );
    }
    const lacking = manifest.keys.filter((key) => !points.settings.keys.includes(key));
    if (manifest.seed !== seedFingerprint(seed, id) || lacking.length > 0) {
      problems.push(
        spoken({
          en: `${service}: ${pointId(manifest)} needs ${lacking.length > 0 ? `keys that are not these any more (${lacking.join(", ")})` : "another seed"}. Take one of now: npx commune recovery point ${id} --service ${service}`,
          fr: `${service} : ${pointId(manifest)} demande ${lacking.length > 0 ? `des clés qui ne sont plus celles-ci (${lacking.join(", ")})` : "une autre graine"}. Prenez-en un maintenant : npx commune recovery point ${id} --service ${service}`,
        }),
      );
    }
    return [{ points, title: titles.get(service) ?? service, manifest, hosts: hostsOf(point) }];
  });
  if (problems.length === 0) return found;
  throw new TranslatedError({
    en: `${id} cannot leave with all of its data:\n${problems.map((each) => `  ${each}`).join("\n")}\nTo leave without that of a service: --without <service>. Nothing was written.`,
    fr: `${id} ne peut pas partir avec toutes ses données :\n${problems.map((each) => `  ${each}`).join("\n")}\nPour partir sans celles d’un service : --without <service>. Rien n’a été écrit.`,
  });
}

function opened(point: Point, plan: CommunePlan, seed: string) {
  const { id } = plan.federation.settings;
  const label = inVersion(repositoryPassword(point.head.service), plan.secretVersions);
  return manifestOf(point, deriveSecret(seed, id, label));
}

/** Bytes that a file takes in an archive beside its content. */
const perFile = 1024;
/** Manifests, and what file systems keep for themselves. */
const beside = 64 * 1024 ** 2;

function refuseWithoutRoom(surroundings: Surroundings, { target, services }: Departure): void {
  const sizes = services.flatMap((leaving) =>
    dataFiles(leaving).map(
      ({ bytes, content }) => bytes + (content.kind === "files" ? content.files * perFile : 0),
    ),
  );
  const needed = sizes.reduce((sum, size) => sum + size, beside) - takenIn(`${target}.part`);
  const free = surroundings.room(dirname(target));
  if (free >= needed) return;
  const [has, takes] = [free, needed].map((bytes) => Math.ceil(bytes / 1024 ** 2));
  throw new TranslatedError({
    en: `${dirname(target)} has ${has} MiB left, and the export takes ${takes} MiB. Nothing was written.`,
    fr: `${dirname(target)} a encore ${has} MiB, et l’export prend ${takes} MiB. Rien n’a été écrit.`,
  });
}
