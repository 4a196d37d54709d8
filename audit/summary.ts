import type { Change } from "../components/commune/changes/change.ts";
import { languages } from "../components/commune/changes/languages.ts";
import { tell } from "../components/commune/changes/sentences.ts";
import { sectionTitle, type Tongue, titleOf, wordFor, words } from "../components/commune/changes/words.ts";
import { mandatory } from "../policies/judge.ts";
import { addressesCompared, type PublicAddress, softwareCompared } from "./compared.ts";
import { footprints, total } from "./footprint.ts";
import { energy } from "./hardware.ts";
import { joined, number, signed } from "./numbers.ts";
import { type Facts, labelOfFacts } from "./report.ts";
import { concernedBy, untoldIn } from "./untold.ts";

/** Whom changes touch, as a sentence names them: users of services together, then everybody else. */
export function affectedIn(facts: Facts, tongue: Tongue): string[] {
  const names = [...concernedBy(facts)];
  const isAudience = (name: string) => name in words.audience;
  const titles = names.filter((name) => !isAudience(name)).map((name) => titleOf(name, tongue));
  const users = joined(titles, tongue);
  return [
    ...(titles.length === 0
      ? []
      : [tongue === "fr" ? `ceux qui utilisent ${users}` : `those who use ${users}`]),
    ...names.filter(isAudience).map((name) => wordFor(words.audience, name, tongue)),
  ];
}

/** The parts of the declaration that changes are in. */
function partsOf(changes: readonly Change[], tongue: Tongue): string {
  const sections = new Set(changes.map(({ field }) => String(field[0])));
  return [...sections].map((section) => sectionTitle(section, tongue)).join(", ");
}

/** What a change comes to, in one sentence. */
function what(facts: Facts, tongue: Tongue): string {
  const { changes, origin, after, objects } = facts;
  const { name } = after.declaration;
  if (origin.kind === "nothing") {
    return tongue === "fr"
      ? `${name} reçoit un nuage, fait de ${number(objects.created.length, tongue)} objets.`
      : `${name} gets a cloud, made of ${number(objects.created.length, tongue)} objects.`;
  }
  const beside = besides(facts, tongue);
  const [first, ...others] = changes;
  if (first === undefined) {
    if (beside.length === 0) return tongue === "fr" ? "Rien ne change." : "Nothing changes.";
    const declared =
      tongue === "fr" ? "Rien de ce qui est déclaré ne change." : "Nothing that is declared changes.";
    return [declared, ...beside].join(" ");
  }
  if (others.length === 0) return [tell(first.told, languages[tongue]), ...beside].join(" ");
  const counts = Object.keys(words.subject).flatMap((subject) => {
    const own = changes.filter((change) => change.what === subject);
    if (own.length === 0) return [];
    // "Setting" alone says nothing: of what, does.
    const of = subject === "setting" ? `${tongue === "fr" ? " : " : ": "}${partsOf(own, tongue)}` : "";
    return [`${wordFor(words.subject, subject, tongue)} (${own.length}${of})`];
  });
  const list = joined(counts, tongue);
  const counted =
    tongue === "fr"
      ? `${changes.length} points changent : ${list}.`
      : `${changes.length} things change: ${list}.`;
  return [counted, ...beside].join(" ");
}

/** What changes that no change of what is declared tells of: sentences. */
function besides(facts: Facts, tongue: Tongue): string[] {
  const { changes, beneath } = facts;
  const untold = untoldIn(facts).map(({ service, objects }) => `${partTitle(service, tongue)} (${objects})`);
  const released = joined(beneath?.released ?? [], tongue);
  const outputs = beneath?.outputs.length ?? 0;
  const also = changes.length > 0;
  const told = {
    fr: [
      `D’autres objets ${also ? "changent aussi" : "changent pourtant"} : ${joined(untold, tongue)}.`,
      `Ne sont plus protégés d’une suppression : ${released}.`,
      `Ce que la pile donne à d’autres programmes change aussi (${outputs}) : le détail technique le nomme.`,
    ],
    en: [
      `Other objects ${also ? "change as well" : "change all the same"}: ${joined(untold, tongue)}.`,
      `No longer protected from deletion: ${released}.`,
      `What the stack gives to other programs changes as well (${outputs}): the technical detail names it.`,
    ],
  }[tongue];
  const isThere = [untold.length > 0, released !== "", outputs > 0];
  return told.filter((_, index) => isThere[index]);
}

/** What people call what objects belong to. */
export function partTitle(service: string, tongue: Tongue): string {
  return service === ""
    ? { fr: "la commune elle-même", en: "the commune itself" }[tongue]
    : titleOf(service, tongue);
}

