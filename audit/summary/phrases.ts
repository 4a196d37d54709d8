import type { Interruption } from "../../components/commune/changes/effect.ts";
import type { Translated } from "../../components/foundation/language/language.ts";
import type { Opened } from "../opened.ts";

/** Words of the five sentences, one line for each idea. */
export const phrases = {
  newCloud: {
    fr: (name: string) => `${name} reçoit un nuage, avec tout ce que sa déclaration demande`,
    en: (name: string) => `${name} gets a cloud, with all that its declaration asks for`,
  },
  nothing: { fr: "Rien ne change", en: "Nothing changes" },
  others: {
    fr: (names: string) => `autre chose change aussi : ${names}`,
    en: (names: string) => `other things change as well: ${names}`,
  },
  othersErased: {
    fr: (names: string) => `des données sont effacées pour toujours aussi : ${names}`,
    en: (names: string) => `data is deleted for good as well: ${names}`,
  },
  othersRefused: {
    fr: (names: string) => `autre chose est refusé aussi : ${names}`,
    en: (names: string) => `other things are refused as well: ${names}`,
  },
  nobodyYet: {
    fr: "Cela ne concerne personne : rien n’est fait",
    en: "This concerns nobody: nothing is done",
  },
  nobody: { fr: "Personne ne doit s’en apercevoir", en: "Nobody should notice" },
  concerned: {
    fr: (people: string) => `Cela concerne ${people}`,
    en: (people: string) => `This concerns ${people}`,
  },
  wouldConcern: {
    fr: (people: string) => `Cela concernerait ${people}, mais rien n’est fait`,
    en: (people: string) => `This would concern ${people}, but nothing is done`,
  },
  without: { fr: "sans interruption", en: "without interruption" },
  interrupted: {
    fr: (pause: string) => `avec une interruption : ${pause}`,
    en: (pause: string) => `with an interruption: ${pause}`,
  },
  severalTimes: {
    fr: (pause: string) => `avec des interruptions, la plus longue : ${pause}`,
    en: (pause: string) => `with interruptions, the longest: ${pause}`,
  },
  again: {
    fr: "on peut revenir en arrière en écrivant de nouveau ce qui était déclaré",
    en: "it can be undone by writing again what was declared",
  },
  /** The way back of what only opens: leaving the declaration would take its data along, and is refused. */
  byStopping: {
    fr: (names: string) => `on peut revenir en arrière en arrêtant ${names} : les données sont alors gardées`,
    en: (names: string) => `it can be undone by retiring ${names}: data is kept then`,
  },
  againAndStopping: {
    fr: (names: string) =>
      `on peut revenir en arrière en écrivant de nouveau ce qui était déclaré, et en arrêtant ${names} : les données sont alors gardées`,
    en: (names: string) =>
      `it can be undone by writing again what was declared, and by retiring ${names}: data is kept then`,
  },
  toolsStay: {
    fr: (names: string) => `${names} ne s’arrête ensuite qu’avec tout ce qu’a l’association`,
    en: (names: string) => `${names} can be retired afterwards only with all that the association has`,
  },
  madeBefore: {
    fr: (services: string) => `l’outillage fait d’abord une copie de ${services}`,
    en: (services: string) => `the tool first makes a copy of ${services}`,
  },
  noneBefore: {
    fr: (services: string) => `aucune copie n’est faite de ${services} : faites-la avant`,
    en: (services: string) => `no copy is made of ${services}: make one before`,
  },
  traces: {
    fr: "ce que d’autres auront lu ou reçu d’ici là ne se reprend pas",
    en: "what others have read or received by then cannot be taken back",
  },
  noCopies: { fr: "plus aucune copie n’est gardée ailleurs", en: "no copy is kept elsewhere any more" },
  copies: {
    fr: (hosts: string) => `des copies chiffrées sont gardées par ${hosts}, où personne ne peut les lire`,
    en: (hosts: string) => `encrypted copies are kept by ${hosts}, where nobody can read them`,
  },
  nothingMoves: {
    fr: "Rien ne s’ouvre et rien ne se ferme",
    en: "Nothing opens and nothing closes",
  },
  noneOpens: { fr: "Rien ne devient public", en: "Nothing becomes public" },
  addresses: {
    fr: (addresses: string) => `Devient public : ${addresses}`,
    en: (addresses: string) => `Becomes public: ${addresses}`,
  },
  closes: {
    fr: (addresses: string) => `n’est plus public : ${addresses}`,
    en: (addresses: string) => `no longer public: ${addresses}`,
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
      `Règles non respectées : ${count} ; tant qu’il en reste, rien ne peut être appliqué`,
    en: (count: number) => `Rules that are broken: ${count}; while there is one, nothing can be applied`,
  },
  remarks: {
    fr: (count: number) => ` (remarques : ${count})`,
    en: (count: number) => ` (remarks: ${count})`,
  },
  runs: {
    fr: (verdict: string, free: string, count: string, energy: string, more: string) =>
      `${verdict} ; logiciels libres : ${free} sur ${count} ; énergie estimée : ${energy} kWh par an (${more} par ce changement)`,
    en: (verdict: string, free: string, count: string, energy: string, more: string) =>
      `${verdict}; free software: ${free} of ${count}; estimated energy: ${energy} kWh a year (${more} by this change)`,
  },
} as const;

/** An interruption that people notice. */
export type Pause = Exclude<Interruption, "none">;

/** Words for the time for which people are without something, as far as it is known. */
export const pauses: Readonly<Record<Pause, Translated>> = {
  short: { fr: "quelques secondes à une minute", en: "some seconds to a minute" },
  "until migrated": {
    fr: "le temps de convertir les données, selon leur quantité",
    en: "until data is converted, by how much there is",
  },
  "until restored": {
    fr: "le temps de remettre la base de données en place, selon sa taille",
    en: "until the database is in place again, by its size",
  },
  ended: { fr: "sans date de retour", en: "with no date of return" },
};

/** Clauses about what opens beside addresses. */
export const openings: Readonly<
  Record<Exclude<Opened["kind"], "address">, Translated<(names: string) => string>>
> = {
  access: {
    fr: (names) => `s’ouvre à davantage de gens : ${names}`,
    en: (names) => `opens to more people: ${names}`,
  },
  link: { fr: (names) => `un lien s’ouvre avec ${names}`, en: (names) => `a link opens with ${names}` },
  server: {
    fr: (names) => `un serveur extérieur est joint : ${names}`,
    en: (names) => `a server outside is reached: ${names}`,
  },
  "way out": {
    fr: (names) => `des serveurs extérieurs pourront être joints par ${names}`,
    en: (names) => `servers outside can be reached by ${names}`,
  },
  "way in": {
    fr: (names) => `on pourra joindre de l’extérieur ${names}`,
    en: (names) => `can be reached from outside: ${names}`,
  },
  radio: {
    fr: (names) => `les ondes du Wi-Fi public gagnent du terrain : ${names}`,
    en: (names) => `public Wi-Fi reaches further: ${names}`,
  },
};
