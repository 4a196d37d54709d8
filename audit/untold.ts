import * as z from "zod";
import type { Effect } from "../components/commune/changes/effect.ts";
import { thingNamed } from "../components/commune/parts.ts";
import { type KubernetesObject, nameOf } from "../components/foundation/manifest/object.ts";
import { mariadbService } from "../components/platform/mariadb/plan.ts";
import { plannedServices } from "../components/services/index.ts";
import { tenantService } from "../components/tenants/tenant/declaration.ts";
import { isRemade } from "./approval/remade.ts";
import type { Facts } from "./facts.ts";
import type { ObjectChanges } from "./objects.ts";

/**
 * Objects of a service that an update changes although no change of the declaration concerns that service: another
 * build of an image, another version of the toolkit, a password, a consequence of another change.
 */
export interface Untold {
  /** Name of the service; empty for what belongs to none. */
  service: string;
  /** Number of its objects that are created, removed or changed. */
  objects: number;
  /** Effect of the change, if somebody regrets it. */
  effect: Effect;
  /** Services whose users are without it while its pod is replaced; empty if nobody notices. */
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
 * Names of what people miss while the pod of a part is replaced: the services on a database server, the association
 * or service that owns the part, or the directory or login itself. Restarts of services are changes (restartChanges).
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

/** Names of services, parts and people that changes concern; the public pages change with whatever is declared. */
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

/** Settings of a restore point without the checksum of the declaration, which any change changes. */
function besideDeclaration(object: KubernetesObject | undefined): string | undefined {
  const { success, data: read } = pointSettings.safeParse(object);
  if (!success) return undefined;
  const { "settings.json": text, ...data } = read.data;
  const { declaration: _, ...settings } = JSON.parse(text) as Record<string, unknown>;
  return JSON.stringify({ settings, data });
}

/** Whether an object only has another checksum of the declaration. */
function saysDeclaration(was: KubernetesObject | undefined, is: KubernetesObject | undefined): boolean {
  const before = besideDeclaration(was);
  return before !== undefined && before === besideDeclaration(is);
}

/**
 * Objects of the cluster that change and that no sentence of {@link Facts.changes} reports, by service; empty for a
 * new commune.
 */
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
  /** Whether the former declaration brings it back only if it can be made again. */
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
