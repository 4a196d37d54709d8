import type { Coordinates } from "../foundation/declaration/coordinates.ts";
import type { DescribedService, Descriptor } from "./descriptor.ts";
import type { Link } from "./links.ts";

/** A service of the commune itself: what is published of it, and where the reconciler reaches it. */
export interface OwnService extends Omit<DescribedService, "statistics"> {
  /** Address inside the cluster, plain HTTP: the public name need not be reachable from here. */
  inside: string;
}

/** What the reconciler is told by its stack, beside links and secrets. */
export interface ReconcilerSettings {
  id: string;
  name: string;
  insee: string;
  domain: string;
  contact: string;
  population: number;
  location?: Coordinates | undefined;
  /** Namespace that it runs in, with its links and its status. */
  namespace: string;
  periodSeconds: number;
  /** Where accounts of the bare domain are found, when there are any: the publisher is where the domain is answered for. */
  webfinger?: string | undefined;
  /** Public address of the commune's map, when it has one. */
  map?: string | undefined;
  /** What is published of its public Wi-Fi and of what its schools share. */
  hotspots?: Descriptor["hotspots"];
  schools?: Descriptor["schools"];
  /** For whose encrypted copies it has room, and where it has some. */
  copies?: Descriptor["copies"];
  /** Which services have restore points, whose newest ones the reconciler looks for at the vaults. */
  points?: readonly string[] | undefined;
  /** Whether videos of peers are copied. */
  redundancy: boolean;
  services: OwnService[];
}

/** A link as its ConfigMap carries it. */
export type DeclaredLink = Link;

/** Label of the ConfigMap of a link; its value is the peer. */
export const linkLabel = "commune.cloud/link";

/** Key of a link's ConfigMap. */
export const linkKey = "link.json";

/** Where the reconciler's settings are mounted. */
export const settingsFile = "/etc/federation/settings.json";

/** Where its secrets are mounted, one file each. */
export const secretsFolder = "/run/secrets/federation";

/** The file of the key that it signs with; those of its services have the names that they give them. */
export const signingKeyFile = "signing-key";

/** The file of what reads the vaults of the commune's copies, by who keeps them: passwords that bring nothing. */
export const vaultsFile = "vaults.json";

/** Port of the reconciler: metrics, and whether it is well. */
export const reconcilerPort = 8080;

/** What the publisher is told by its stack: nothing of it is secret. */
export interface PublisherSettings extends Pick<ReconcilerSettings, "id" | "name" | "domain" | "webfinger"> {
  /** Address of the commune's own website, where it has one. */
  website?: string | undefined;
}

/** Where the publisher's settings are mounted. */
export const publisherSettingsFile = "/etc/publisher/settings.json";

/** Port of the publisher for the public: the descriptor, its page, the map. */
export const publisherPort = 8080;

/** Port of the publisher for the reconciler alone, and the Service that leads there. */
export const publicationPort = 8081;
export const publicationName = "publication";
