import * as z from "zod";
import { thingNamed } from "../components/commune/parts.ts";
import { mariadbService } from "../components/platform/mariadb/plan.ts";
import { plannedServices } from "../components/services/index.ts";
import { tenantService } from "../components/tenants/tenant/declaration.ts";
import { type KubernetesObject, nameOf } from "../policies/rule.ts";
import { isRemade } from "./approval/weight.ts";
import type { ObjectChanges } from "./objects.ts";
import type { Facts, Label } from "./report.ts";

/**
 * Objects of a service that an update changes although no change of what is declared is told of that service: another build
 * of an image, another version of the toolkit, a password, what a change of something else takes along.
 */
export interface Untold {
  /** Name of the service; empty for what belongs to none. */
  service: string;
  /** How many of its objects come, go or become others. */
  objects: number;
  /** What becomes of it when somebody regrets it. */
  effect: Label;
  /** Whose users are without it while its pod is made again; empty where nobody notices. */
  without: readonly string[];
}

type Asked = Pick<Facts, "changes" | "objects" | "before" | "after">;

/** Objects whose pod ends before the next one starts. */
const endsFirst = z.union([
  z.object({ kind: z.literal("StatefulSet") }),
  z.object({
    kind: z.literal("Deployment"),
    spec: z.object({ strategy: z.object({ type: z.literal("Recreate") }) }),
  }),
]);

/**
 * Whose users miss a part while its pod is made again: of a server of rows the services on it, of all that everybody
 * logs in with or that associations have, the part itself. Restarts of services are changes (restartChanges).
 */
function missing(service: string, { plan }: Facts["after"]): readonly string[] {
  if (service === "database") return plannedServices(plan).map(({ service: name }) => name);
  const { kind, owner, of, isOfAssociations } = thingNamed(service) ?? {};
  if (isOfAssociations && owner !== undefined) return [tenantService(owner)];
  // A server of a service's own.
  if (kind === "service" && of !== undefined) return [of];
  return [mariadbService, "directory", "login"].includes(service) ? [service] : [];
}

const serviceOf = ({ metadata }: KubernetesObject) => metadata.labels?.["commune.cloud/service"] ?? "";

/** Names of services, parts and people that a change is told of; the public pages tell of whatever is declared. */
export function toldOf(changes: Facts["changes"]): ReadonlySet<string> {
  const told = changes.flatMap(({ name, affected, field: [section, id] }) => [
    ...[name, ...affected, String(section)],
    ...(section === "associations" && id !== undefined ? [tenantService(String(id))] : []),
  ]);
  const isDeclared = changes.some(({ what }) => !["software", "restart", "site"].includes(what));
  return new Set([...told, ...(isDeclared ? ["federation"] : [])]);
}

const pointSettings = z.object({
  kind: z.literal("ConfigMap"),
  data: z.looseObject({ "settings.json": z.string().includes('"declaration":') }),
});

/** What settings of restore points say beside the checksum of what is declared, which any change changes. */
function besideDeclaration(object: KubernetesObject | undefined): string | undefined {
  const { success, data: read } = pointSettings.safeParse(object);
  if (!success) return undefined;
  const { "settings.json": text, ...data } = read.data;
  const { declaration: _, ...settings } = JSON.parse(text) as Record<string, unknown>;
  return JSON.stringify({ settings, data });
}

/** Whether an object says another declaration, and nothing else is another. */
function saysDeclaration(was: KubernetesObject | undefined, is: KubernetesObject | undefined): boolean {
  const before = besideDeclaration(was);
  return before !== undefined && before === besideDeclaration(is);
}

/** What changes of the cluster and no sentence of {@link Facts.changes} tells, by service; nothing of a new commune. */
export function untoldIn({ changes, objects, before, after }: Asked): Untold[] {
  if (before === undefined) return [];
  const named = (all: readonly KubernetesObject[]) => new Map(all.map((each) => [nameOf(each), each]));
  const [was, is] = [named(before.objects), named(after.objects)];
  const told = toldOf(changes);
  const found = new Map<string, Untold>();
  for (const { name, isForGood, isMadeAgain } of touched(objects)) {
    const object = is.get(name) ?? was.get(name);
    const service = object === undefined ? "" : serviceOf(object);
    if (told.has(service)) continue;
    if (changes.length > 0 && saysDeclaration(was.get(name), is.get(name))) continue;
    const untold = found.get(service) ?? { service, objects: 0, effect: "reversible", without: [] };
    const isLost = isForGood && (object === undefined || !isRemade(object));
    found.set(service, {
      service,
      objects: untold.objects + 1,
      effect: isLost ? "irreversible" : untold.effect,
      without: isMadeAgain && endsFirst.safeParse(object).success ? missing(service, after) : untold.without,
    });
  }
  return [...found.values()];
}

interface Touched {
  name: string;
  /** Whether declaring what was gives it back only where it can be made again. */
  isForGood: boolean;
  /** Whether its pods are others. */
  isMadeAgain: boolean;
}

/** Each object that does not stay. */
function touched({ created, removed, changed }: ObjectChanges): Touched[] {
  return [
    ...created.map((name) => ({ name, isForGood: false, isMadeAgain: false })),
    ...removed.map((name) => ({ name, isForGood: true, isMadeAgain: false })),
    ...changed.map(({ object: name, values }) => ({
      name,
      isForGood: values.some(({ path }) => !path.startsWith("metadata.")),
      isMadeAgain: values.some(({ path }) => path.startsWith("spec.template.")),
    })),
  ];
}

/** Names of whom an update touches: services for those who use them, and audiences. */
export function concernedBy(facts: Asked): ReadonlySet<string> {
  const told = facts.changes.flatMap(({ affected }) => affected);
  return new Set([...told, ...untoldIn(facts).flatMap(({ without }) => without)]);
}
