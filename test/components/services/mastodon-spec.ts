import { ingressPresets } from "../../../components/foundation/site/ingress.ts";
import type { Media } from "../../../components/platform/media/plan.ts";
import type { MastodonPlan } from "../../../components/services/mastodon/plan.ts";
import { mastodonSize } from "../../../components/services/mastodon/sizing.ts";
import type { MastodonSpec } from "../../../components/services/mastodon/spec.ts";

export const volume: Media = { kind: "volume", sizeGiB: 40, storageClass: undefined };

export const bucket: Media = {
  kind: "s3",
  endpoint: "https://s3.bron.test:3900",
  region: "garage",
  bucket: "bron-media",
  prefix: "mastodon/",
  publicHost: "media.bron.test",
  addressing: "path",
};

export const mail: NonNullable<MastodonSpec["mail"]> = {
  from: "ne-pas-repondre@bron.test",
  host: "smtp.bron.test",
  port: 587,
  encryption: "starttls",
  user: "nuage",
};

export const identity: NonNullable<MastodonSpec["identity"]> = {
  issuer: "https://connexion.bron.test/realms/agents",
  clientId: "nuage-bron",
  name: "Compte agent",
};

export const plan: MastodonPlan = {
  associations: [],
  commune: "bron",
  name: "Bron",
  contact: "numerique@bron.test",
  version: "4.6.5",
  host: "social.bron.test",
  handleDomain: "social.bron.test",
  size: mastodonSize(210),
  availability: "single",
  media: volume,
  storageClass: undefined,
  registrations: "closed",
  owner: { name: "mairie", email: "numerique@bron.test" },
  publicFeeds: true,
  relays: [],
  mediaRetentionDays: 14,
  settings: {},
  dedicatedDatabase: undefined,
  formerDatabase: undefined,
  formerMedia: undefined,
};

/** A site whose peers are on the Internet. */
const noPeers: MastodonSpec["peers"] = {
  privatePeers: [],
  privateEndpoints: [],
  clusterRanges: [],
  authority: undefined,
  ingress: ingressPresets.traefik.source,
};

/** The smallest Mastodon: media on a volume, no mail, no other identity. */
export const spec: MastodonSpec = {
  ...plan,
  database: { host: "database.bron-database.svc", port: 5432, database: "mastodon", sslMode: "disable" },
  cache: { host: "mastodon-cache", port: 6379 },
  mail: undefined,
  identity: undefined,
  peers: noPeers,
  secretLabels: ["mastodon/secret-key-base/v1"],
};

/** With everything outside: store, relay, provider, database. */
export const outside: MastodonSpec = {
  ...spec,
  media: bucket,
  mail,
  identity,
  peers: { ...noPeers, privatePeers: ["10.20.0.0/16", "10.30.0.0/16"] },
  database: { host: "postgresql.bron.test", port: 5432, database: "mastodon", sslMode: "verify-full" },
};

/** On several nodes, with more processes than a database server should have connections. */
export const pooled: MastodonSpec = {
  ...outside,
  availability: "node-loss",
  size: mastodonSize(20_000, { availability: "node-loss" }),
};
