import type { Descriptor } from "../../components/federation/descriptor.ts";
import { loadFederation } from "../../components/federation/members.ts";
import { mostTold, type ToldDrill } from "../../components/federation/told-log.ts";
import type { Language } from "../../components/foundation/language/language.ts";
import { minutesAndSeconds } from "../../components/foundation/language/numbers.ts";
import { services } from "../../components/services/index.ts";
import { tenantOf } from "../../components/tenants/tenant/declaration.ts";
import { headOf } from "../log.ts";
import { type DrillEntry, type DrilledMoment, judgeDrills, readDrills } from "./log.ts";

/** A commune's log of drills, for the documents that report it. */
export interface Drills {
  /** Entries of valid lines, the newest last. */
  held: readonly DrillEntry[];
  /** Figures for the descriptor; undefined if there was no drill. */
  head: Descriptor["drills"];
  /** Drills for the public page, the newest first. */
  told: readonly ToldDrill[];
}

/**
 * Reads a commune's log of drills. A line that does not hold counts for nothing here; `commune verify-log` names it.
 * Reads files and contacts nothing.
 */
export function drillsOf(stacks: string, id: string): Drills {
  const lines = readDrills(stacks, id);
  const held = judgeDrills(lines, { stack: id, publicKey: keyIn(stacks, id) }).flatMap(
    ({ entry, problems }) => (entry !== undefined && problems.length === 0 ? [entry] : []),
  );
  const last = held.at(-1);
  return {
    held,
    head: last && { ...headOf(lines), last: figuresOf(last) },
    told: held
      .slice(-mostTold)
      .reverse()
      .map((entry) => {
        const momentAt = momentIn(entry);
        return {
          ...figuresOf(entry),
          services: titlesOf(entry),
          ...(momentAt !== undefined && { momentAt }),
        };
      }),
  };
}

/** The key of a commune, a Multikey, where stacks/federation.yaml says it. */
export function keyIn(stacks: string, id: string): string | undefined {
  const loaded = loadFederation(stacks);
  return loaded?.ok ? loaded.declaration.members[id]?.publicKey : undefined;
}

/** The last one that passed. */
export function lastPassed({ held }: Pick<Drills, "held">): DrillEntry | undefined {
  return held.findLast(({ outcome }) => outcome === "passed");
}

const phrases = {
  passed: { fr: "réussi", en: "passed" },
  failed: { fr: "échoué", en: "failed" },
  back: { fr: (took: string) => `, de retour en ${took}`, en: (took: string) => `, back in ${took}` },
  lost: {
    fr: (seconds: string) => `${seconds} auraient été perdues`,
    en: (seconds: string) => `${seconds} would have been lost`,
  },
  moment: {
    fr: ({ server, at, vault, took }: CameMoment) =>
      `, ${server} du ${at} revenu de chez ${vault} en ${took}`,
    en: ({ server, at, vault, took }: CameMoment) => `, ${server} of ${at} back from ${vault} in ${took}`,
  },
  noMoment: {
    fr: (server: string) => `, ${server} revenu à aucun moment de son journal`,
    en: (server: string) => `, ${server} back to no moment in its log`,
  },
} as const;

/** A moment of a server that came back, in words. */
interface CameMoment {
  server: string;
  at: string;
  vault: string;
  took: string;
}

function momentText({ server, at, vault, seconds }: DrilledMoment, language: Language): string {
  if (at === undefined || vault === undefined) return phrases.noMoment[language](server);
  return phrases.moment[language]({
    ...{ server, vault, took: minutesAndSeconds(seconds) },
    at: at.slice(0, 19).replace("T", " "),
  });
}

/** A drill in one line, for people at a terminal. */
export function drillText(
  { at, outcome, rpoSeconds, rtoSeconds, services, moments = [] }: DrillEntry,
  language: Language,
): string {
  const back = rtoSeconds === undefined ? "" : phrases.back[language](minutesAndSeconds(rtoSeconds));
  const which = services.map(({ service }) => service).join(", ");
  const lost = phrases.lost[language](minutesAndSeconds(rpoSeconds));
  const came = moments.map((each) => momentText(each, language)).join("");
  return `${at.slice(0, 16).replace("T", " ")}  ${phrases[outcome][language]}  ${which}${back}, ${lost}${came}`;
}

/** The latest moment of a database that came back in a drill; undefined if none did. */
export function momentIn({ moments = [] }: Pick<DrillEntry, "moments">): string | undefined {
  return moments
    .flatMap(({ at }) => at ?? [])
    .sort()
    .at(-1);
}

function figuresOf({ at, outcome, rpoSeconds, rtoSeconds }: DrillEntry) {
  return {
    ...{ at, outcome, rpoSeconds: Math.round(rpoSeconds) },
    ...(rtoSeconds !== undefined && { rtoSeconds: Math.round(rtoSeconds) }),
  };
}

/** Services by their titles. Which associations a commune hosts stands on no page of it: they are counted. */
function titlesOf({ services: drilled }: DrillEntry): string[] {
  const names = drilled.map(({ service }) => service);
  // An application's name has no hyphen.
  const associations = new Set(names.flatMap((name) => tenantOf(name.replace(/-[a-z]+$/, "")) ?? []));
  const count = associations.size;
  return [
    ...names.flatMap((name) =>
      name.startsWith("t-") ? [] : [services.find((each) => each.name === name)?.title ?? name],
    ),
    ...(count === 0 ? [] : [count === 1 ? "une association" : `${count} associations`]),
  ];
}
