import type { FrenchWords } from "../../foundation/part/french.ts";
import { services } from "../../services/index.ts";
import { parts } from "../parts.ts";

/** French words for fields that several parts have, or none: each part says its own (`Part.french`). */
export const common: FrenchWords = {
  fields: {
    accessibility: "accessibilité",
    accounts: "comptes",
    address: "adresse",
    addressing: "forme des adresses",
    agenda: "agendas partagés",
    at: "moment",
    authors: "auteurs",
    availability: "disponibilité",
    bucket: "compartiment",
    budget: "consommation prévue",
    comments: "commentaires",
    contacts: "contacts",
    data: "données",
    dedicatedDatabase: "base de données à part",
    dkim: "signature des courriels",
    documents: "documents",
    "encrypted-copies": "copies chiffrées",
    encryption: "chiffrement",
    endpoint: "adresse du service",
    expectedUsers: "personnes attendues",
    folder: "dossier",
    from: "adresse d’expédition",
    host: "hébergement",
    keep: "durée de garde",
    media: "médias",
    memory: "mémoire",
    messages: "messages",
    name: "nom",
    orders: "commandes de billets",
    packages: "paquets",
    plan: "formule",
    port: "port",
    posts: "publications",
    publicHost: "adresse publique",
    publicKey: "clé publique",
    quotaPerUser: "espace par personne",
    readers: "lecteurs",
    region: "région",
    relay: "relais",
    restoreFrom: "restauration",
    retired: "arrêt",
    selector: "sélecteur",
    senders: "autres expéditeurs",
    sessions: "sessions",
    settings: "réglages propres",
    since: "depuis",
    storage: "disque",
    subdomain: "adresse",
    undo: "retour",
    upgradeFrom: "version de départ",
    user: "compte",
    vault: "coffre",
    version: "version",
    videos: "vidéos",
  },
  choices: {
    addressing: { path: "par le chemin", host: "par le nom" },
    availability: { single: "un seul nœud", "node-loss": "supporte la perte d’un nœud" },
    data: { kept: "gardées", released: "abandonnées" },
    encryption: {
      starttls: "négocié (STARTTLS)",
      tls: "dès le début (TLS)",
      none: "aucun",
      "verify-full": "avec vérification du certificat",
      require: "sans vérification du certificat",
    },
    readers: { members: "les membres", added: "qui est ajouté" },
  },
};

const all = [common, ...parts.flatMap(({ french }) => french ?? [])];

/**
 * French words for fields of a declaration, by the last part of the field's name, or by the last two if those are more
 * specific.
 */
export const fieldWords: Readonly<Record<string, string>> = Object.assign(
  {},
  ...all.map(({ fields }) => fields),
);

/** French words for values that a declaration chooses from, by the last part of the field's name. */
export const choiceWords: Readonly<Record<string, Readonly<Record<string, string>>>> = Object.assign(
  {},
  ...all.map(({ choices }) => choices),
);

const units: Readonly<Record<string, string>> = {
  KiB: "Kio",
  MiB: "Mio",
  GiB: "Gio",
  TiB: "Tio",
  second: "seconde",
  minute: "minute",
  hour: "heure",
  day: "jour",
};

/** Titles of services, for fields that give associations something of a service. */
const titles = new Map(services.map(({ name, title }): [string, string] => [name, title]));

/**
 * Returns the names of a field below its section, in French: `établissements « jean-moulin », postes`. A user-chosen
 * name is quoted.
 */
export function fieldInFrench(steps: readonly string[]): string {
  const said: string[] = [];
  for (const [index, step] of steps.entries()) {
    // An index in a list means nothing to readers.
    if (/^\d+$/.test(step)) continue;
    const word = fieldWords[`${steps[index - 1]}.${step}`] ?? fieldWords[step] ?? titles.get(step);
    const owner = said.at(-1);
    if (word !== undefined) said.push(word);
    else if (owner === undefined) said.push(`« ${step} »`);
    else said.splice(-1, 1, `${owner} « ${step} »`);
  }
  return said.join(", ");
}

/** Writes a value of a field in French: sizes, durations, yes and no, and the choices of a field. */
export function valueInFrench(value: string, field: string | undefined): string {
  const chosen = choiceWords[field ?? ""]?.[value];
  if (chosen !== undefined) return chosen;
  if (value === "true" || value === "false") return value === "true" ? "oui" : "non";
  const [, number, unit = "", plural = ""] = /^(\d+(?:\.\d+)?) ([A-Za-z]+?)(s?)$/.exec(value) ?? [];
  const word = units[unit];
  if (number === undefined || word === undefined) return value;
  return `${number.replace(".", ",")} ${word}${plural}`;
}
