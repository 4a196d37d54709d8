import { ingressPresets } from "../../../components/foundation/site/ingress.ts";
import { nextcloudSize } from "../../../components/services/nextcloud/sizing.ts";
import type { NextcloudSpec } from "../../../components/services/nextcloud/spec.ts";

/** A Nextcloud of one commune, without mail and identity provider. */
export const spec: NextcloudSpec = {
  commune: "bron",
  version: "33.0.7",
  host: "cloud.bron.test",
  size: nextcloudSize(600),
  storageGiB: 100,
  storageClass: undefined,
  quotaPerUser: "5120 MB",
  apps: ["calendar", "contacts", "groupfolders"],
  appMirror: undefined,
  settings: {},
  sharing: { documents: false, agenda: false, everyMinutes: 5 },
  mail: undefined,
  identity: undefined,
  peers: {
    privatePeers: [],
    privateEndpoints: [],
    clusterRanges: [],
    authority: undefined,
    ingress: ingressPresets.traefik.source,
  },
  database: { host: "database.bron-database.svc", port: 5432, database: "nextcloud", sslMode: "disable" },
  cache: { host: "nextcloud-cache", port: 6379 },
  secretLabels: ["nextcloud/admin-password/v1"],
};

/** A copy of {@link spec} with a relay and an identity provider. */
export const connected: NextcloudSpec = {
  ...spec,
  mail: {
    from: "ne-pas-repondre@bron.test",
    host: "smtp.bron.test",
    port: 587,
    encryption: "starttls",
    user: "nuage",
  },
  identity: { issuer: "https://id.bron.test:8443/realms/agents", clientId: "nuage", name: "Compte agent" },
};
