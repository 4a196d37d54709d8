import type { Translated } from "../../components/foundation/language/language.ts";
import type { Opened } from "../opened.ts";

/** Words of the five sentences, one line for each idea. */
export const phrases = {
  users: {
    fr: (services: string) => `ceux qui utilisent ${services}`,
    en: (services: string) => `those who use ${services}`,
  },
  newCloud: {
    fr: (name: string) => `${name} reçoit un nuage, avec tout ce que sa déclaration demande`,
    en: (name: string) => `${name} gets a cloud, with all that its declaration asks for`,
  },
  nothing: { fr: "Rien ne change", en: "Nothing changes" },
  others: {
    fr: (names: string) => `d’autres réglages changent aussi : ${names}`,
    en: (names: string) => `other settings change as well: ${names}`,
  },
  othersErased: {
    fr: (names: string) => `des données sont effacées pour toujours aussi : ${names}`,
    en: (names: string) => `data is deleted for good as well: ${names}`,
  },
  othersRefused: {
    fr: (names: string) => `autre chose est refusé aussi : ${names}`,
    en: (names: string) => `other things are refused as well: ${names}`,
  },
  more: { fr: "d’autres", en: "others" },
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
  madeBefore: {
    fr: (services: string) => `l’outil fait d’abord une copie de ${services}`,
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
  noneOpens: { fr: "Rien ne devient public", en: "Nothing becomes public" },
  addresses: {
    fr: (addresses: string) => `Devient public : ${addresses}`,
    en: (addresses: string) => `Becomes public: ${addresses}`,
  },
  closes: {
    fr: (addresses: string) => `ne l’est plus : ${addresses}`,
    en: (addresses: string) => `no longer is: ${addresses}`,
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
    fr: (verdict: string, free: string, count: string, kilowattHours: string) =>
      `${verdict} ; logiciels libres : ${free} sur ${count} ; énergie estimée : ${kilowattHours} kWh par an`,
    en: (verdict: string, free: string, count: string, kilowattHours: string) =>
      `${verdict}; free software: ${free} of ${count}; estimated energy: ${kilowattHours} kWh a year`,
  },
} as const;

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
  way: {
    fr: (names) => `s’ouvre vers l’extérieur : ${names}`,
    en: (names) => `opens to the outside: ${names}`,
  },
  radio: {
    fr: (names) => `les ondes du Wi-Fi public gagnent du terrain : ${names}`,
    en: (names) => `public Wi-Fi reaches further: ${names}`,
  },
};
