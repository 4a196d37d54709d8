import type { Language, Translated } from "../../foundation/language/language.ts";
import { ownerOfDatabase } from "../../platform/database/plan.ts";
import { ownerOfMariadb } from "../../platform/mariadb/plan.ts";
import { services } from "../../services/index.ts";
import { tenantOf, tenantService } from "../../tenants/tenant/declaration.ts";
import type { CommuneDeclaration } from "../declaration.ts";
import type { Subject } from "./change.ts";
import type { Effect, Interruption } from "./effect.ts";
import { fieldInFrench } from "./field-words.ts";

/** Words that stand in tables and reports, one line for each idea. */
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
  /** Parts of a declaration that are no service. */
  section: {
    id: { en: "identifier", fr: "identifiant" },
    name: { en: "name", fr: "nom" },
    insee: { en: "official code", fr: "code officiel" },
    domain: { en: "domain", fr: "domaine" },
    population: { en: "population", fr: "population" },
    location: { en: "location", fr: "situation" },
    contact: { en: "contact", fr: "contact" },
    website: { en: "web site", fr: "site web" },
    portal: { en: "public pages", fr: "pages publiques" },
    database: { en: "database server", fr: "serveur de base de données" },
    media: { en: "store of files", fr: "dépôt de fichiers" },
    mail: { en: "mail", fr: "courriel" },
    directory: { en: "directory of people", fr: "annuaire des personnes" },
    identity: { en: "login", fr: "connexion" },
    hotspots: { en: "public Wi-Fi", fr: "Wi-Fi public" },
    schools: { en: "schools", fr: "écoles" },
    spaces: { en: "public spaces", fr: "espaces publics" },
    federation: { en: "links with communes", fr: "liens avec des communes" },
    recovery: { en: "safety copies", fr: "copies de sauvegarde" },
    tenants: { en: "associations", fr: "associations" },
    retention: { en: "periods of retention", fr: "durées de conservation" },
    energy: { en: "energy", fr: "énergie" },
    secrets: { en: "passwords and keys", fr: "mots de passe et clés" },
  } satisfies Partial<Record<keyof CommuneDeclaration, Translated>>,
  /** Whom a change touches, beside those who use a service. */
  audience: {
    peers: { en: "other communes", fr: "les autres communes" },
    visitors: { en: "users of the public Wi-Fi", fr: "les utilisateurs du Wi-Fi public" },
    residents: { en: "residents", fr: "les riverains" },
    readers: { en: "readers of the public pages", fr: "les lecteurs des pages publiques" },
    associations: { en: "associations", fr: "les associations" },
  } satisfies Record<string, Translated>,
  /** What holds data and is no service. */
  holder: {
    hotspots: { en: "the server of the public Wi-Fi", fr: "le serveur du Wi-Fi public" },
    schools: { en: "what schools share", fr: "le partage des écoles" },
    requests: { en: "the form for associations", fr: "le formulaire des associations" },
    login: { en: "the login", fr: "la connexion" },
    accounts: { en: "the pages of accounts", fr: "les pages des comptes" },
    federation: { en: "the public pages and the links", fr: "les pages publiques et les liens" },
    database: { en: "the commune's database server", fr: "le serveur de base de données de la commune" },
    "database-keeper": {
      en: "the copies of the commune's database server",
      fr: "les copies du serveur de base de données de la commune",
    },
    directory: { en: "the directory of people", fr: "l’annuaire des personnes" },
    mariadb: {
      en: "the associations' database server",
      fr: "le serveur de base de données des associations",
    },
  } satisfies Record<string, Translated>,
  /** What places are published as. */
  whereabouts: {
    "the commune's server": { en: "the commune's server", fr: "le serveur de la commune" },
    "a server of its own": { en: "a server of its own", fr: "un serveur à part" },
    "a volume": { en: "a volume", fr: "un disque du site" },
  } satisfies Record<string, Translated>,
} as const;

/** What people call a service, a server or a volume by. */
export function titleOf(name: string, language: Language): string {
  const tenant = tenantOf(name);
  if (tenant !== undefined)
    return { en: `the association ${tenant}`, fr: `l’association ${tenant}` }[language];
  const owner = ownerOfServer(name);
  if (owner !== undefined) {
    const whose = titleOf(owner, language);
    return { en: `the database of ${whose}`, fr: `la base de ${whose}` }[language];
  }
  const [, copied] = /^(.+)-database-keeper$/.exec(name) ?? [];
  if (copied !== undefined) {
    const whose = titleOf(copied, language);
    return { en: `the copies of ${whose}'s database`, fr: `les copies de la base de ${whose}` }[language];
  }
  const [, peer] = /^vault-(.+)$/.exec(name) ?? [];
  if (peer !== undefined) return { en: `the vault for ${peer}`, fr: `le coffre pour ${peer}` }[language];
  const title = services.find((service) => service.name === name)?.title;
  return title ?? wordFor(words.holder, name, language);
}

/** Whose own database server a name is of: a service's, or an association's. */
function ownerOfServer(name: string): string | undefined {
  const association = ownerOfMariadb(name) ?? ownerOfDatabase(name);
  return association === undefined ? /^(.+)-database$/.exec(name)?.[1] : tenantService(association);
}

/** What people call a part of a declaration: a service by its title. */
export function sectionTitle(section: string, language: Language): string {
  const title = services.find(({ name }) => name === section)?.title;
  return title ?? wordFor(words.section, section, language);
}

/** A field by what people call it and its part of the declaration: `copies de sauvegarde, coffres`; in English as it is written. */
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

/** The word of a table for a name; the name itself where the table has none. */
export function wordFor(
  table: Readonly<Record<string, Translated>>,
  name: string,
  language: Language,
): string {
  return table[name]?.[language] ?? name;
}
