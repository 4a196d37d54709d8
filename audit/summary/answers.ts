import type { Change } from "../../components/commune/changes/change.ts";
import type { Effect, Interruption } from "../../components/commune/changes/effect.ts";
import type { Told } from "../../components/commune/changes/sentences.ts";
import { sectionTitle } from "../../components/commune/changes/words.ts";
import type { Translated } from "../../components/foundation/language/language.ts";
import { tenantService } from "../../components/tenants/tenant/declaration.ts";
import { addressesCompared } from "../compared.ts";
import type { Facts } from "../facts.ts";
import { labelOfFacts } from "../label.ts";
import { type Opened, openedBy } from "../opened.ts";
import { untoldIn } from "../untold.ts";
import type { Clause } from "./clause.ts";
import { clausesOf } from "./clauses.ts";
import { madeClause } from "./made.ts";
import { inEach, Names } from "./names.ts";
import { type Concerned, concernedIn } from "./people.ts";
import type { Pause } from "./phrases.ts";

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
  /** People whom it concerns, each once. */
  who: readonly Concerned[];
  /** Interruptions that people notice, each kind once. */
  howLong: readonly Pause[];
  lost: Loss;
  /** Whether it can be undone. */
  undone: Effect;
  /** Names of what comes with data of its own, which is retired and not taken out again; `isAll`: nothing else changes. */
  stops: { services: readonly Translated[]; tools: readonly Translated[]; isAll: boolean };
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
    case "way in":
    case "way out":
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
function audiencesOf({ changes }: Facts, opens: readonly Opened[], what: readonly Clause[]): Concerned[] {
  const isOpened =
    opens.some(({ kind }) => isForPublic.has(kind)) ||
    changes.some(({ told: { sentence } }) => sentence === "serviceComes" || sentence === "serviceReturns");
  const has = (rank: Clause["rank"]) => what.some((each) => each.rank === rank);
  if (has("refused")) return [];
  const audiences = [
    ...(has("erased") ? ["erased"] : []),
    ...(has("unsafe") ? ["kept"] : []),
    ...(isOpened ? ["public"] : []),
  ];
  return audiences.map((name) => ({ kind: "audience", name }));
}

/** Whether people see nothing of a change: a disk that comes, a server that restarts. */
function isUnseen(change: Change, names: Names): boolean {
  const rank = madeClause(change, names)?.rank;
  return rank === "beneath" || rank === "waits";
}

/** Names of what comes with data of its own: leaving the declaration later would take that along, and is refused. */
function stopsIn({ changes }: Facts, names: Names): Answers["stops"] {
  const services = changes.filter(({ told: { sentence } }) => sentence === "serviceComes");
  const tools = changes.filter(
    ({ name, told: { sentence } }) =>
      sentence === "fieldComes" && /^associations\.[^.]+\.applications\.[^.]+$/.test(name),
  );
  return {
    services: services.map((each) => names.whatStops(names.subject(each))),
    tools: tools.map(({ field }) => names.tool(String(field.at(-1)))),
    isAll: changes.every((each) => services.includes(each) || isUnseen(each, names)),
  };
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
    who: [...concernedIn(facts, names), ...audiencesOf(facts, opens, what)],
    howLong: [...new Set(found)].filter((each): each is Pause => each !== "none"),
    lost: lossOf(facts, what),
    undone: labelOfFacts(facts),
    stops: stopsIn(facts, names),
    leavesTraces:
      facts.changes.some(
        ({ affected, told: { sentence } }) => affected.includes("peers") && sentence !== "linkCloses",
      ) || come.length > 0,
    copies: {
      made: servicesOf(facts.points, ["pointComes", "pointGiven"]),
      none: servicesOf(facts.points, ["noPoint"]),
    },
    opens: opens.map((each) => ({ kind: each.kind, name: nameOfOpened(each, facts, names) })),
    closes: gone.map(({ address }) => address),
    copiedTo: isCopied ? names.peers(facts.after.plan.keptVaults.map(({ host }) => host)) : undefined,
  };
}
