import type { PostgresqlMajor } from "../foundation/image/catalogue.ts";
import type { Site } from "../foundation/site/site.ts";
import type { ExternalServer } from "../platform/database/external.ts";
import type { DatabaseSpec } from "../platform/database/manifests.ts";
import { planServer } from "../platform/database/plan.ts";
import type { PlannedService } from "../services/define.ts";
import type { CommuneDeclaration } from "./declaration.ts";

/** The server that services share: ours, or one outside. */
export type SharedDatabase =
  | { ours: DatabaseSpec }
  | { outside: ExternalServer; major: PostgresqlMajor; replicates: boolean };

/** Plans the server that these services share. */
export function planDatabase(
  declaration: CommuneDeclaration,
  site: Pick<Site, "storageClass">,
  services: readonly PlannedService[],
): SharedDatabase {
  const { external } = declaration.database;
  if (external === undefined) return { ours: sharedServer(declaration, site, services) };
  const { host, port, encryption, replication } = external;
  return {
    outside: { host, port, sslMode: encryption },
    major: declaration.database.version,
    replicates: replication,
  };
}

/** Plans our server that services share. */
export function sharedServer(
  { id, database, availability = "single" }: CommuneDeclaration,
  site: Pick<Site, "storageClass">,
  services: readonly PlannedService[],
): DatabaseSpec {
  const needed = services.reduce((sum, { plan }) => sum + plan.size.databaseMiB, 0);
  return planServer({ commune: id, server: "database" }, database, needed, site, availability);
}
