import type { Change } from "../components/commune/changes/change.ts";
import { phrasings } from "../components/commune/changes/phrasings.ts";
import { tell } from "../components/commune/changes/sentences.ts";
import { sectionTitle, titleOf, wordFor, words } from "../components/commune/changes/words.ts";
import type { Language } from "../components/foundation/language/language.ts";
import { joined, number, signed } from "../components/foundation/language/numbers.ts";
import { keptAt } from "../components/recovery/vault/plan.ts";
import { footprints, total } from "../policies/footprint.ts";
import { energy } from "../policies/hardware.ts";
import { mandatory } from "../policies/judge.ts";
import { addressesCompared, type PublicAddress, softwareCompared } from "./compared.ts";
import type { Facts } from "./facts.ts";
import { labelOfFacts } from "./label.ts";
import { concernedBy, untoldIn } from "./untold.ts";
import { texts } from "./words.ts";

const phrases = {
  users: {
    fr: (services: string) => `ceux qui utilisent ${services}`,
    en: (services: string) => `those who use ${services}`,
  },
  newCloud: {
    fr: (name: string, objects: number) =>
      `${name} reçoit un nuage, fait de ${number(objects, "fr")} objets.`,
    en: (name: string, objects: number) => `${name} gets a cloud, made of ${number(objects, "en")} objects.`,
  },
  nothing: { fr: "Rien ne change.", en: "Nothing changes." },
  nothingDeclared: {
    fr: "Rien de ce qui est déclaré ne change.",
    en: "Nothing that is declared changes.",
  },
  counted: {
    fr: (count: number, list: string) => `${count} points changent : ${list}.`,
    en: (count: number, list: string) => `${count} things change: ${list}.`,
  },
  also: {
    fr: (objects: string) => `D’autres objets changent aussi : ${objects}.`,
    en: (objects: string) => `Other objects change as well: ${objects}.`,
  },
  allTheSame: {
    fr: (objects: string) => `D’autres objets changent pourtant : ${objects}.`,
    en: (objects: string) => `Other objects change all the same: ${objects}.`,
  },
  released: {
    fr: (names: string) => `Ne sont plus protégés d’une suppression : ${names}.`,
    en: (names: string) => `No longer protected from deletion: ${names}.`,
  },
  outputs: {
    fr: (count: number) =>
      `Ce que la pile donne à d’autres programmes change aussi (${count}) : le détail technique le nomme.`,
    en: (count: number) =>
      `What the stack gives to other programs changes as well (${count}): the technical detail names it.`,
  },
  itself: { fr: "la commune elle-même", en: "the commune itself" },
  nobody: { fr: "Personne ne doit s’en apercevoir", en: "Nobody should notice" },
  concerned: {
    fr: (people: string) => `Sont concernés ${people}`,
    en: (people: string) => `Concerned are ${people}`,
  },
  without: { fr: "sans interruption", en: "without interruption" },
  interrupted: {
    fr: (pauses: string) => `avec une interruption : ${pauses}`,
    en: (pauses: string) => `with an interruption: ${pauses}`,
  },
  noCopies: { fr: "Plus aucune copie n’est gardée ailleurs.", en: "No copy is kept elsewhere any more." },
  copies: {
    fr: (hosts: string) => `Des copies chiffrées sont gardées par ${hosts}, où personne ne peut les lire.`,
    en: (hosts: string) => `Encrypted copies are kept by ${hosts}, where nobody can read them.`,
  },
  noneOpens: { fr: "Rien ne devient public", en: "Nothing becomes public" },
  opens: {
    fr: (addresses: string) => `Devient public : ${addresses}`,
    en: (addresses: string) => `Becomes public: ${addresses}`,
  },
  closes: {
    fr: (opened: string, addresses: string) => `${opened} ; ne l’est plus : ${addresses}.`,
    en: (opened: string, addresses: string) => `${opened}; no longer is: ${addresses}.`,
  },
  kept: {
    fr: "Les règles obligatoires sont respectées",
    en: "The mandatory rules are kept",
  },
  keptAsFarAsKnown: {
    fr: "Les règles obligatoires qui se jugent sans les réglages de la pile sont respectées",
    en: "The mandatory rules that can be judged without the stack’s settings are kept",
  },
  broken: {
    fr: (count: number) =>
      `Règles non respectées : ${count}. Tant qu’il en reste, rien ne peut être appliqué.`,
    en: (count: number) => `Rules that are broken: ${count}. While there is one, nothing can be applied.`,
  },
  remarks: {
    fr: (count: number) => ` (remarques : ${count})`,
    en: (count: number) => ` (remarks: ${count})`,
  },
  runs: {
    fr: (verdict: string, free: string, count: string, kilowattHours: string) =>
      `${verdict} ; logiciels libres : ${free} sur ${count} ; énergie estimée : ${kilowattHours} kWh par an.`,
    en: (verdict: string, free: string, count: string, kilowattHours: string) =>
      `${verdict}; free software: ${free} of ${count}; estimated energy: ${kilowattHours} kWh a year.`,
  },
} as const;

