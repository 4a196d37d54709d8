import { services } from "../../services/index.ts";
import { tenantOf } from "../../tenants/tenant/declaration.ts";
import type { Subject } from "./change.ts";
import type { Effect, Interruption } from "./effect.ts";

/** Languages that changes are told in. */
export const tongues = ["en", "fr"] as const;
export type Tongue = (typeof tongues)[number];

type Word = Readonly<Record<Tongue, string>>;

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
  } satisfies Record<Effect, Word>,
  interruption: {
    none: { en: "none", fr: "aucune" },
    short: { en: "some seconds", fr: "quelques secondes" },
    "until migrated": { en: "until it is migrated", fr: "jusqu’à la fin de la migration" },
    "until restored": {
      en: "until the database is restored",
      fr: "jusqu’à la fin de la restauration de la base",
    },
    ended: { en: "for good, or until it comes back", fr: "définitive, ou jusqu’à son retour" },
  } satisfies Record<Interruption, Word>,
  subject: {
    service: { en: "service", fr: "service" },
    version: { en: "version", fr: "version" },
    name: { en: "name", fr: "nom" },
    volume: { en: "volume", fr: "volume" },
    database: { en: "database server", fr: "serveur de base de données" },
    rows: { en: "rows", fr: "contenu de la base" },
    media: { en: "files", fr: "fichiers" },
    secret: { en: "password or key", fr: "mot de passe ou clé" },
    seed: { en: "seed", fr: "graine" },
    link: { en: "link", fr: "lien" },
    place: { en: "place", fr: "lieu" },
    setting: { en: "setting", fr: "réglage" },
    software: { en: "software", fr: "logiciel" },
    site: { en: "site", fr: "site" },
    tenant: { en: "association", fr: "association" },
    news: { en: "news", fr: "actualité" },
  } satisfies Record<Subject, Word>,
  /** Whom a change touches, beside those who use a service. */
  audience: {
    peers: { en: "other communes", fr: "les autres communes" },
    visitors: { en: "users of the public Wi-Fi", fr: "les utilisateurs du Wi-Fi public" },
    residents: { en: "residents", fr: "les riverains" },
    readers: { en: "readers of the public pages", fr: "les lecteurs des pages publiques" },
  } satisfies Record<string, Word>,
  /** What holds data and is no service. */
  holder: {
    hotspots: { en: "the server of the public Wi-Fi", fr: "le serveur du Wi-Fi public" },
    schools: { en: "what schools share", fr: "le partage des écoles" },
    federation: { en: "the public pages and the links", fr: "les pages publiques et les liens" },
    database: { en: "the commune's database server", fr: "le serveur de base de données de la commune" },
    directory: { en: "the directory of people", fr: "l’annuaire des personnes" },
    mariadb: {
      en: "the associations' database server",
      fr: "le serveur de base de données des associations",
    },
  } satisfies Record<string, Word>,
  /** What places are published as. */
  whereabouts: {
    "the commune's server": { en: "the commune's server", fr: "le serveur de la commune" },
    "a server of its own": { en: "a server of its own", fr: "un serveur à part" },
    "a volume": { en: "a volume", fr: "un volume" },
  } satisfies Record<string, Word>,
} as const;

/** What people call a service, a server or a volume by. */
export function titleOf(name: string, tongue: Tongue): string {
  const tenant = tenantOf(name);
  if (tenant !== undefined) return { en: `the association ${tenant}`, fr: `l’association ${tenant}` }[tongue];
  const title = services.find((service) => service.name === name)?.title;
  return title ?? wordFor(words.holder, name, tongue);
}

/** The word of a table for a name; the name itself where the table has none. */
export function wordFor(table: Readonly<Record<string, Word>>, name: string, tongue: Tongue): string {
  return table[name]?.[tongue] ?? name;
}
