import { gibibytes, mebibytes } from "../../foundation/declaration/size.ts";
import type { Site } from "../../foundation/site/site.ts";
import type { MariadbDeclaration } from "./declaration.ts";

/** The MariaDB server of a commune, with every size known. */
export interface MariadbPlan {
  commune: string;
  /** Memory that the server may use, MiB; its settings follow from it. */
  memoryMiB: number;
  /** Size of the data volume, GiB. */
  storageGiB: number;
  /** Storage class; the cluster's default when absent. */
  storageClass: string | undefined;
}

/** Decides what a declared server is made of, by whether it runs or was retired. Pure. */
export function planMariadb(
  commune: string,
  declared: MariadbDeclaration | undefined,
  { storageClass }: Pick<Site, "storageClass">,
): { running?: MariadbPlan; retired?: MariadbPlan } {
  if (declared === undefined) return {};
  const { memory, storage, retired } = declared;
  const plan = { commune, memoryMiB: mebibytes(memory), storageGiB: gibibytes(storage), storageClass };
  return retired === undefined ? { running: plan } : { retired: plan };
}
