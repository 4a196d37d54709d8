import { ingressPresets } from "../../../components/foundation/site/ingress.ts";
import { peertubeSection } from "../../../components/services/peertube/declaration.ts";
import { planPeertube } from "../../../components/services/peertube/plan.ts";
import type { PeertubeSpec } from "../../../components/services/peertube/spec.ts";
import { bron } from "./facts.ts";

/** A store for media, as a declaration gives it. */
export const store = {
  endpoint: "https://s3.bron.test:3900",
  region: "garage",
  bucket: "bron-media",
  publicHost: "media.bron.test",
  addressing: "path" as const,
};

/** A plugin, as a declaration pins it; the checksum is an example. */
export const livechat = { version: "14.0.4", integrity: `sha512-${"Ab1+".repeat(21)}Zw==` };

/** A relay that asks for a password. */
export const relay = {
  from: "ne-pas-repondre@bron.test",
  host: "smtp.bron.test",
  port: 587,
  encryption: "starttls" as const,
  user: "nuage",
};

/** A PeerTube of one commune, with what a test declares. */
export function specOf(
  peertube: object = {},
  more: Partial<PeertubeSpec> = {},
  media?: typeof store,
): PeertubeSpec {
  return {
    ...planPeertube(peertubeSection.parse(peertube), { ...bron, media }),
    database: { host: "database.bron-database.svc", port: 5432, database: "peertube", sslMode: "disable" },
    cache: { host: "peertube-cache", port: 6379 },
    mail: undefined,
    peers: {
      privatePeers: [],
      privateEndpoints: [],
      clusterRanges: [],
      authority: undefined,
      ingress: ingressPresets.traefik.source,
    },
    secretLabels: ["peertube/secret/v1"],
    ...more,
  };
}
