import { interruptions } from "../../components/commune/changes/effect.ts";
import { titleOf } from "../../components/commune/changes/words.ts";
import type { Language, Translated } from "../../components/foundation/language/language.ts";
import { joined, number, signed } from "../../components/foundation/language/numbers.ts";
import { footprints, total } from "../../policies/footprint.ts";
import { energy } from "../../policies/hardware.ts";
import { mandatory } from "../../policies/judge.ts";
import { softwareCompared } from "../compared.ts";
import type { Facts } from "../facts.ts";
import type { Opened } from "../opened.ts";
import { type Answers, answersOf, type Loss } from "./answers.ts";
import type { Clause } from "./clause.ts";
import { itself, Names } from "./names.ts";
import { concernedIn, peopleOf, some } from "./people.ts";
import { openings, type Pause, pauses, phrases } from "./phrases.ts";

/** The most clauses of the first sentence, and names of what else changes. */
const most = { clauses: 3, names: 5 } as const;

/** Names of all whom a change concerns, as a list has them. */
export function affectedIn(facts: Facts, language: Language): string[] {
  const names = new Names(facts);
  return peopleOf(concernedIn(facts, names), names, language);
}

/** Name by which people know what objects belong to. */
export function partTitle(service: string, language: Language): string {
  return service === "" ? itself[language] : titleOf(service, language);
}

const between: Translated = { fr: " ; ", en: "; " };

