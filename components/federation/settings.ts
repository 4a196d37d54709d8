import type { Coordinates } from "../declaration/coordinates.ts";
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
  /** Where accounts of the bare domain are found, when there are any: this is where the domain is answered for. */
  webfinger?: string | undefined;
  /** Public address of the commune's map, when it has one. */
  map?: string | undefined;
  /** What is published of its public Wi-Fi and of what its schools share. */
  hotspots?: Descriptor["hotspots"];
  schools?: Descriptor["schools"];
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

/** The files of `secretsFolder`. */
export const secretFiles = {
  signingKey: "signing-key",
  documents: "documents-password",
  microblog: "microblog-token",
  video: "video-password",
} as const;

/** Account of Nextcloud that may change trusted servers and nothing else. */
export const nextcloudAccount = "commune-federation";

/** Port of the reconciler: the descriptor, its page, the map, metrics. */
export const reconcilerPort = 8080;
