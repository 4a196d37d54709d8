import type { CommunePlan } from "../../components/commune/planned.ts";
import { type Published, readPublished } from "../../components/commune/published.ts";
import { inBuckets, uncopied } from "../../components/commune/uncopied.ts";
import type { Language } from "../../components/foundation/language/language.ts";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { pointId } from "../../components/recovery/points/head.ts";
import { bucketSecrets } from "../../components/recovery/vault/plan.ts";
import { currentContext } from "../reach.ts";
import type { StackSeed } from "../recovery/kit/stack-seed.ts";
import { type Surroundings as OfPoints, planOf } from "../recovery/points.ts";
import type { Outputs, Stack } from "../stack.ts";
import { clusterUid, namespacesOf } from "./cluster.ts";
import { type Copies, copiesOf, type NewestPoint } from "./copies.ts";
import { sentences } from "./sentences.ts";
import { refuseVersions } from "./versions.ts";

/** Folders and tools that the command works with. */
export interface Surroundings extends Omit<OfPoints, "outputsOf"> {
  seedOf(id: string, context: string | undefined): Pick<StackSeed, "read" | "give" | "given">;
  stackOf(
    id: string,
    context: string | undefined,
  ): Pick<Stack, "up" | "set"> & { outputs(): Promise<Partial<Outputs>> };
  /** The commune's settings in the settings file of its stack. */
  settingsOf(id: string): Record<string, string>;
  /** Keeps the state of a stack in a file and empties it; returns the file, or undefined if the state was empty. */
  putAside(id: string, context: string | undefined): Promise<string | undefined>;
  now(): Date;
}

/** Options of the command. */
export interface Options {
  to?: string;
  lost: string[];
  planned?: true;
  yes?: true;
}

/** A move, with all that has to be known of it before anything is changed. */
export interface Move {
  id: string;
  plan: CommunePlan;
  /** Context of the site that is left while it still answers; undefined after a disaster. */
  leaving: { context: string | undefined } | undefined;
  copies: Copies;
  /** The services, and applications of associations, whose data is not back yet. */
  missing: readonly NewestPoint[];
  seed: string;
  /** Keys to its buckets, by the names of the stack's secrets. */
  given: Readonly<Record<string, string>>;
  context: string | undefined;
  /** Uid of the cluster that it goes to. */
  cluster: string;
  /** The number that the new site has. */
  incarnation: number;
  /** Whether a former run was interrupted after the vaults learned of the new site. */
  goesOn: boolean;
  /** Whether the stack is still the one of the site before. */
  isOfBefore: boolean;
}

