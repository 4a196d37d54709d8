import { fileOf, hotspot, quarter, radioWith, zone } from "../../components/places/places.ts";

/** A commune's declaration: its sections, its folder and its stack. */
export interface Declared {
  sections: Readonly<Record<string, object>>;
  /** Features of `places.geojson`. */
  places: readonly object[];
  /** Texts of news, by file. */
  news: Readonly<Record<string, string>>;
  /** Settings of the stack. */
  settings: Readonly<Record<string, string>>;
}

/** One change that can be taken back, and the classes of `docs/changes.md` that it shows, forth or back. */
export interface Class {
  shows: readonly string[];
  /** Returns what is declared otherwise. */
  becomes: (before: Declared) => Partial<Declared>;
}

const school = { "jules-ferry": { name: "École Jules-Ferry", levels: ["elementaire"] } };
const address = "Place de la Mairie, 69390 Charly";
const phone = "+33 4 78 00 00 02";

/** The declaration that every class begins with and comes back to. */
export const before: Declared = {
  sections: {
    database: { storage: "1 GiB", memory: "384 MiB" },
    nextcloud: { expectedUsers: 5, storage: "1 GiB", quotaPerUser: "500 MiB", apps: [] },
    mastodon: { expectedUsers: 5, storage: "1 GiB", registrations: "closed" },
    portal: {
      ...{ address, phone, hours: "Mo-Fr 08:30-17:00", director: "Le maire" },
      host: { name: "Commune", address, phone },
    },
    mail: { relay: "smtp.charly.test" },
    schools: { storage: "1 GiB", establishments: {} },
    hotspots: {},
  },
  places: [quarter(), hotspot()],
  news: {},
  settings: { data: "protected" },
};

const section =
  (name: string, fields: object): Class["becomes"] =>
  ({ sections }) => ({ sections: { ...sections, [name]: { ...sections[name], ...fields } } });

const places =
  (...features: readonly object[]): Class["becomes"] =>
  () => ({ places: features });

/** Those that this campaign goes through; the others have tests of their own: {@link elsewhere}. */
export const classes: readonly Class[] = [
  {
    shows: ["news on the commune's pages"],
    becomes: () => ({ news: { "2026-11-25-marche.md": "# Marché\n\nIl a lieu samedi.\n" } }),
  },
  {
    shows: ["people may sign up to Mastodon"],
    becomes: section("mastodon", { registrations: "open" }),
  },
  { shows: ["more people use Nextcloud"], becomes: section("nextcloud", { expectedUsers: 250 }) },
  { shows: ["less space each"], becomes: section("nextcloud", { quotaPerUser: "200 MiB" }) },
  { shows: ["the database server has more memory"], becomes: section("database", { memory: "512 MiB" }) },
  { shows: ["one login comes"], becomes: section("identity", { issuer: "https://id.charly.test" }) },
  { shows: ["another mail relay"], becomes: section("mail", { relay: "smtp.lyon.test" }) },
  {
    shows: ["documents are edited on the metropolis' server"],
    becomes: section("nextcloud", { office: { server: "https://bureau.lyon.test" } }),
  },
  {
    shows: ["a point of public Wi-Fi comes", "a point of public Wi-Fi goes"],
    becomes: places(quarter(), hotspot(), hotspot({ name: "Gare" }, [4.881, 45.771], "gare")),
  },
  { shows: ["a point stands elsewhere"], becomes: places(quarter(), hotspot({}, [4.8802, 45.7702])) },
  {
    shows: ["a point has another channel"],
    becomes: places(quarter(), hotspot({ radios: [radioWith({ channel: 11 })] })),
  },
  // A zone comes and goes again.
  { shows: ["a white zone goes"], becomes: places(quarter(), hotspot(), zone()) },
  {
    shows: ["a school comes", "a school goes"],
    becomes: section("schools", { establishments: school }),
  },
  { shows: ["data is protected no more"], becomes: () => ({ settings: { data: "disposable" } }) },
];

/** Tests on the cluster that go through a class forth and back with its data compared, or say what its way back is. */
export const elsewhere: Readonly<Record<string, string>> = {
  "an association comes": "test/cluster/associations.test.ts",
  "an association has a wiki as well": "test/cluster/association-life.test.ts",
  "an association is suspended": "test/cluster/association-life.test.ts",
  "a service comes": "test/cluster/retirement.test.ts",
  "a service is retired": "test/cluster/retirement.test.ts",
  "a retired service comes back": "test/cluster/retirement.test.ts",
  "a leaked password gets its next version": "test/cluster/services/rotation.ts",
  "a link opens": "test/cluster/federation.test.ts",
  "a link closes": "test/cluster/federation.test.ts",
};

export const placesText = fileOf;
