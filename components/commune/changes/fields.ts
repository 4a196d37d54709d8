import { plannedServices } from "../../services/index.ts";
import { retirable } from "../declaration.ts";
import { type Declared, isDigest } from "../declared.ts";
import { parts } from "../parts.ts";
import type { CommunePlan } from "../planned.ts";
import type { Published } from "../published.ts";
import { type Change, change } from "./change.ts";
import type { Effect, Interruption } from "./effect.ts";
import type { Told } from "./sentences.ts";

/**
 * Fields whose difference is described as another kind of change: of a version, a name, a volume, a server, a link.
 * `*` is any name.
 */
const toldElsewhere = [
  "id",
  "domain",
  "availability",
  "*.availability",
  "*.version",
  "*.subdomain",
  "*.handles",
  "*.storage",
  "*.formerVolume",
  "*.dedicatedDatabase",
  "*.dedicatedDatabase.version",
  "*.dedicatedDatabase.storage",
  "*.dedicatedDatabase.upgradeFrom",
  "secrets",
  "secrets.*",
  ...parts.flatMap((part) => part.toldElsewhere ?? []),
];

/** Effects of fields that cannot simply be set back; every other field can. */
const effects: readonly (readonly [field: string, effect: Effect])[] = [
  // Nobody here knows what an application does with its settings; plugins change its database.
  ["*.settings", "needs a restore point"],
  ["*.plugins", "needs a restore point"],
  // Services make new accounts for people who log in through another provider.
  ["identity.issuer", "needs a restore point"],
  // Files are copied to another store.
  ["media.endpoint", "needs a restore point"],
  ["media.bucket", "needs a restore point"],
  ["*.objects.endpoint", "needs a restore point"],
  ["*.objects.bucket", "needs a restore point"],
  // What was written since is set aside.
  ["*.restoreFrom", "needs a restore point"],
  ["*.dedicatedDatabase.restoreFrom", "needs a restore point"],
  // Another account is made, under a name that other servers keep.
  ["*.owner.name", "irreversible"],
];

/** Those whom fields of the commune itself affect; fields of a service affect its users. */
const audiences: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(parts.flatMap(({ touches = {} }) => Object.entries(touches))),
  name: ["readers"],
  website: ["readers"],
  insee: ["readers"],
  location: ["readers"],
  contact: ["readers"],
  population: [],
  retention: ["readers"],
  energy: [],
};

/** Finds every declared field that was added, changed or removed, unless another kind of change describes it. */
export function fieldChanges({ declared }: Published, plan: CommunePlan): Change[] {
  // Stacks last applied by an older toolkit did not publish it.
  if (declared === undefined) return [];
  return (
    differences(declared, plan.declared, [])
      // A service that is added or removed.
      .filter(({ path }) => !(path.length === 1 && retirable.some((name) => name === path[0])))
      .filter(({ path }) => !toldElsewhere.some((pattern) => isAt(pattern, path)))
      .map((difference) => fieldChange(difference, plan))
  );
}

interface Difference {
  path: readonly string[];
  from: string | Declared | undefined;
  to: string | Declared | undefined;
}

/** Finds the highest places at which two trees differ: an added section is one difference. */
function differences(from: Declared, to: Declared, path: readonly string[]): Difference[] {
  const names = new Set([...Object.keys(from), ...Object.keys(to)]);
  return [...names].flatMap((name) => {
    const [was, is, own] = [from[name], to[name], [...path, name]];
    if (typeof was === "object" && typeof is === "object") return differences(was, is, own);
    return was === is ? [] : [{ path: own, from: was, to: is }];
  });
}

/** Whether a pattern names this field. */
function isAt(pattern: string, path: readonly string[]): boolean {
  return pattern.split(".").length === path.length && isIn(pattern, path);
}

/** Whether a pattern names this field, or a section that contains it. */
function isIn(pattern: string, path: readonly string[]): boolean {
  return pattern
    .split(".")
    .every((step, index) => index < path.length && (step === "*" || step === path[index]));
}

function fieldChange({ path, from, to }: Difference, plan: CommunePlan): Change {
  const field = path.join(".");
  const [was, is] = [shown(from), shown(to)];
  const told: Told =
    from === undefined
      ? { sentence: "fieldComes", with: { field, to: is } }
      : to === undefined
        ? { sentence: "fieldGoes", with: { field, from: was } }
        : { sentence: "fieldChanges", with: { field, from: was, to: is } };
  return change({
    ...{ what: "setting", name: field, from: was, to: is, field: path },
    effect: effects.find(([pattern]) => isIn(pattern, path))?.[1] ?? "reversible",
    ...touched(path[0] ?? "", plan),
    told,
  });
}

/** Returns the value in its published form; undefined for a section, and for a value published as a digest. */
function shown(value: string | Declared | undefined): string | undefined {
  return typeof value === "string" && !isDigest(value) ? value : undefined;
}

/** Sections that every service reads. */
const readByServices = ["database", "media", "mail", "identity", "secrets"];

/** Returns those who may notice that a field of a section changed: the users of what reads it. */
function touched(
  section: string,
  plan: CommunePlan,
): { affected: readonly string[]; interruption: Interruption } {
  const others = audiences[section];
  if (others !== undefined) return { affected: others, interruption: "none" };
  const isShared = readByServices.includes(section);
  const services = plannedServices(plan).filter(({ service }) => service === section || isShared);
  // Settings of a server are described by its restart.
  const restarts =
    section !== "database" && services.some(({ versions }) => versions.during === "interrupted");
  return {
    affected: services.length > 0 ? services.map(({ service }) => service) : [section],
    interruption: restarts ? "short" : "none",
  };
}
