import { gibibytes } from "../../foundation/declaration/size.ts";
import type { Workload } from "../../foundation/manifest/labels.ts";
import type { Site } from "../../foundation/site/site.ts";
import type { DirectoryDeclaration } from "./declaration.ts";

/** The group of those who work for the commune. */
export const agentsGroup = "agents";

/** Name of the volume with the entries. */
export const directoryVolume = "directory-data";

/** The groups of an association: who belongs to it, and who looks after its applications. */
export function groupsOf(tenant: string): { members: string; admins: string } {
  return { members: `t-${tenant}-members`, admins: `t-${tenant}-admins` };
}

/** The directory of a commune, with every size known. */
export interface DirectoryPlan {
  commune: string;
  /** Name of the commune, as people read it. */
  name: string;
  /** The commune's domain, which all entries are below. */
  domain: string;
  /** Groups that are there, beside those that somebody made by hand. */
  groups: readonly string[];
  /** Whether the pages of accounts write in it. */
  hasAccounts: boolean;
  /** Pods of services that look up addresses of the people of a group. */
  readers: readonly Workload[];
  /** Size of the data volume, GiB. */
  storageGiB: number;
  /** Storage class; the cluster's default when absent. */
  storageClass: string | undefined;
}

/** Fields of a commune's declaration that are read here. */
export interface DirectorySubject {
  id: string;
  name: string;
  domain: string;
  directory?: DirectoryDeclaration | undefined;
}

/**
 * Decides what a declared directory is made of, by whether it runs or was retired. Pure.
 *
 * @param tenants ids of the associations that have groups in it.
 * @param readers pods that look up addresses in it.
 * @param hasAccounts whether the commune has pages on which associations look after their members.
 */
export function planDirectory(
  { id, name, domain, directory }: DirectorySubject,
  tenants: readonly string[],
  readers: readonly Workload[],
  { storageClass }: Pick<Site, "storageClass">,
  hasAccounts: boolean,
): { running?: DirectoryPlan; retired?: DirectoryPlan } {
  if (directory === undefined) return {};
  const groups = [
    agentsGroup,
    ...tenants.flatMap((tenant) => {
      const { members, admins } = groupsOf(tenant);
      return [members, admins];
    }),
  ];
  const sized = { storageGiB: gibibytes(directory.storage), storageClass };
  const plan: DirectoryPlan = { commune: id, name, domain, groups, hasAccounts, readers, ...sized };
  return directory.retired === undefined ? { running: plan } : { retired: plan };
}