function whom(facts: Facts, tongue: Tongue): string {
  const affected = affectedIn(facts, tongue);
  const found = [
    ...facts.changes.map(({ interruption }) => interruption),
    ...untoldIn(facts).map(({ without }) => (without.length > 0 ? "short" : "none")),
  ];
  const pauses = [...new Set(found)].filter((each) => each !== "none");
  const told = joined(
    pauses.map((each) => wordFor(words.interruption, each, tongue)),
    tongue,
  );
  const people = joined(affected, tongue);
  if (tongue === "fr") {
    const concerned = affected.length === 0 ? "Personne ne doit s’en apercevoir" : `Sont concernés ${people}`;
    return pauses.length === 0
      ? `${concerned}, sans interruption.`
      : `${concerned}, avec une interruption : ${told}.`;
  }
  const concerned = affected.length === 0 ? "Nobody should notice" : `Concerned are ${people}`;
  return pauses.length === 0
    ? `${concerned}, without interruption.`
    : `${concerned}, with an interruption: ${told}.`;
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
function back(facts: Facts, tongue: Tongue): string {
  const label = labelOfFacts(facts);
  const canGoBack = label === "reversible" || label === "needs a restore point";
  return [
    ways[label][tongue],
    ...(canGoBack && leavesTraces(facts) ? [traces[tongue]] : []),
    ...facts.points.map((each) => tell(each, languages[tongue])),
  ].join(" ");
}

/** Where encrypted copies go, where that changes. */
function copied({ changes, after }: Facts, tongue: Tongue): string[] {
  const isOther = changes.some(
    ({ field: [section, part] }) => section === "recovery" && (part === undefined || part === "vaults"),
  );
  if (!isOther) return [];
  const hosts = joined(
    after.plan.keptVaults.map(({ host }) => host),
    tongue,
  );
  if (hosts === "")
    return [
      { fr: "Plus aucune copie n’est gardée ailleurs.", en: "No copy is kept elsewhere any more." }[tongue],
    ];
  return [
    {
      fr: `Des copies chiffrées sont gardées par ${hosts}, où personne ne peut les lire.`,
      en: `Encrypted copies are kept by ${hosts}, where nobody can read them.`,
    }[tongue],
  ];
}

function opens(facts: Facts, tongue: Tongue): string {
  return [addressesTold(facts, tongue), ...copied(facts, tongue)].join(" ");
}

function addressesTold(facts: Facts, tongue: Tongue): string {
  const { come, gone } = addressesCompared(facts);
  const list = (items: readonly PublicAddress[]) =>
    joined(
      items.map(({ address }) => address),
      tongue,
    );
  const opened =
    come.length === 0
      ? { fr: "Rien ne devient public", en: "Nothing becomes public" }
      : { fr: `Devient public : ${list(come)}`, en: `Becomes public: ${list(come)}` };
  const closed = gone.length === 0 ? undefined : list(gone);
  if (closed === undefined) return `${opened[tongue]}.`;
  return tongue === "fr"
    ? `${opened.fr} ; ne l’est plus : ${closed}.`
    : `${opened.en}; no longer is: ${closed}.`;
}

const rulesKept = {
  all: { fr: "Les règles obligatoires sont respectées", en: "The mandatory rules are kept" },
  judged: {
    fr: "Les règles obligatoires qui se jugent sans les réglages de la pile sont respectées",
    en: "The mandatory rules that can be judged without the stack’s settings are kept",
  },
} as const;

function runs(facts: Facts, tongue: Tongue): string {
  const broken = mandatory(facts.findings, facts.today).length;
  const { come, kept } = softwareCompared(facts);
  const yearly = (objects: Parameters<typeof footprints>[0]) =>
    energy(total(footprints(objects))).kilowattHoursPerYear;
  const kilowattHours = signed(yearly(facts.after.objects) - yearly(facts.before?.objects ?? []), tongue);
  const all = [...come, ...kept];
  const free = number(all.filter(({ isFree }) => isFree).length, tongue);
  const count = number(all.length, tongue);
  const verdict = (facts.siteIsKnown ? rulesKept.all : rulesKept.judged)[tongue];
  const remarks = new Set(facts.findings.map(({ rule }) => rule.id)).size;
  const said = remarks === 0 ? "" : tongue === "fr" ? ` (remarques : ${remarks})` : ` (remarks: ${remarks})`;
  if (broken > 0) {
    return tongue === "fr"
      ? `Règles non respectées : ${broken}. Tant qu’il en reste, rien ne peut être appliqué.`
      : `Rules that are broken: ${broken}. While there is one, nothing can be applied.`;
  }
  return tongue === "fr"
    ? `${verdict}${said} ; logiciels libres : ${free} sur ${count} ; énergie estimée : ${kilowattHours} kWh par an.`
    : `${verdict}${said}; free software: ${free} of ${count}; estimated energy: ${kilowattHours} kWh a year.`;
}

/** A change in at most five sentences, for whoever reads nothing else. */
export function summaryOf(facts: Facts, tongue: Tongue): string[] {
  return [
    what(facts, tongue),
    whom(facts, tongue),
    back(facts, tongue),
    opens(facts, tongue),
    runs(facts, tongue),
  ];
}
