import * as z from "zod";
import type { DrilledService } from "../../audit/drills/log.ts";
import { texts } from "../../audit/words.ts";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { namespaceOf } from "../../components/foundation/manifest/labels.ts";
import { pointId } from "../../components/recovery/points/head.ts";
import type { PointsPlan } from "../../components/recovery/points/plan.ts";
import { languageHere, spoken } from "../language.ts";
import { Restoring } from "../recovery/restoring.ts";
import { together } from "../recovery/together.ts";
import { namespacesOf } from "../relocate/cluster.ts";
import { underway } from "../underway.ts";
import { answersWell } from "./answers.ts";
import type { Course } from "./course.ts";
import { bringMoments } from "./moments.ts";
import type { Prepared, Returning, Surroundings } from "./prepare.ts";
import { type PolicyName, wayToVaults } from "./way-to-vaults.ts";
import { type EgressPolicy, waysOut } from "./ways-out.ts";

/**
 * Brings the copy up, and a moment of its databases; puts the points into it, closes it, and asks its services. Throws if
 * it fails; a moment that fails is recorded.
 */
export async function carryOut(
  surroundings: Surroundings,
  prepared: Prepared,
  course: Course,
  said: (line: string) => void,
): Promise<void> {
  const { id, copy, context, settings, seed, given, returning } = prepared;
  const stack = surroundings.copyOf(id, context);
  await course.measure("stack", undefined, () => stack.make(settings, { ...given, seed }));
  said(spoken({ en: `pulumi up of ${copy} begins.`, fr: `pulumi up de ${copy} commence.` }));
  await course.measure("update", undefined, () => stack.up(underway));
  await course.aside(() => bringMoments(surroundings, prepared, course, said));
  const restores = returning.map(({ newest: { point }, points }) => ({
    service: points.service,
    restoring: new Restoring(surroundings, {
      ...{ commune: copy, points, sequence: point.head.sequence, context, withRows: true },
    }),
  }));
  await together(restores, ({ service, restoring }) =>
    course.measure("bring", service, () =>
      restoring.bring((line) => said(texts.labelled[languageHere()](service, line))),
    ),
  );
  await refuseWaysOut(surroundings, prepared, waysOf(prepared));
  said(
    spoken({
      en: "From now on what came back is in use. The vaults alone are reached, by the pods that compare it with them.",
      fr: "À partir de maintenant, ce qui est revenu est en service. Seuls les coffres sont atteints, par les pods qui le comparent avec eux.",
    }),
  );
  await together(restores, ({ service, restoring }) =>
    course.measure("exchange", service, () =>
      restoring.exchange("there", (line) => said(texts.labelled[languageHere()](service, line))),
    ),
  );
  await course.measure("close", undefined, () => close(surroundings, prepared));
  said(spoken({ en: "The copy has no way out any more.", fr: "La copie n’a plus aucune sortie." }));
  await together(returning, (each) => ask(surroundings, prepared, each, course));
}

const waysOf = ({ returning }: Prepared) => returning.map(({ points }) => wayToVaults(points));

/** Takes the way to the vaults from the pods that brought and compared the points. Throws if a way out is left. */
async function close(surroundings: Surroundings, prepared: Prepared): Promise<void> {
  const at = prepared.context === undefined ? [] : [`--context=${prepared.context}`];
  for (const { namespace, name } of waysOf(prepared))
    await surroundings.kubectl([...at, `--namespace=${namespace}`, "delete", "networkpolicy", name]);
  await refuseWaysOut(surroundings, prepared, []);
}

/** Looks at every network policy of the copy. Throws if one leads out that is not among those that may. */
async function refuseWaysOut(
  { kubectl, ...surroundings }: Surroundings,
  { copy, context }: Prepared,
  may: readonly PolicyName[],
): Promise<void> {
  const at = context === undefined ? [] : [`--context=${context}`];
  const namespaces = await namespacesOf({ ...surroundings, kubectl }, copy, context);
  // Also those that somebody else has put there, which have no label of ours.
  const text = await kubectl([...at, "get", "networkpolicies", "--all-namespaces", "--output=json"]);
  const { items } = JSON.parse(text) as { items: EgressPolicy[] };
  const own = items.filter(
    ({ metadata: { name, namespace = "" }, spec }) =>
      namespaces.includes(namespace) &&
      !may.some(
        (each) =>
          each.namespace === namespace &&
          each.name === name &&
          spec?.podSelector?.matchLabels?.["app.kubernetes.io/component"] === each.component,
      ),
  );
  const ways = waysOut(namespaces, own, copy);
  if (ways.length > 0)
    throw new TranslatedError({
      en: `the copy is not closed: ${ways.join("; ")}`,
      fr: `la copie n’est pas fermée : ${ways.join("; ")}`,
    });
}

async function ask(
  surroundings: Surroundings,
  { context }: Prepared,
  { points, page }: Returning,
  course: Course,
): Promise<void> {
  if (page === undefined) return;
  const { service, beside } = points;
  const namespace = namespaceOf(beside);
  const status = await course.measure("answer", service, async () => {
    const path = beside.tenant === undefined ? page.path : await probedPath(surroundings, points, context);
    return answersWell(surroundings.answer, { context, namespace, service, host: page.host, path });
  });
  course.statuses.set(service, status);
}

const deployment = z.object({
  spec: z.object({
    template: z.object({
      spec: z.object({
        containers: z.array(
          z.looseObject({ readinessProbe: z.object({ httpGet: z.object({ path: z.string() }) }).optional() }),
        ),
      }),
    }),
  }),
});

/** Path of the page by which an application of an association shows that it runs, also if only members may read it. */
async function probedPath(
  { kubectl }: Surroundings,
  { service, beside }: PointsPlan,
  context: string | undefined,
): Promise<string> {
  const at = context === undefined ? [] : [`--context=${context}`];
  const words = [`--namespace=${namespaceOf(beside)}`, "get", "deployment", service, "--output=json"];
  const { containers } = deployment.parse(JSON.parse(await kubectl([...at, ...words]))).spec.template.spec;
  const probed = containers.find(({ readinessProbe }) => readinessProbe !== undefined);
  return probed?.readinessProbe?.httpGet.path ?? "/";
}

/** Record of each service. */
export function servicesOf({ returning }: Prepared, began: Date, { statuses }: Course): DrilledService[] {
  return returning.map(({ newest: { manifest }, points: { service } }) => {
    const files = manifest.parts.flatMap((part) => (part.kind === "files" ? [part] : []));
    const tables = manifest.parts.flatMap((part) => (part.kind === "dump" ? Object.values(part.rows) : []));
    const sum = (numbers: readonly number[]) => numbers.reduce((total, one) => total + one, 0);
    const status = statuses.get(service);
    return {
      ...{ service, version: manifest.running.version, point: pointId(manifest) },
      lostSeconds: Math.max(0, (began.getTime() - Date.parse(manifest.takenAt)) / 1000),
      files: sum(files.map((part) => part.files)),
      bytes: sum(files.map((part) => part.bytes)),
      tables: tables.length,
      rows: sum(tables),
      ...(status !== undefined && { status }),
    };
  });
}
