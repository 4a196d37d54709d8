import type * as z from "zod";
import { gibibytes, mebibytes } from "../../foundation/declaration/size.ts";
import type { Site } from "../../foundation/site/site.ts";
import type { serviceDatabaseSection } from "./declaration.ts";
import type { DatabaseSpec, ServerName } from "./manifests.ts";

/** A server of ours as declared, which the commune's shared one and a service's own have in common. */
export type DeclaredServer = z.output<typeof serviceDatabaseSection>;

/** The least that a PostgreSQL server is given, MiB. */
const leastMiB = 256;

/**
 * A server with every size known.
 *
 * @param neededMiB memory that the services on it ask for, when none is declared.
 */
export function planServer(
  name: ServerName,
  { version, upgradeFrom, memory, storage, restoreFrom }: DeclaredServer,
  neededMiB: number,
  { storageClass }: Pick<Site, "storageClass">,
): DatabaseSpec {
  return {
    ...name,
    major: version,
    upgradeFrom,
    ...(restoreFrom && { restoreFrom }),
    memoryMiB: memory ? mebibytes(memory) : Math.max(leastMiB, neededMiB),
    storageGiB: gibibytes(storage),
    storageClass,
  };
}

/** A service's own servers: the one that it uses, and the one that it used before it moved its rows elsewhere. */
export interface OwnServers {
  dedicatedDatabase: DatabaseSpec | undefined;
  formerDatabase: DatabaseSpec | undefined;
}

/** Plans the `dedicatedDatabase:` of a service. */
export function planOwnServers(
  { commune, service }: { commune: string; service: string },
  declared: DeclaredServer | undefined,
  neededMiB: number,
  site: Pick<Site, "storageClass">,
): OwnServers {
  const server =
    declared && planServer({ commune, server: `${service}-database` }, declared, neededMiB, site);
  return declared?.retired === undefined
    ? { dedicatedDatabase: server, formerDatabase: undefined }
    : { dedicatedDatabase: undefined, formerDatabase: server };
}
