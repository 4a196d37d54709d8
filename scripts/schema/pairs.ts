import type { Tenant } from "../../components/tenants/tenant/declaration.ts";
import {
  choir,
  cloud,
  ferry,
  linked,
  livechat,
  media,
  outside,
  own,
  paged,
  point,
  provider,
  quarter,
  relay,
  released,
  retired,
  rooms,
  said,
  schools,
  social,
  wifi,
  zone,
} from "./bron.ts";

/** Two declarations of one commune, the second after the first, as examples of what becomes of a change. */
export interface Pair {
  /** The difference, in both languages. */
  en: string;
  fr: string;
  /** Fields of the declaration beside the commune's name; several are applied in turn. */
  before: object | readonly object[];
  after: object;
  /** `commune:moved`, if somebody has copied what moves. */
  moved?: string;
  /** Settings of the stack, before and after. */
  settings?: readonly [before: object, after: object];
  /** Features of `places.geojson`, before and after. */
  features?: readonly [before: readonly object[], after: readonly object[]];
  /** Hosted associations, before and after. */
  tenants?: readonly [before: Readonly<Record<string, Tenant>>, after: Readonly<Record<string, Tenant>>];
  /** Titles of the news on its own pages, before and after. */
  news?: readonly [before: readonly string[], after: readonly string[]];
}

