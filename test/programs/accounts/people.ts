import { groupsOf } from "../../../components/platform/directory/plan.ts";
import { type Device, readDevice, writtenDevice } from "../../../components/tenants/accounts/devices.ts";
import type { AssociationMember } from "../../../components/tenants/accounts/members.ts";
import { loginNames, type Names, type Person } from "../../../components/tenants/accounts/person.ts";
import type { People } from "../../../programs/accounts/directory.ts";
import { LinksInMemory } from "./links.ts";

/** A directory in memory; test/cluster/people/accounts.ts has the real one. */
export class PeopleInMemory implements People {
  readonly links = new LinksInMemory();
  readonly entries = new Map<string, Person>();
  readonly groups = new Map<string, Set<string>>();
  /** As the directory has them, by name to log in with. */
  readonly devices = new Map<string, string[]>();

  /** Somebody who was there before, in these groups. */
  add(uid: string, ...groups: string[]): Person {
    const [givenName = "", surname = "Durand"] = [uid.charAt(0).toUpperCase() + uid.slice(1)];
    const person = this.#enter({ givenName, surname }, uid, `${uid}@bron.test`);
    for (const group of groups) this.#in(group).add(uid);
    return person;
  }

  #enter({ givenName, surname }: Names, uid: string, mail: string): Person {
    const person: Person = {
      ...{ dn: `uid=${uid},ou=people,dc=bron,dc=test`, uid, name: `${givenName} ${surname}` },
      ...{ givenName, surname, mail, since: "2026-11-27" },
    };
    this.entries.set(uid, person);
    return person;
  }

  #in(group: string): Set<string> {
    const members = this.groups.get(group) ?? new Set();
    this.groups.set(group, members);
    return members;
  }

  members(group: string): string[] {
    return [...this.#in(group)];
  }

  async person(uid: string) {
    return this.entries.get(uid);
  }

  async holder(uid: string) {
    const person = this.entries.get(uid);
    const devices = (this.devices.get(uid) ?? []).flatMap((value) => readDevice(value) ?? []);
    return person && { person, devices };
  }

  async addDevice({ uid }: Person, device: Device) {
    this.devices.set(uid, [...(this.devices.get(uid) ?? []), writtenDevice(device)]);
  }

  async withdraw({ uid }: Person, device: Device) {
    const left = (this.devices.get(uid) ?? []).filter((each) => each !== writtenDevice(device));
    this.devices.set(uid, left);
  }

  async owner(mail: string) {
    return [...this.entries.values()].find((each) => each.mail.toLowerCase() === mail.toLowerCase());
  }

  async groupsOf({ dn }: Pick<Person, "dn">) {
    const uid = /^uid=([^,]*)/.exec(dn)?.[1] ?? "";
    return [...this.groups].flatMap(([group, members]) => (members.has(uid) ? [group] : []));
  }

  async membersOf({ id }: { id: string }): Promise<AssociationMember[]> {
    const { members, admins } = groupsOf(id);
    const uids = new Set([...this.#in(members), ...this.#in(admins)]);
    return [...this.entries.values()].flatMap((person) =>
      uids.has(person.uid) ? [{ ...person, isAdmin: this.#in(admins).has(person.uid) }] : [],
    );
  }

  async make(names: Names, mail: string) {
    if (await this.owner(mail)) throw new Error("Constraint violation");
    const uid = loginNames(names).find((each) => !this.entries.has(each)) ?? "";
    return this.#enter(names, uid, mail);
  }

  async rename(person: Person, { givenName, surname, name }: Names & { name: string }) {
    this.entries.set(person.uid, { ...person, givenName, surname, name });
  }

  async remove({ uid }: Person) {
    this.entries.delete(uid);
    this.devices.delete(uid);
    for (const members of this.groups.values()) members.delete(uid);
  }

  async join({ uid }: Person, group: string) {
    this.#in(group).add(uid);
  }

  async leave({ uid }: Person, group: string) {
    this.#in(group).delete(uid);
  }
}