/** Asks everything that can be known. Throws, with what to do, if the move cannot be made; changes nothing. */
export async function prepare(
  surroundings: Surroundings,
  id: string,
  { to, lost, planned }: Options,
): Promise<Move> {
  const plan = planOf(surroundings, id);
  const settings = surroundings.settingsOf(id);
  const context = to ?? settings.context ?? currentContext();
  const seed = await surroundings.seedOf(id, context).read();
  if (seed === undefined) {
    throw new TranslatedError({
      en: `the stack ${id} has no seed: give it the one of the commune, npx commune recovery kit open ${id}, or npx pulumi config set --secret commune:seed -s ${id}. Nothing was changed.`,
      fr: `la pile ${id} n’a pas de graine : donnez-lui celle de la commune, npx commune recovery kit open ${id}, ou npx pulumi config set --secret commune:seed -s ${id}. Rien n’a été changé.`,
    });
  }
  const cluster = await clusterUid(surroundings, context);
  const given = await surroundings
    .seedOf(id, context)
    .given([...bucketSecrets(plan.keptVaults), ...plan.givenSecrets]);
  const copies = await copiesOf(surroundings, plan, { seed, given });
  const own = Number(settings.incarnation ?? 1);
  const isHere = copies.cluster === cluster;
  // A run that was cut wrote its number at the vaults first. The stack was told it next, and a service's point has it last.
  const isLatest = isHere && own <= copies.incarnation;
  const isOfBefore = own !== copies.incarnation || !isHere;
  const missing = copies.newest.filter(
    ({ point }) => !isLatest || point.head.incarnation < copies.incarnation,
  );
  const goesOn = isLatest && (isOfBefore || missing.length > 0 || copies.newest.length === 0);
  const published = readPublished((await surroundings.stackOf(id, context).outputs()).published);
  if (published?.cluster === cluster && !goesOn) {
    throw new TranslatedError({
      en: `${id} runs on this cluster (${cluster}). Name the one that it goes to: --to <context>. Nothing was changed.`,
      fr: `${id} tourne sur ce cluster (${cluster}). Nommez celui où elle va : --to <contexte>. Rien n’a été changé.`,
    });
  }
  const there = goesOn && !isOfBefore ? [] : await namespacesOf(surroundings, id, context);
  if (there.length > 0 && isHere) {
    throw new TranslatedError({
      en: `site ${copies.incarnation} of ${id} is on this very cluster, with its namespaces, and commune:incarnation of this stack is ${own}: it was brought here with another stack or another machine's settings. Go on with those. Nothing was changed.`,
      fr: `le site ${copies.incarnation} de ${id} est sur ce cluster même, avec ses espaces, et commune:incarnation de cette pile vaut ${own} : elle a été amenée ici avec une autre pile, ou avec les réglages d’une autre machine. Continuez avec ceux-là. Rien n’a été changé.`,
    });
  }
  if (there.length > 0) {
    throw new TranslatedError({
      en: `this cluster has namespaces of ${id}: ${there.join(", ")}. What is in them is not what comes back, so they must go first: look into them, and kubectl --context ${context ?? "<name>"} delete namespace ${there.join(" ")}. Nothing was changed.`,
      fr: `ce cluster a des espaces de ${id} : ${there.join(", ")}. Ce qui s’y trouve n’est pas ce qui revient ; ils doivent donc partir d’abord : regardez ce qu’ils contiennent, puis kubectl --context ${context ?? "<nom>"} delete namespace ${there.join(" ")}. Rien n’a été changé.`,
    });
  }
  if (goesOn && copies.silent.length > 0) {
    throw new TranslatedError({
      en: `a run before this one has begun, and only all vaults together tell whose data is back: ${copies.silent.join("; ")}. Let them answer, or take out of recovery.vaults what is gone for good. Nothing was changed.`,
      fr: `une exécution avant celle-ci a commencé, et seuls tous les coffres ensemble disent de qui les données sont revenues : ${copies.silent.join("; ")}. Faites-les répondre, ou retirez de recovery.vaults ce qui est perdu pour de bon. Rien n’a été changé.`,
    });
  }
  refuseVersions(missing, id);
  refuseWithoutSecrets(plan, given, id);
  refuseFoundByRows(plan);
  const wrong = [...copies.findings, ...copies.silent];
  const leaving = planned && !goesOn ? { context: settings.context } : undefined;
  if (leaving !== undefined) await refuseSilentSite(surroundings, id, { leaving, published, cluster });
  const unnamed = leaving ? [] : copies.without.filter((service) => !lost.includes(service));
  if (unnamed.length > 0) {
    throw new TranslatedError({
      en: `${unnamed.join(", ")}: there is no restore point${wrong.length > 0 ? ` (${wrong.join("; ")})` : ""}. To go on without ${unnamed.length > 1 ? "their" : "its"} data: --lost ${unnamed.join(" ")}. Nothing was changed.`,
      fr: `${unnamed.join(", ")} : il n’y a pas de point de restauration${wrong.length > 0 ? ` (${wrong.join("; ")})` : ""}. Pour continuer sans ces données : --lost ${unnamed.join(" ")}. Rien n’a été changé.`,
    });
  }
  const incarnation = goesOn ? copies.incarnation : copies.incarnation + 1;
  return {
    id,
    plan,
    leaving,
    copies,
    missing,
    seed,
    given,
    context,
    cluster,
    incarnation,
    goesOn,
    isOfBefore,
  };
}

