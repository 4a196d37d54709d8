import type { Language, Translated } from "../../foundation/language/language.ts";
import type { CommuneDeclaration } from "../declaration.ts";
import { parts, thingNamed } from "../parts.ts";
import type { Subject } from "./change.ts";
import type { Effect, Interruption } from "./effect.ts";
import { fieldInFrench } from "./field-words.ts";

/** Words of tables and reports, one line for each concept. */
export const words = {
  effect: {
    reversible: { en: "reversible", fr: "réversible" },
    "needs a restore point": {
      en: "reversible with a copy from before",
      fr: "réversible avec une copie d’avant",
    },
    irreversible: { en: "irreversible", fr: "irréversible" },
    refused: { en: "refused", fr: "refusé" },
  } satisfies Record<Effect, Translated>,
  interruption: {
    none: { en: "none", fr: "aucune" },
    short: { en: "some seconds to a minute", fr: "quelques secondes à une minute" },
    "until migrated": { en: "until it is migrated", fr: "jusqu’à la fin de la migration" },
    "until restored": {
      en: "until the database is restored",
      fr: "jusqu’à la fin de la restauration de la base",
    },
    ended: { en: "for good, or until it comes back", fr: "définitive, ou jusqu’à son retour" },
  } satisfies Record<Interruption, Translated>,
  subject: {
    service: { en: "service", fr: "service" },
    version: { en: "version", fr: "version" },
    name: { en: "name", fr: "nom" },
    volume: { en: "volume", fr: "disque" },
    database: { en: "database server", fr: "serveur de base de données" },
    rows: { en: "rows", fr: "contenu de la base" },
    media: { en: "files", fr: "fichiers" },
    secret: { en: "password or key", fr: "mot de passe ou clé" },
    seed: { en: "seed", fr: "graine" },
    link: { en: "link", fr: "lien" },
    place: { en: "place", fr: "lieu" },
    setting: { en: "setting", fr: "réglage" },
    software: { en: "software", fr: "logiciel" },
    restart: { en: "restart", fr: "redémarrage" },
    site: { en: "site", fr: "site" },
    tenant: { en: "association", fr: "association" },
    news: { en: "news", fr: "actualité" },
  } satisfies Record<Subject, Translated>,
  /** Fields and sections of a declaration that belong to no part. */
  section: {
    id: { en: "identifier", fr: "identifiant" },
    name: { en: "name", fr: "nom" },
    insee: { en: "official code", fr: "code officiel" },
    domain: { en: "domain", fr: "domaine" },
    population: { en: "population", fr: "population" },
    availability: { en: "availability", fr: "disponibilité" },
    location: { en: "location", fr: "situation" },
    contact: { en: "contact", fr: "contact" },
    website: { en: "web site", fr: "site web" },
    media: { en: "store of files", fr: "dépôt de fichiers" },
    mail: { en: "mail", fr: "courriel" },
    retention: { en: "periods of retention", fr: "durées de conservation" },
    energy: { en: "energy", fr: "énergie" },
    secrets: { en: "passwords and keys", fr: "mots de passe et clés" },
  } satisfies Partial<Record<keyof CommuneDeclaration, Translated>>,
  /** Those whom a change affects, next to users of a service. */
  audience: {
    peers: { en: "other communes", fr: "les autres communes" },
    visitors: { en: "users of the public Wi-Fi", fr: "les utilisateurs du Wi-Fi public" },
    residents: { en: "residents", fr: "les riverains" },
    readers: { en: "readers of the public pages", fr: "les lecteurs des pages publiques" },
    associations: { en: "associations", fr: "les associations" },
    erased: { en: "those whose data is deleted", fr: "ceux dont les données sont effacées" },
    kept: {
      en: "all those of whom the commune holds data",
      fr: "tous ceux dont la commune garde des données",
    },
    public: { en: "all who want to use it", fr: "tous ceux qui voudront s’en servir" },
  } satisfies Record<string, Translated>,
  /** Places under the names by which they are published. */
  whereabouts: {
    "the commune's server": { en: "the commune's server", fr: "le serveur de la commune" },
    "a server of its own": { en: "a server of its own", fr: "un serveur à part" },
    "a volume": { en: "a volume", fr: "un disque du site" },
  } satisfies Record<string, Translated>,
} as const;

/** Returns the title of a service, a server or a volume; the name itself if no part has a title for it. */
export function titleOf(name: string, language: Language): string {
  const thing = thingNamed(name);
  if (thing === undefined) return name;
  const whose = thing.of === undefined ? thing.owner : titleOf(thing.of, language);
  return thing.title[language].replace("%", whose ?? "");
}

/** Titles of the sections of a declaration that belong to a part. */
export const sectionWords: Readonly<Record<string, Translated>> = Object.fromEntries(
  parts.flatMap(({ sections = {} }) => Object.entries(sections)),
);

/** Returns the title of a section of a declaration: for a service, the service's title. */
export function sectionTitle(section: string, language: Language): string {
  return wordFor({ ...words.section, ...sectionWords }, section, language);
}

/** Returns the title of a field with its section: `copies de sauvegarde, coffres`; in English the field as it is written. */
export function fieldTitle(field: string, language: Language): string {
  return fieldTitles[language](field);
}

const fieldTitles: Translated<(field: string) => string> = {
  en: (field) => field,
  fr: (field) => {
    const [section = "", ...rest] = field.split(".");
    return [sectionTitle(section, "fr"), ...(rest.length > 0 ? [fieldInFrench(rest)] : [])].join(", ");
  },
};

/** Returns the word of a table for a name; the name itself if the table has none. */
export function wordFor(
  table: Readonly<Record<string, Translated>>,
  name: string,
  language: Language,
): string {
  return table[name]?.[language] ?? name;
}
