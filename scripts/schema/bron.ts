import { tenantSchema } from "../../components/tenants/tenant/declaration.ts";

/** A commune with Nextcloud alone. */
export const cloud = { nextcloud: { version: "33.0.7", storage: "100 GiB" } };
/** A commune with Nextcloud alone, and further fields of it. */
export const own = (fields: object) => ({ nextcloud: { ...cloud.nextcloud, ...fields } });
/** A plugin of PeerTube, pinned. */
export const livechat = (version: string, checksum: string) => ({
  "peertube-plugin-livechat": { version, integrity: `sha512-${checksum.padEnd(86, "A")}==` },
});
/** A service that runs no more, and one whose data is let go of. */
export const retired = { since: "2026-11-25" };
export const released = { since: "2026-11-25", data: "released" };
/** A commune with Mastodon alone. */
export const social = { mastodon: { storage: "40 GiB" } };
/** A commune with Mastodon alone, and further fields of it. */
export const said = (fields: object) => ({ mastodon: { ...social.mastodon, ...fields } });
/** A bucket of the metropolis. */
export const media = {
  endpoint: "https://s3.lyon.test",
  bucket: "bron-media",
  publicHost: "media.bron.test",
};
/** A database server of the metropolis, after one of its own. */
export const outside = { external: { host: "pg.lyon.test" }, retired };
/** A commune with one login. */
export const provider = (issuer: string) => ({ ...cloud, identity: { issuer } });
/** A commune with a mail relay. */
export const relay = (host: string) => ({ ...cloud, mail: { relay: host } });
/** A commune with links to others. */
export const linked = (...peers: string[]) => ({ ...cloud, federation: { with: peers } });

const host = {
  name: "Ville de Bron",
  address: "Place de Weingarten, 69500 Bron",
  phone: "+33 4 78 00 00 02",
};
const portal = {
  address: host.address,
  phone: host.phone,
  hours: "Mo-Fr 08:30-17:00",
  director: "Le maire",
  host,
};
/** A commune with pages of its own. */
export const paged = { ...cloud, portal };

/** Room for associations. */
export const rooms = { tenants: { domain: "assos-bron.test" } };
/** An association with an agenda. */
export const choir = (fields: object = {}) => ({
  chorale: {
    ...tenantSchema().parse({
      ...{ id: "chorale", name: "Chorale de Bron", contact: "bureau@chorale.test", plan: "small" },
      ...{ expires: "2028-06-30", applications: { radicale: { access: "members" } } },
      ...fields,
    }),
    pages: { text: "", files: {} },
  },
});

/** Schools. */
export const schools = (establishments: object) => ({ schools: { establishments } });
/** One of them. */
export const ferry = { "jules-ferry": { name: "École Jules-Ferry", levels: ["elementaire"] } };

const square = (west: number, south: number, side: number) => ({
  type: "Polygon",
  coordinates: [
    [
      [west, south],
      [west + side, south],
      [west + side, south + side],
      [west, south + side],
      [west, south],
    ],
  ],
});
const feature = (id: string, kind: string, geometry: object, properties: object) => ({
  type: "Feature",
  id,
  geometry,
  properties: { kind, name: id, ...properties },
});
/** Features of `places.geojson`: a quarter, a hotspot, and an area without public Wi-Fi. */
export const quarter = feature("centre", "quarter", square(4.9, 45.73, 0.02), {});
export const point = (id: string, { channel = 36, longitude = 4.91 } = {}) =>
  feature(
    id,
    "hotspot",
    { type: "Point", coordinates: [longitude, 45.74] },
    {
      quarter: "centre",
      uuid: `00000000-0000-4000-8000-0000000000${id.length}${id.charCodeAt(0) % 10}`,
      model: "glinet,gl-mt6000",
      setting: "outdoor",
      height: "4 m",
      open: "24/7",
      radios: [{ band: "5 GHz", channel, power: "14 dBm", gain: "3 dBi" }],
    },
  );
export const zone = feature("creche", "white-zone", square(4.905, 45.735, 0.001), {
  reason: "creche",
  threshold: "-70 dBm",
});
/** Public Wi-Fi. */
export const wifi = { hotspots: {} };
