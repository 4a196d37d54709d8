import { groupsOf } from "../../platform/directory/plan.ts";
import type { Person } from "./person.ts";
import type { Association } from "./settings.ts";

/** Who belongs to an association. */
export interface AssociationMember extends Person {
  isAdmin: boolean;
}

/** The associations whose administrator is in these groups. */
export function administered(groups: readonly string[], associations: readonly Association[]): Association[] {
  return associations.filter(({ id }) => groups.includes(groupsOf(id).admins));
}

/** The associations that somebody in these groups belongs to. */
export function belongingTo(groups: readonly string[], associations: readonly Association[]): Association[] {
  return associations.filter(({ id }) => {
    const { members, admins } = groupsOf(id);
    return groups.includes(members) || groups.includes(admins);
  });
}

/** Whether an association would be without an administrator when this one is none any more. */
export function isLastAdmin(members: readonly AssociationMember[], uid: string): boolean {
  return (
    members.some((each) => each.uid === uid && each.isAdmin) &&
    members.filter(({ isAdmin }) => isAdmin).length === 1
  );
}

/**
 * What becomes of the account of who leaves an association: it goes with the last group that somebody is in.
 *
 * @param groups that they are in.
 */
export function losesAccount(groups: readonly string[], association: Pick<Association, "id">): boolean {
  const { members, admins } = groupsOf(association.id);
  return groups.every((group) => group === members || group === admins);
}

/** People as they are listed: administrators first, then by name. */
export function inOrder(members: readonly AssociationMember[]): AssociationMember[] {
  return members.toSorted(
    (one, other) => Number(other.isAdmin) - Number(one.isAdmin) || one.name.localeCompare(other.name, "fr"),
  );
}