/** Whom changes touch, as a sentence names them: users of services together, then everybody else. */
export function affectedIn(facts: Facts, language: Language): string[] {
  const names = [...concernedBy(facts)];
  const isAudience = (name: string) => name in words.audience;
  const titles = names.filter((name) => !isAudience(name)).map((name) => titleOf(name, language));
  const users = joined(titles, language);
  return [
    ...(titles.length === 0 ? [] : [phrases.users[language](users)]),
    ...names.filter(isAudience).map((name) => wordFor(words.audience, name, language)),
  ];
}

/** The parts of the declaration that changes are in. */
function partsOf(changes: readonly Change[], language: Language): string {
  const sections = new Set(changes.map(({ field }) => String(field[0])));
  return [...sections].map((section) => sectionTitle(section, language)).join(", ");
}

/** What a change comes to, in one sentence. */
function what(facts: Facts, language: Language): string {
  const { changes, origin, after, objects } = facts;
  const { name } = after.declaration;
  if (origin.kind === "nothing") return phrases.newCloud[language](name, objects.created.length);
  const beside = besides(facts, language);
  const [first, ...others] = changes;
  if (first === undefined) {
    return beside.length === 0
      ? phrases.nothing[language]
      : [phrases.nothingDeclared[language], ...beside].join(" ");
  }
  if (others.length === 0) return [tell(first.told, phrasings[language]), ...beside].join(" ");
  const counts = Object.keys(words.subject).flatMap((subject) => {
    const own = changes.filter((change) => change.what === subject);
    if (own.length === 0) return [];
    // "Setting" alone says nothing: of what, does.
    const count = String(own.length);
    const of = subject === "setting" ? texts.labelled[language](count, partsOf(own, language)) : count;
    return [`${wordFor(words.subject, subject, language)} (${of})`];
  });
  return [phrases.counted[language](changes.length, joined(counts, language)), ...beside].join(" ");
}

/** What changes that no change of what is declared tells of: sentences. */
function besides(facts: Facts, language: Language): string[] {
  const { changes, engineChanges } = facts;
  const untold = untoldIn(facts).map(
    ({ service, objects }) => `${partTitle(service, language)} (${objects})`,
  );
  const { released = [], outputs = [] } = engineChanges ?? {};
  const others = changes.length > 0 ? phrases.also : phrases.allTheSame;
  return [
    ...(untold.length > 0 ? [others[language](joined(untold, language))] : []),
    ...(released.length > 0 ? [phrases.released[language](joined(released, language))] : []),
    ...(outputs.length > 0 ? [phrases.outputs[language](outputs.length)] : []),
  ];
}

/** What people call what objects belong to. */
export function partTitle(service: string, language: Language): string {
  return service === "" ? phrases.itself[language] : titleOf(service, language);
}

function whom(facts: Facts, language: Language): string {
  const affected = affectedIn(facts, language);
  const found = [
    ...facts.changes.map(({ interruption }) => interruption),
    ...untoldIn(facts).map(({ without }) => (without.length > 0 ? "short" : "none")),
  ];
  const pauses = [...new Set(found)]
    .filter((each) => each !== "none")
    .map((each) => wordFor(words.interruption, each, language));
  const concerned =
    affected.length === 0
      ? phrases.nobody[language]
      : phrases.concerned[language](joined(affected, language));
  const pause =
    pauses.length === 0 ? phrases.without[language] : phrases.interrupted[language](joined(pauses, language));
  return `${concerned}, ${pause}.`;
}