/** Changes that an administrator meets, from the mildest to those that are refused. */
export const pairs: readonly Pair[] = [
  { en: "nothing is another", fr: "rien ne change", before: cloud, after: cloud },
  {
    ...{ en: "news on the commune's pages", fr: "une actualité sur les pages de la commune" },
    ...{ before: paged, after: paged, news: [[], ["Marche"]] },
  },
  {
    en: "a service comes",
    fr: "un service arrive",
    before: { database: { memory: "2 GiB" }, ...cloud },
    after: { database: { memory: "2 GiB" }, ...cloud, ...social },
  },
  {
    en: "people may sign up to Mastodon",
    fr: "chacun peut s’inscrire à Mastodon",
    before: said({ registrations: "closed" }),
    after: said({ registrations: "open" }),
  },
  {
    en: "more people use Nextcloud",
    fr: "plus d’agents se servent de Nextcloud",
    before: own({ expectedUsers: 600 }),
    after: own({ expectedUsers: 900 }),
  },
  {
    en: "less space each",
    fr: "moins de place par personne",
    before: cloud,
    after: own({ quotaPerUser: "2 GiB" }),
  },
  {
    en: "the database server has more memory",
    fr: "le serveur de base de données a plus de mémoire",
    before: { ...cloud, database: { memory: "1 GiB" } },
    after: { ...cloud, database: { memory: "2 GiB" } },
  },
  {
    en: "one login comes",
    fr: "la connexion unique arrive",
    before: cloud,
    after: provider("https://id.bron.test"),
  },
  {
    en: "another mail relay",
    fr: "un autre relais de courriel",
    before: relay("smtp.bron.test"),
    after: relay("smtp.lyon.test"),
  },
  {
    en: "documents are edited on the metropolis' server",
    fr: "les documents s’éditent sur le serveur de la métropole",
    before: cloud,
    after: own({ office: { server: "https://bureau.lyon.test" } }),
  },
  {
    en: "a leaked password gets its next version",
    fr: "un mot de passe qui a fui en reçoit un autre",
    before: cloud,
    after: { ...cloud, secrets: { "nextcloud/admin-password": 2 } },
  },
  { en: "a link opens", fr: "un lien s’ouvre", before: linked("lyon"), after: linked("lyon", "venissieux") },
  {
    en: "a link closes",
    fr: "un lien se ferme",
    before: linked("lyon", "venissieux"),
    after: linked("lyon"),
  },
  {
    ...{ en: "an association comes", fr: "une association arrive" },
    ...{ before: rooms, after: rooms, tenants: [{}, choir()] },
  },
  {
    ...{ en: "an association has a wiki as well", fr: "une association a aussi un wiki" },
    ...{ before: rooms, after: rooms },
    tenants: [
      choir(),
      choir({ applications: { radicale: { access: "members" }, dokuwiki: { access: "members" } } }),
    ],
  },
  {
    ...{ en: "an association is suspended", fr: "une association est suspendue" },
    ...{
      before: rooms,
      after: rooms,
      tenants: [choir(), choir({ suspended: { since: "2026-11-24", reason: "Sur demande." } })],
    },
  },
  {
    en: "a point of public Wi-Fi comes",
    fr: "une borne Wi-Fi publique arrive",
    before: wifi,
    after: wifi,
    features: [
      [quarter, point("mairie")],
      [quarter, point("mairie"), point("gare")],
    ],
  },
  {
    en: "a point of public Wi-Fi goes",
    fr: "une borne Wi-Fi publique s’en va",
    before: wifi,
    after: wifi,
    features: [
      [quarter, point("mairie"), point("gare")],
      [quarter, point("mairie")],
    ],
  },
  {
    en: "a point stands elsewhere",
    fr: "un point change de place",
    before: wifi,
    after: wifi,
    features: [
      [quarter, point("mairie")],
      [quarter, point("mairie", { longitude: 4.912 })],
    ],
  },
  {
    en: "a point has another channel",
    fr: "un point change de canal",
    before: wifi,
    after: wifi,
    features: [
      [quarter, point("mairie")],
      [quarter, point("mairie", { channel: 44 })],
    ],
  },
  {
    en: "a white zone goes",
    fr: "une zone blanche disparaît",
    before: wifi,
    after: wifi,
    features: [[quarter, zone], [quarter]],
  },
  { en: "a school comes", fr: "une école arrive", before: schools({}), after: schools(ferry) },
  { en: "a school goes", fr: "une école s’en va", before: schools(ferry), after: schools({}) },
  {
    en: "data is protected no more",
    fr: "les données ne sont plus protégées",
    before: cloud,
    after: cloud,
    settings: [{ data: "protected" }, { data: "disposable" }],
  },
  { en: "a service is retired", fr: "un service s’arrête", before: cloud, after: own({ retired }) },
  {
    en: "a retired service comes back",
    fr: "un service arrêté revient",
    before: [cloud, own({ retired })],
    after: cloud,
  },
  {
    en: "the next major version of Nextcloud",
    fr: "la version majeure suivante de Nextcloud",
    before: cloud,
    after: own({ version: "34.0.2" }),
  },
  {
    en: "a security release of Nextcloud",
    fr: "une version de sécurité de Nextcloud",
    before: own({ version: "33.0.6" }),
    after: cloud,
  },
  {
    en: "the next series of Mastodon",
    fr: "la série suivante de Mastodon",
    before: said({ version: "4.5.9" }),
    after: said({ version: "4.6.5" }),
  },
  { en: "a larger volume", fr: "un disque plus grand", before: cloud, after: own({ storage: "200 GiB" }) },
  {
    en: "another major version of PostgreSQL, with upgradeFrom",
    fr: "une autre version majeure de PostgreSQL, avec upgradeFrom",
    before: cloud,
    after: { ...cloud, database: { version: "18", upgradeFrom: "17" } },
  },
  {
    en: "rows on a server outside, once they are copied",
    fr: "la base sur un serveur extérieur, une fois copiée",
    before: cloud,
    after: { ...cloud, database: outside },
    moved: "nextcloud=pg.lyon.test:5432",
  },
  {
    en: "media in a bucket, once they are copied",
    fr: "les médias sur un autre serveur, une fois copiés",
    before: social,
    after: { ...said({ formerVolume: retired }), media },
    moved: "mastodon=https://s3.lyon.test/bron-media/mastodon/",
  },
  {
    en: "another provider to log in with",
    fr: "un autre fournisseur de connexion",
    before: provider("https://id.bron.test"),
    after: provider("https://id.lyon.test"),
  },
  {
    en: "a plugin of PeerTube in another version",
    fr: "un greffon de PeerTube dans une autre version",
    before: {
      peertube: { storage: "80 GiB", plugins: livechat("14.0.4", "z4PhNX7vuL3xVChQ1m2AB9Yg5AULVxXcg") },
    },
    after: {
      peertube: { storage: "80 GiB", plugins: livechat("15.0.0", "7mN1BqeyHoaX0lhM2RTh2Xp0mJzgqsIQB") },
    },
  },
  {
    en: "a setting of the application itself",
    fr: "un réglage de l’application elle-même",
    before: cloud,
    after: own({ settings: { trashbin_retention_obligation: "auto, 7" } }),
  },
  {
    en: "the data of a retired service is released",
    fr: "on renonce aux données d’un service arrêté",
    before: [cloud, own({ retired })],
    after: own({ retired: released }),
  },
  {
    en: "a released service is taken out",
    fr: "un service auquel on a renoncé est retiré",
    before: [cloud, own({ retired }), own({ retired: released })],
    after: {},
  },
  {
    en: "rows that a move left behind are dropped",
    fr: "la base qu’un déménagement a laissée est effacée",
    before: [
      { ...cloud, ...social },
      { ...own({ dedicatedDatabase: {} }), ...social },
    ],
    after: { ...own({ dedicatedDatabase: {} }), ...social, database: { drop: ["nextcloud"] } },
  },
  {
    en: "a service is taken out where data is disposable",
    fr: "un service est retiré là où les données sont jetables",
    before: { ...cloud, ...social },
    after: social,
    settings: [{ data: "disposable" }, { data: "disposable" }],
  },
  {
    en: "another address of the schools, every computer prepared anew",
    fr: "une autre adresse des écoles, chaque ordinateur préparé de nouveau",
    before: { schools: {} },
    after: { schools: { subdomain: "classes" } },
    moved: "schools=classes.bron.test",
  },
  {
    en: "another account of the commune on Mastodon",
    fr: "un autre compte de la commune sur Mastodon",
    before: social,
    after: said({ owner: { name: "ville" } }),
  },
  {
    en: "a service is taken out with its data",
    fr: "un service est retiré avec ses données",
    before: cloud,
    after: {},
  },
  {
    en: "the data of what still runs is released",
    fr: "on renonce aux données d’un service en marche",
    before: cloud,
    after: own({ retired: released }),
  },
  {
    en: "an older version",
    fr: "une version plus ancienne",
    before: cloud,
    after: own({ version: "32.0.13" }),
  },
  {
    en: "a version that skips one",
    fr: "une version qui en saute une",
    before: own({ version: "32.0.13" }),
    after: own({ version: "34.0.2" }),
  },
  {
    en: "another version of what is retired",
    fr: "une autre version d’un service arrêté",
    before: [cloud, own({ retired })],
    after: own({ version: "34.0.2", retired }),
  },
  { en: "a smaller volume", fr: "un disque plus petit", before: cloud, after: own({ storage: "50 GiB" }) },
  {
    en: "fewer inhabitants, and volumes sized by them",
    fr: "moins d’habitants, et des volumes à leur mesure",
    before: { nextcloud: {} },
    after: { nextcloud: {}, population: 12_000 },
  },
  {
    en: "another subdomain",
    fr: "un autre sous-domaine",
    before: cloud,
    after: own({ subdomain: "fichiers" }),
  },
  {
    en: "another domain",
    fr: "un autre domaine",
    before: cloud,
    after: { ...cloud, domain: "bron.example" },
  },
  {
    en: "other handles",
    fr: "d’autres adresses de comptes",
    before: social,
    after: said({ handles: "domain" }),
  },
  {
    en: "another major version of PostgreSQL, alone",
    fr: "une autre version majeure de PostgreSQL, seule",
    before: cloud,
    after: { ...cloud, database: { version: "18" } },
  },
  {
    en: "rows on a server outside, before they are copied",
    fr: "la base sur un serveur extérieur, avant d’être copiée",
    before: cloud,
    after: { ...cloud, database: outside },
  },
  {
    en: "another address of the public Wi-Fi's server",
    fr: "une autre adresse du serveur du Wi-Fi public",
    before: wifi,
    after: { hotspots: { subdomain: "wifi" } },
  },
  {
    en: "the version of a password that leaked",
    fr: "la version d’un mot de passe qui a fui",
    before: { ...cloud, secrets: { "nextcloud/admin-password": 2 } },
    after: cloud,
  },
  {
    en: "another key to sign for the public Wi-Fi",
    fr: "une autre clé de signature du Wi-Fi public",
    before: wifi,
    after: { ...wifi, secrets: { "hotspots/signing-key": 2 } },
  },
  {
    en: "another class of storage",
    fr: "une autre classe de stockage",
    before: cloud,
    after: cloud,
    settings: [{ storageClass: "ssd" }, { storageClass: "disque" }],
  },
];
