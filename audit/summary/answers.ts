import type { Effect, Interruption } from "../../components/commune/changes/effect.ts";
import type { Told } from "../../components/commune/changes/sentences.ts";
import { sectionTitle } from "../../components/commune/changes/words.ts";
import type { Translated } from "../../components/foundation/language/language.ts";
import { tenantService } from "../../components/tenants/tenant/declaration.ts";
import { addressesCompared } from "../compared.ts";
import type { Facts } from "../facts.ts";
import { labelOfFacts } from "../label.ts";
import { type Opened, openedBy } from "../opened.ts";
import { concernedBy, untoldIn } from "../untold.ts";
import type { Clause } from "./clause.ts";
import { clausesOf } from "./clauses.ts";
import { inEach, Names } from "./names.ts";

/** Fate of data. */
export type Loss =
  /** Nothing is done. */
  | "nothing is done"
  /** Something is deleted for good: the first sentence says what, and of whom. */
  | "erased"
  /** Nothing is deleted, and a part cannot be taken back. */
  | "kept, but final"
  /** Older copies or files than a declared period are deleted. */
  | "older is deleted"
  /** A setting of an application's own: nobody here knows what it deletes. */
  | "unknown"
  | "kept";

/** Answers of a report to what whoever decides asks. Its five sentences are made of them. */
export interface Answers {
  /** Changes, the most serious first; empty if nothing does. */
  what: readonly Clause[];
  /** Names of services, for those who use them, and of audiences. */
  who: readonly string[];
  /** Interruptions that people notice, each kind once. */
  howLong: readonly Interruption[];
  lost: Loss;
  /** Whether it can be undone. */
  undone: Effect;
  /** Whether others keep what they read or receive until then. */
  leavesTraces: boolean;
  /** Services of which a copy is made before, and those of which none is. */
  copies: { made: readonly string[]; none: readonly string[] };
  opens: readonly OpenedName[];
  /** Addresses that no longer answer. */
  closes: readonly string[];
  /** Communes that keep copies, if that changes; undefined otherwise. */
  copiedTo: Translated | undefined;
}

/** Something that opens, by the name that people know. */
interface OpenedName {
  kind: Opened["kind"];
  name: Translated;
}

function nameOfOpened(opened: Opened, { after }: Facts, names: Names): Translated {
  const plain = (name: string) => ({ fr: name, en: name });
  switch (opened.kind) {
    case "address":
      return plain(opened.address);
    case "server":
      return plain(opened.host);
    case "way":
      return names.title(opened.service);
    case "access": {
      const [section = "", id] = opened.change.field.map(String);
      return section === "associations" && id !== undefined
        ? names.title(tenantService(id))
        : inEach((language) => sectionTitle(section, language));
    }
    case "link":
      return plain(names.peer(opened.change.name));
    case "radio": {
      const { sentence, with: parameters } = opened.change.told;
      if (sentence === "placeGoes") return plain(parameters.id);
      return plain(sentence === "pointsCome" ? parameters.quarter : after.declaration.name);
    }
  }
}

/** Kinds of openings that anybody may use. */
const isForPublic: ReadonlySet<Opened["kind"]> = new Set(["address", "access"]);

/** Audiences that no change names: of what opens, of what is deleted, of what is no longer protected. */
function audiencesOf({ changes }: Facts, opens: readonly Opened[], what: readonly Clause[]): string[] {
  const isOpened =
    opens.some(({ kind }) => isForPublic.has(kind)) ||
    changes.some(({ told: { sentence } }) => sentence === "serviceComes" || sentence === "serviceReturns");
  const has = (rank: Clause["rank"]) => what.some((each) => each.rank === rank);
  if (has("refused")) return [];
  return [
    ...(has("erased") ? ["erased"] : []),
    ...(has("unsafe") ? ["kept"] : []),
    ...(isOpened ? ["public"] : []),
  ];
}

/** Fields whose shorter period lets data be deleted. */
const periods = /^recovery\.keep|\.mediaRetention$|\.originals$/;

function lossOf({ changes, ...facts }: Facts, what: readonly Clause[]): Loss {
  const label = labelOfFacts({ changes, ...facts });
  if (label === "refused") return "nothing is done";
  if (what.some(({ rank }) => rank === "erased")) return "erased";
  if (label === "irreversible") return "kept, but final";
  if (changes.some(({ name }) => periods.test(name))) return "older is deleted";
  return changes.some(({ name }) => /\.settings\b/.test(name)) ? "unknown" : "kept";
}

/** Services in sentences about points that are taken before. */
function servicesOf(points: readonly Told[], sentences: readonly Told["sentence"][]): string[] {
  return points.flatMap(({ sentence, with: parameters }) =>
    sentences.includes(sentence) && "service" in parameters ? [parameters.service] : [],
  );
}

/** Answers of a report. */
export function answersOf(facts: Facts): Answers {
  const names = new Names(facts);
  const what = clausesOf(facts, names);
  const { come, gone } = addressesCompared(facts);
  const opens = openedBy(facts);
  const found = [
    ...facts.changes.map(({ interruption }) => interruption),
    ...untoldIn(facts).map(({ without }): Interruption => (without.length > 0 ? "short" : "none")),
  ];
  const isCopied = facts.changes.some(
    ({ field: [section, part] }) =>
      section === "recovery" && (part === undefined || part === "vaults" || part === "buckets"),
  );
  return {
    what,
    who: [...concernedBy(facts), ...audiencesOf(facts, opens, what)],
    howLong: [...new Set(found)].filter((each) => each !== "none"),
    lost: lossOf(facts, what),
    undone: labelOfFacts(facts),
    leavesTraces: facts.changes.some(({ affected }) => affected.includes("peers")) || come.length > 0,
    copies: {
      made: servicesOf(facts.points, ["pointComes", "pointGiven"]),
      none: servicesOf(facts.points, ["noPoint"]),
    },
    opens: opens.map((each) => ({ kind: each.kind, name: nameOfOpened(each, facts, names) })),
    closes: gone.map(({ address }) => address),
    copiedTo: isCopied ? names.peers(facts.after.plan.keptVaults.map(({ host }) => host)) : undefined,
  };
}