const ways = {
  reversible: {
    fr: "On peut revenir en arrière : écrire de nouveau ce qui était déclaré suffit.",
    en: "It can be undone: writing again what was declared is enough.",
  },
  "needs a restore point": {
    fr: "On ne revient en arrière qu’avec une copie faite avant.",
    en: "Only a copy from before brings back what was.",
  },
  irreversible: {
    fr: "On ne peut pas revenir en arrière : une partie est définitive.",
    en: "It cannot be undone: a part of it is for good.",
  },
  refused: {
    fr: "Ce changement est refusé tel qu’il est écrit : rien ne serait fait.",
    en: "This change is refused as it is written: nothing would be done.",
  },
} as const;

const traces = {
  fr: "Ce que d’autres auront lu ou reçu d’ici là ne se reprend pas.",
  en: "What others have read or received by then cannot be taken back.",
} as const;

/** Whether something becomes public, or goes to other communes: writing the old lines again does not bring that back. */
function leavesTraces(facts: Facts): boolean {
  const isToldToPeers = facts.changes.some(({ affected }) => affected.includes("peers"));
  return isToldToPeers || addressesCompared(facts).come.length > 0;
}

/** Whether it can be undone, by what, and what cannot. */
function back(facts: Facts, language: Language): string {
  const label = labelOfFacts(facts);
  const canGoBack = label === "reversible" || label === "needs a restore point";
  return [
    ways[label][language],
    ...(canGoBack && leavesTraces(facts) ? [traces[language]] : []),
    ...facts.points.map((each) => tell(each, phrasings[language])),
  ].join(" ");
}

/** Where encrypted copies go, where that changes. */
function copied({ changes, after }: Facts, language: Language): string[] {
  const isOther = changes.some(
    ({ field: [section, part] }) =>
      section === "recovery" && (part === undefined || part === "vaults" || part === "buckets"),
  );
  if (!isOther) return [];
  const hosts = after.plan.keptVaults.map((vault) => keptAt(vault, language));
  return [
    hosts.length === 0 ? phrases.noCopies[language] : phrases.copies[language](joined(hosts, language)),
  ];
}

function opens(facts: Facts, language: Language): string {
  return [addressesTold(facts, language), ...copied(facts, language)].join(" ");
}

function addressesTold(facts: Facts, language: Language): string {
  const { come, gone } = addressesCompared(facts);
  const list = (items: readonly PublicAddress[]) =>
    joined(
      items.map(({ address }) => address),
      language,
    );
  const opened = come.length === 0 ? phrases.noneOpens[language] : phrases.opens[language](list(come));
  return gone.length === 0 ? `${opened}.` : phrases.closes[language](opened, list(gone));
}

function runs(facts: Facts, language: Language): string {
  const broken = mandatory(facts.findings, facts.today).length;
  const { come, kept } = softwareCompared(facts);
  const yearly = (objects: Parameters<typeof footprints>[0]) =>
    energy(total(footprints(objects))).kilowattHoursPerYear;
  const kilowattHours = signed(yearly(facts.after.objects) - yearly(facts.before?.objects ?? []), language);
  const all = [...come, ...kept];
  const free = number(all.filter(({ isFree }) => isFree).length, language);
  const count = number(all.length, language);
  const verdict = (facts.siteIsKnown ? phrases.kept : phrases.keptAsFarAsKnown)[language];
  const remarks = new Set(facts.findings.map(({ rule }) => rule.id)).size;
  const remarked = remarks === 0 ? verdict : `${verdict}${phrases.remarks[language](remarks)}`;
  return broken > 0
    ? phrases.broken[language](broken)
    : phrases.runs[language](remarked, free, count, kilowattHours);
}

/** A change in at most five sentences, for whoever reads nothing else. */
export function summaryOf(facts: Facts, language: Language): string[] {
  return [
    what(facts, language),
    whom(facts, language),
    back(facts, language),
    opens(facts, language),
    runs(facts, language),
  ];
}
