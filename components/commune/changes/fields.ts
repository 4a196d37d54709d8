import { plannedServices, serviceNames } from "../../services/index.ts";
import { retirable } from "../declaration.ts";
import { type Declared, isDigest } from "../declared.ts";
import { parts } from "../parts.ts";
import type { CommunePlan } from "../planned.ts";
import type { Published } from "../published.ts";
import { type Change, change } from "./change.ts";
import type { Effect, Interruption } from "./effect.ts";
import type { Told } from "./sentences.ts";

/** Fields whose difference is told as another kind of change: of a version, a name, a volume, a server, a link. `*` is any name. */
const toldElsewhere = [
  "id",
  "domain",
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

/** Fields that cannot simply be written back; what is not here can. */
const effects: readonly (readonly [field: string, effect: Effect])[] = [
  // What an application does with its own settings, nobody here knows; plugins change what it has in its database.
  ["*.settings", "needs a restore point"],
  ["*.plugins", "needs a restore point"],
  // People who log in by another provider are other people to the services, which make accounts for them.
  ["identity.issuer", "needs a restore point"],
  // Another store, to which files are copied.
  ["media.endpoint", "needs a restore point"],
  ["media.bucket", "needs a restore point"],
  // What was written since is set aside.
  ["*.restoreFrom", "needs a restore point"],
  ["*.dedicatedDatabase.restoreFrom", "needs a restore point"],
  // Another account is made, under a name that other servers keep.
  ["*.owner.name", "irreversible"],
];

/** Whom the fields of the commune itself touch; those of a service touch who uses it. */
const audiences: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(parts.flatMap(({ touches = {} }) => Object.entries(touches))),
  name: ["readers"],
  insee: ["readers"],
  location: ["readers"],
  contact: ["readers"],
  population: [],
  retention: ["readers"],
  energy: [],
};

/** Every declared field that is another, came or went, unless it is told as another kind of change. */
export function fieldChanges({ declared }: Published, plan: CommunePlan): Change[] {
  // Stacks that an older toolkit applied last did not publish it.
  if (declared === undefined) return [];
  return (
    differences(declared, plan.declared, [])
      // A service that comes or goes.
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

/** The highest places at which two trees differ: a section that comes is one difference. */
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

/** Whether a pattern names this field, or a section that it is in. */
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

/** A value as it is told; nothing for a section, and for what was published as a digest. */
function shown(value: string | Declared | undefined): string | undefined {
  return typeof value === "string" && !isDigest(value) ? value : undefined;
}

/** Who may notice that a field of a section changed: the people who use what reads it. */
function touched(
  section: string,
  plan: CommunePlan,
): { affected: readonly string[]; interruption: Interruption } {
  const others = audiences[section];
  if (others !== undefined) return { affected: others, interruption: "none" };
  const isService = serviceNames.some((name) => name === section);
  const services = plannedServices(plan).filter(({ service }) => service === section || !isService);
  // What a server is made of is told by its restart.
  const restarts =
    section !== "database" && services.some(({ versions }) => versions.during === "interrupted");
  return {
    affected: services.length > 0 ? services.map(({ service }) => service) : [section],
    interruption: restarts ? "short" : "none",
  };
}
