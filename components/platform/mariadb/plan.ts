import type { Path } from "../../foundation/declaration/position.ts";
import { gibibytes, mebibytes } from "../../foundation/declaration/size.ts";
import { ownedNames } from "../../foundation/part/names.ts";
import type { Site } from "../../foundation/site/site.ts";
import type { DedicatedMariadbDeclaration, MariadbDeclaration } from "./declaration.ts";

/** Name of a MariaDB server of a commune: the one that associations share, or one association's own. */
export interface MariadbName {
  commune: string;
  /** Suffix of its namespace: `mariadb`, or `db--<id>`. */
  server: string;
}

/** A MariaDB server of a commune, with every size known. */
export interface MariadbPlan extends MariadbName {
  /** The section that declares it. */
  field: Path;
  /** Memory that the server may use, MiB; its settings follow from it. */
  memoryMiB: number;
  /** Size of the data volume, GiB. */
  storageGiB: number;
  /** Storage class; the cluster's default when absent. */
  storageClass: string | undefined;
}

/** Name of the server that associations share, and the suffix of its namespace. */
export const mariadbService = "mariadb";

/**
 * Name of an association's own server, and the suffix of its namespace; and back. No id has two hyphens in a row: whatever
 * communes and associations are called, it is no other's.
 */
export const { of: dedicatedMariadb, ownerOf: ownerOfMariadb } = ownedNames("db--");

/** Decides what a declared server is made of, by whether it runs or was retired. Pure. */
export function planMariadb(
  commune: string,
  declared: MariadbDeclaration | undefined,
  site: Pick<Site, "storageClass">,
): { running?: MariadbPlan; retired?: MariadbPlan } {
  if (declared === undefined) return {};
  const name = { commune, server: mariadbService };
  const plan = { ...name, field: ["tenants", "mariadb"], ...sizesOf(declared, site) };
  return declared.retired === undefined ? { running: plan } : { retired: plan };
}

/** Decides what an association's own server is made of. Pure. */
export function planDedicatedMariadb(
  { commune, id }: { commune: string; id: string },
  declared: DedicatedMariadbDeclaration,
  site: Pick<Site, "storageClass">,
): MariadbPlan {
  const field = ["associations", id, "dedicatedDatabase"];
  return { commune, server: dedicatedMariadb(id), field, ...sizesOf(declared, site) };
}

function sizesOf(
  { memory, storage }: DedicatedMariadbDeclaration,
  { storageClass }: Pick<Site, "storageClass">,
): Pick<MariadbPlan, "memoryMiB" | "storageGiB" | "storageClass"> {
  return { memoryMiB: mebibytes(memory), storageGiB: gibibytes(storage), storageClass };
}

/** Plans of a commune's MariaDB servers. */
export interface MariadbPlans {
  /** The one that associations share. */
  mariadb?: MariadbPlan | undefined;
  /** Those that are one association's own. */
  dedicatedMariadbs?: readonly MariadbPlan[] | undefined;
}

/** The MariaDB servers of associations: the one that they share, and those that are one's own. */
export function mariadbServersOf({ mariadb, dedicatedMariadbs = [] }: MariadbPlans): readonly MariadbPlan[] {
  return [...(mariadb ? [mariadb] : []), ...dedicatedMariadbs];
}