/** Clauses of one sentence, which begins with a capital letter. */
function sentence(clauses: readonly string[], language: Language): string {
  const text = clauses.join(between[language]);
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

/** Clauses about what changes: the most serious, and the names of all else. */
function what({ what: clauses }: Answers, { origin, after }: Facts, language: Language): string[] {
  if (origin.kind === "nothing") return [phrases.newCloud[language](after.declaration.name)];
  if (clauses.length === 0) return [phrases.nothing[language]];
  const [first, rest] = [clauses.slice(0, most.clauses), clauses.slice(most.clauses)];
  const named = (phrase: Translated<(names: string) => string>, all: readonly Clause[]) => {
    const names = all.map(({ about }) => about[language]);
    return names.length === 0 ? [] : [phrase[language](some(names, language, most.names))];
  };
  const of = (rank: Clause["rank"]) => rest.filter((each) => each.rank === rank);
  return [
    ...first.map(({ text }) => text[language]),
    ...named(phrases.othersRefused, of("refused")),
    ...named(phrases.othersErased, of("erased")),
    ...named(
      phrases.others,
      rest.filter(({ rank }) => rank !== "refused" && rank !== "erased"),
    ),
  ];
}

/** Clauses about who is concerned, and for how long. */
function whom({ who, howLong, lost }: Answers, names: Names, language: Language): string[] {
  const people = joined(peopleOf(who, names, language), language);
  if (lost === "nothing is done")
    return [who.length === 0 ? phrases.nobodyYet[language] : phrases.wouldConcern[language](people)];
  const longest = interruptions.findLast((each): each is Pause => howLong.some((pause) => pause === each));
  const concerned = who.length === 0 ? phrases.nobody[language] : phrases.concerned[language](people);
  const told = howLong.length > 1 ? phrases.severalTimes : phrases.interrupted;
  const pause = longest === undefined ? phrases.without[language] : told[language](pauses[longest][language]);
  return [`${concerned}, ${pause}`];
}

const losses: Readonly<Record<Loss, Translated>> = {
  "nothing is done": {
    fr: "Ce changement est refusé tel qu’il est écrit : rien ne serait fait, et rien n’est perdu",
    en: "This change is refused as it is written: nothing would be done, and nothing is lost",
  },
  erased: {
    fr: "Une partie est définitive : ce qui est effacé ne revient pas",
    en: "A part of it is for good: what is deleted does not come back",
  },
  "kept, but final": {
    fr: "Aucune donnée n’est effacée, mais une partie est définitive : on ne peut pas revenir en arrière",
    en: "No data is deleted, but a part of it is for good: it cannot be undone",
  },
  "older is deleted": {
    fr: "Ce qui est plus ancien que la durée déclarée est effacé",
    en: "What is older than the declared period is deleted",
  },
  unknown: {
    fr: "L’outillage n’efface rien lui-même, et ne sait pas ce que ce réglage efface",
    en: "The tool itself deletes nothing, and does not know what this setting deletes",
  },
  kept: { fr: "Aucune donnée n’est effacée", en: "No data is deleted" },
};

const ways: Readonly<Partial<Record<Answers["undone"], Translated>>> = {
  "needs a restore point": {
    fr: "on ne revient en arrière qu’avec une copie faite avant, sans ce qui est écrit depuis",
    en: "only a copy from before brings back what was, without what is written since",
  },
};

const titlesOf = (names: readonly Translated[], language: Language) =>
  some(
    names.map((name) => name[language]),
    language,
  );

/** The way back of what is reversible: a service that came stops, and everything else is declared as it was. */
function wayBack({ services, isAll }: Answers["stops"], language: Language): string {
  if (services.length === 0) return phrases.again[language];
  const stopped = titlesOf(services, language);
  return (isAll ? phrases.byStopping : phrases.againAndStopping)[language](stopped);
}

/** Clauses about what is lost, and whether it can be undone, by what, and what cannot. */
function back({ lost, undone, stops, leavesTraces, copies }: Answers, language: Language): string[] {
  const way = undone === "reversible" ? wayBack(stops, language) : ways[undone]?.[language];
  const titles = (names: readonly string[]) =>
    some(
      names.map((name) => titleOf(name, language)),
      language,
    );
  return [
    losses[lost][language],
    ...(way === undefined ? [] : [way]),
    ...(way === undefined || stops.tools.length === 0
      ? []
      : [phrases.toolsStay[language](titlesOf(stops.tools, language))]),
    ...(way !== undefined && leavesTraces ? [phrases.traces[language]] : []),
    ...(copies.made.length === 0 ? [] : [phrases.madeBefore[language](titles(copies.made))]),
    ...(copies.none.length === 0 ? [] : [phrases.noneBefore[language](titles(copies.none))]),
  ];
}

/** Clauses about what opens to the public, to other communes and to the outside, and what closes. */
function opens({ opens: opened, closes, copiedTo, lost }: Answers, language: Language): string[] {
  if (lost === "nothing is done") return [phrases.nothingMoves[language]];
  const of = (kind: Opened["kind"]) =>
    some(
      opened.filter((each) => each.kind === kind).map(({ name }) => name[language]),
      language,
    );
  const addresses = of("address");
  const others = Object.keys(openings) as Exclude<Opened["kind"], "address">[];
  return [
    addresses === "" ? phrases.noneOpens[language] : phrases.addresses[language](addresses),
    ...(closes.length === 0 ? [] : [phrases.closes[language](some(closes, language))]),
    ...others.flatMap((kind) => (of(kind) === "" ? [] : [openings[kind][language](of(kind))])),
    ...(copiedTo === undefined
      ? []
      : [
          copiedTo[language] === ""
            ? phrases.noCopies[language]
            : phrases.copies[language](copiedTo[language]),
        ]),
  ];
}

function runs(facts: Facts, language: Language): string {
  const broken = mandatory(facts.findings, facts.today).length;
  const { come, kept } = softwareCompared(facts);
  const yearly = (objects: Parameters<typeof footprints>[0]) =>
    energy(total(footprints(objects))).kilowattHoursPerYear;
  const [was, is] = [yearly(facts.before?.objects ?? []), yearly(facts.after.objects)];
  const all = [...come, ...kept];
  const free = number(all.filter(({ isFree }) => isFree).length, language);
  const count = number(all.length, language);
  const verdict = (facts.siteIsKnown ? phrases.kept : phrases.keptAsFarAsKnown)[language];
  const remarks = new Set(facts.findings.map(({ rule }) => rule.id)).size;
  const remarked = remarks === 0 ? verdict : `${verdict}${phrases.remarks[language](remarks)}`;
  return broken > 0
    ? phrases.broken[language](broken)
    : phrases.runs[language](remarked, free, count, number(is, language), signed(is - was, language));
}

/** A change in five sentences, whatever changes, for whoever reads nothing else. */
export function summaryOf(facts: Facts, language: Language): string[] {
  const answers = answersOf(facts);
  return [
    what(answers, facts, language),
    whom(answers, new Names(facts), language),
    back(answers, language),
    opens(answers, language),
    [runs(facts, language)],
  ].map((clauses) => sentence(clauses, language));
}