/** Throws for a service that installs nothing beside objects whose rows are missing: the update would wait for it in vain. */
function refuseFoundByRows({ points }: CommunePlan): void {
  const services = points.filter(({ contents }) => contents.isFoundByRows).map(({ service }) => service);
  if (services.length === 0) return;
  throw new TranslatedError({
    en: `${services.join(", ")}: its files are objects that its rows alone explain, and this command brings rows back only after a service has started, which waits for them. It cannot come back in this way yet (docs/relocate.md). Nothing was changed.`,
    fr: `${services.join(", ")} : ses fichiers sont des objets que seule sa base explique, et cette commande ne ramène la base qu’une fois le service démarré, lequel l’attend. Il ne peut pas encore revenir ainsi (docs/relocate.md). Rien n’a été changé.`,
  });
}

/** Throws if the stack lacks a secret that somebody has to give: the update would stop after the vaults learned of the site. */
function refuseWithoutSecrets({ givenSecrets }: CommunePlan, given: Move["given"], id: string): void {
  const lacking = givenSecrets.filter((name) => given[name] === undefined);
  if (lacking.length === 0) return;
  const commands = lacking
    .map((name) => `npx pulumi config set --secret commune:${name} -s ${id}`)
    .join(", ");
  throw new TranslatedError({
    en: `the stack ${id} lacks what others gave the commune: ${commands}. Nothing was changed.`,
    fr: `à la pile ${id} il manque ce que d’autres ont donné à la commune : ${commands}. Rien n’a été changé.`,
  });
}

/** Throws if a planned move does not leave the site on which the stack says that the commune runs. */
async function refuseSilentSite(
  surroundings: Surroundings,
  id: string,
  move: { leaving: { context: string | undefined }; published: Published | undefined; cluster: string },
): Promise<void> {
  const { leaving, published, cluster } = move;
  const now = await clusterUid(surroundings, leaving.context).catch(() => undefined);
  if (now !== undefined && now !== cluster && now === published?.cluster) return;
  throw new TranslatedError({
    en: `the site where ${id} runs does not answer through ${leaving.context === undefined ? "the current context" : `the context ${leaving.context}`} of the stack's settings, so nothing can be shut there. After a disaster leave out --planned: it comes back from what the vaults have. Nothing was changed.`,
    fr: `le site où ${id} tourne ne répond pas par ${leaving.context === undefined ? "le contexte courant" : `le contexte ${leaving.context}`} des réglages de la pile : rien ne peut donc y être fermé. Après un sinistre, n’écrivez pas --planned : la commune revient de ce qu’ont les coffres. Rien n’a été changé.`,
  });
}

/** Text that a person reads before they agree. */
export function told(
  { id, copies, missing, incarnation, cluster, goesOn, ...move }: Move,
  now: Date,
  language: Language,
): string[] {
  const say = sentences[language];
  const empty = [
    ...uncopied(move.plan).map((name) => `  ${say.beginsEmpty(name)}`),
    ...inBuckets(move.plan).map((service) => `  ${say.staysInBucket(service)}`),
  ];
  if (move.leaving !== undefined) {
    return [
      ...[...copies.findings, ...copies.silent].map((line) => `! ${line}`),
      say.moves(id, cluster, incarnation),
      ...move.plan.points.map(({ service }) => `  ${say.shutFirst(service)}`),
      ...empty,
      say.untilNames,
    ];
  }
  const age = (takenAt: string) => Math.round((now.getTime() - Date.parse(takenAt)) / 60_000);
  return [
    ...[...copies.findings, ...copies.silent].map((line) => `! ${line}`),
    say.comesBack(id, cluster, incarnation, goesOn),
    ...missing.map(
      ({ points, point }) =>
        `  ${say.service(points.service, points.rows !== undefined, pointId(point.head), age(point.head.takenAt), goesOn)}`,
    ),
    ...copies.without.map((service) => `  ${say.noPoint(service)}`),
    ...empty,
    ...(goesOn || copies.cluster === undefined ? [] : [say.formerSite(copies.incarnation, copies.cluster)]),
    say.formerStops,
  ];
}
