import fc from "fast-check";
import type { Descriptor } from "../../../components/federation/descriptor.ts";

/** Hosts that are not Bron's, whose domain is bron.test. */
const foreign = [
  "video.lyon.test",
  "documents.lyon.test",
  "microblog.lyon.test",
  "lyon.test",
  "video.villeurbanne.test",
  "villeurbanne.test",
  "ecoles.bron.test.example.org",
  "xbron.test",
  "test",
  "localhost",
  "127.0.0.1",
  "2130706433",
  "0x7f.1",
  "169.254.169.254",
  "[::1]",
  "[::ffff:10.0.0.1]",
  "lуon.test",
  "xn--lon-xed.test",
  "vidеo.bron.test",
] as const;

const own = "video.bron.test";

/** Spellings by which a host is meant to be taken for another one. */
const spellings: readonly ((host: string) => string)[] = [
  (host) => `https://${host}`,
  (host) => `https://${host}/`,
  (host) => `https://${host.toUpperCase()}`,
  (host) => `https://${host}.`,
  (host) => `https://${host}:443`,
  (host) => `https://${host}:8443/`,
  (host) => `https://${own}@${host}`,
  (host) => `https://${host}@${own}`,
  (host) => `https://${own}:x@${host}/`,
  (host) => `https://${host}\\@${own}`,
  (host) => `https://${host}\\.bron.test`,
  (host) => `https://${own}\\@${host}`,
  (host) => `https:///${host}`,
  (host) => `https:${host}`,
  (host) => `https:/\\${host}`,
  (host) => `https://${host}#.bron.test`,
  (host) => `https://${host}?.bron.test`,
  (host) => `https://${host}/.bron.test`,
  (host) => `https://${host}%2f.bron.test`,
  (host) => `https://${host}%00.bron.test`,
  (host) => `https://${host}%23.bron.test`,
  (host) => `https://${host}\t.bron.test`,
  (host) => `https://${host}\n.bron.test`,
  (host) => ` https://${host}`,
  (host) => `https://${host} `,
  (host) => `https://${host}，bron.test`,
  (host) => `https://${host.replaceAll(".", "。")}`,
  (host) => `https://${host.replaceAll(".", "%2e")}`,
  (host) => `https://\u202e${host}`,
  (host) => `https://${host.split("").join("\u00ad")}`,
  (host) => `HTTPS://${host}`,
  (host) => `http://${host}`,
  (host) => `//${host}`,
  (host) => `javascript://${host}`,
];

const hostile = fc.oneof(
  fc.tuple(fc.constantFrom(...foreign), fc.constantFrom(...spellings)).map(([host, spell]) => spell(host)),
  // What is Bron's own, misspelt.
  fc.constantFrom(...spellings.slice(2)).map((spell) => spell(own)),
  fc.webUrl({ validSchemes: ["https"] }),
  fc.string({ unit: "binary", maxLength: 60 }).map((text) => `https://${text}`),
);

const account = fc.oneof(
  fc.constantFrom(...foreign).map((host) => `mairie@${host}`),
  fc.constantFrom(
    "mairie@bron.test@lyon.test",
    "@mairie@lyon.test",
    "mairie@Bron.test",
    "mairie@bron.test.",
    "mairie@bron.test:443",
    "mairie@bron.test/x",
    "mai/rie@bron.test",
    "mairie?@bron.test",
    "mairie@",
    "@bron.test",
  ),
  fc.string({ unit: "binary", maxLength: 30 }).map((text) => `mairie@${text}`),
);

/** Fields in which a descriptor names a place of its commune. */
const places: readonly {
  name: string;
  value: "address" | "account";
  put: (said: Descriptor, value: string) => object;
}[] = [
  ...[0, 1, 2].flatMap((index) => {
    const at = (change: (value: string) => object) => (said: Descriptor, value: string) => ({
      ...said,
      services: said.services.map((service, place) =>
        place === index ? { ...service, ...change(value) } : service,
      ),
    });
    return [
      { name: "url", value: "address" as const, put: at((url) => ({ url })) },
      { name: "account", value: "account" as const, put: at((name) => ({ account: name })) },
      { name: "feeds", value: "address" as const, put: at((feed) => ({ feeds: [`https://${own}/`, feed] })) },
      { name: "endpoints", value: "address" as const, put: at((api) => ({ endpoints: { api } })) },
    ];
  }),
  { name: "map", value: "address", put: (said, map) => ({ ...said, map }) },
  { name: "hotspots", value: "address", put: (said, url) => ({ ...said, hotspots: { points: 1, url } }) },
  { name: "schools", value: "address", put: (said, url) => ({ ...said, schools: { url, libraries: [] } }) },
  {
    name: "libraries",
    value: "address",
    put: (said, url) => ({
      ...said,
      schools: { url: `https://${own}`, libraries: [{ name: "Livres", url }] },
    }),
  },
];

/** One value that is put into a descriptor of Bron's. */
export interface Lie {
  place: string;
  value: string;
  tell: (truth: Descriptor) => object;
}

export const lies: fc.Arbitrary<Lie> = fc.constantFrom(...places).chain(({ name, value, put }) =>
  (value === "address" ? hostile : account).map((text) => ({
    place: name,
    value: text,
    tell: (truth: Descriptor) => put(truth, text),
  })),
);

/** Whether whoever reads such a value, however carelessly, comes to a host of Bron's and no other. */
export function isOfBron({ place, value }: Pick<Lie, "place" | "value">): boolean {
  const isBrons = (host: string | undefined) =>
    host !== undefined && /^([a-z0-9-]+\.)*bron\.test$/.test(host);
  if (place === "account") {
    const [user, host, ...more] = value.split("@");
    return more.length === 0 && /^[A-Za-z0-9_.-]+$/.test(user ?? "") && isBrons(host);
  }
  return (
    URL.canParse(value) &&
    new URL(value).protocol === "https:" &&
    isBrons(new URL(value).host) &&
    // Split by hand, as careless programs do.
    isBrons(value.split("//")[1]?.split("/")[0]?.split("?")[0]?.split("#")[0]) &&
    !/[\\\s]/.test(value) &&
    value.startsWith("https://")
  );
}
