import { groupsOf } from "../../platform/directory/plan.ts";
import type { Person } from "./person.ts";
import type { Association } from "./settings.ts";

/** A person in an association. */
export interface AssociationMember extends Person {
  isAdmin: boolean;
}

/** Returns the associations that somebody in these groups administers. */
export function administered(groups: readonly string[], associations: readonly Association[]): Association[] {
  return associations.filter(({ id }) => groups.includes(groupsOf(id).admins));
}

/** Returns the associations that somebody in these groups belongs to. */
export function belongingTo(groups: readonly string[], associations: readonly Association[]): Association[] {
  return associations.filter(({ id }) => {
    const { members, admins } = groupsOf(id);
    return groups.includes(members) || groups.includes(admins);
  });
}

/** Whether an association would lose its last administrator with this one. */
export function isLastAdmin(members: readonly AssociationMember[], uid: string): boolean {
  return (
    members.some((each) => each.uid === uid && each.isAdmin) &&
    members.filter(({ isAdmin }) => isAdmin).length === 1
  );
}

/**
 * Whether somebody loses their account by leaving an association: it is deleted with the last group that they are in.
 *
 * @param groups that they are in.
 */
export function losesAccount(groups: readonly string[], association: Pick<Association, "id">): boolean {
  const { members, admins } = groupsOf(association.id);
  return groups.every((group) => group === members || group === admins);
}

/** Returns people in the order of the list: administrators first, then by name. */
export function inOrder(members: readonly AssociationMember[]): AssociationMember[] {
  return members.toSorted(
    (one, other) => Number(other.isAdmin) - Number(one.isAdmin) || one.name.localeCompare(other.name, "fr"),
  );
}
