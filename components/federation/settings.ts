import type { Coordinates } from "../foundation/declaration/coordinates.ts";
import type { DescribedService, Descriptor } from "./descriptor.ts";
import type { Link } from "./links.ts";

/** A service of the commune itself: its public description, and its address for the reconciler. */
export interface OwnService extends Omit<DescribedService, "statistics"> {
  /** Address inside the cluster, plain HTTP: the public name need not be reachable from there. */
  inside: string;
}

/** Settings that the reconciler gets from its stack, besides links and secrets. */
export interface ReconcilerSettings {
  id: string;
  name: string;
  insee: string;
  domain: string;
  contact: string;
  population: number;
  location?: Coordinates | undefined;
  /** Namespace in which it runs, with its links and its status. */
  namespace: string;
  periodSeconds: number;
  /** Address where accounts of the bare domain are found, if there are any: the publisher answers for the domain. */
  webfinger?: string | undefined;
  /** Public address of the commune's map, if it has one. */
  map?: string | undefined;
  /** Published facts about its public Wi-Fi and about the lessons that its schools share. */
  hotspots?: Descriptor["hotspots"];
  schools?: Descriptor["schools"];
  /** Communes whose encrypted copies it has room for, and those that have room for its own. */
  copies?: Descriptor["copies"];
  /** Services with restore points, whose newest ones the reconciler looks up at the vaults. */
  points?: readonly string[] | undefined;
  /** Number of this site; absent for a commune's first one. */
  incarnation?: number | undefined;
  /** Whether videos of peers are copied. */
  redundancy: boolean;
  services: OwnService[];
}

/** A link in the form of its ConfigMap. */
export type DeclaredLink = Link;

/** Label of a link's ConfigMap; its value is the peer. */
export const linkLabel = "commune.cloud/link";

/** Key of a link's ConfigMap. */
export const linkKey = "link.json";

/** Mount path of the reconciler's settings. */
export const settingsFile = "/etc/federation/settings.json";

/** Mount path of its secrets, one file each. */
export const secretsFolder = "/run/secrets/federation";

/** File of the key that it signs with; those of its services have the names that the services give them. */
export const signingKeyFile = "signing-key";

/** File of the passwords that read the vaults of the commune's copies, by host. They bring nothing. */
export const vaultsFile = "vaults.json";

/** Port of the reconciler, for metrics and health. */
export const reconcilerPort = 8080;

/** Settings that the publisher gets from its stack. None is secret. */
export interface PublisherSettings extends Pick<ReconcilerSettings, "id" | "name" | "domain" | "webfinger"> {
  /** Address of the commune's own website, if it has one. */
  website?: string | undefined;
}

/** Mount path of the publisher's settings. */
export const publisherSettingsFile = "/etc/publisher/settings.json";

/** Port of the publisher for the public: the descriptor, its page, the map. */
export const publisherPort = 8080;

/** Port of the publisher for the reconciler alone, and the name of its Service. */
export const publicationPort = 8081;
export const publicationName = "publication";
