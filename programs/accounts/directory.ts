import {
  AlreadyExistsError,
  AndFilter,
  Attribute,
  Change,
  Client,
  ConstraintViolationError,
  type Entry,
  EqualityFilter,
  NoSuchAttributeError,
  OrFilter,
  TypeOrValueExistsError,
} from "ldapts";
import { clerk, deviceAttribute, personClass } from "../../components/platform/directory/configuration.ts";
import { groupsOf } from "../../components/platform/directory/plan.ts";
import { type Device, readDevice, writtenDevice } from "../../components/tenants/accounts/devices.ts";
import type { AssociationMember } from "../../components/tenants/accounts/members.ts";
import { loginNames, type Names, type Person } from "../../components/tenants/accounts/person.ts";
import type { AccountsSettings, Association } from "../../components/tenants/accounts/settings.ts";
import { type Links, LinksInDirectory } from "./links.ts";

/** Time in which the directory has to answer, in milliseconds. */
const patience = 5_000;

/** Number of people in one search: the directory answers a thousand at most. */
const atOnce = 100;

const attributes = ["uid", "cn", "givenName", "sn", "mail", "createTimestamp"];

/** One value of an attribute, the first if there are several. */
function firstOf(entry: Entry, name: string): string {
  const [first] = [entry[name]].flat();
  return first === undefined ? "" : first.toString();
}

function personOf(entry: Entry): Person {
  const value = (name: string) => firstOf(entry, name);
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)/.exec(value("createTimestamp")) ?? [];
  return {
    ...{ dn: entry.dn, uid: value("uid"), name: value("cn"), givenName: value("givenName") },
    ...{ surname: value("sn"), mail: value("mail") },
    since: year === undefined ? undefined : `${year}-${month}-${day}`,
  };
}

/** Somebody, and the telephones that have a password of theirs. */
export interface Holder {
  person: Person;
  devices: Device[];
}

/** Runs it, and takes one kind of refusal for what was wanted: that it is so already. */
async function unless(refused: new (...args: never[]) => Error, work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (!(error instanceof refused)) throw error;
  }
}

/**
 * Questions and changes that the pages of accounts may send to the directory (docs/directory.md). Throws if it does
 * not answer or refuses.
 */
export interface People {
  /** Links of invitations that were used or are void. */
  readonly links: Links;
  /** Returns who logs in with that name. */
  person(uid: string): Promise<Person | undefined>;
  /** Returns a person with their telephones, in one question: its time does not reveal who is there. */
  holder(uid: string): Promise<Holder | undefined>;
  /** Returns whose address it is. */
  owner(mail: string): Promise<Person | undefined>;
  /** Names of the groups that somebody is in. */
  groupsOf(person: Pick<Person, "dn">): Promise<string[]>;
  /** Returns the members of an association, and which of them administer it. */
  membersOf(association: Pick<Association, "id">): Promise<AssociationMember[]>;
  /** Makes an entry, without a password. Throws if somebody has the address already. */
  make(names: Names, mail: string): Promise<Person>;
  rename(person: Person, names: Names & { name: string }): Promise<void>;
  remove(person: Person): Promise<void>;
  join(person: Person, group: string): Promise<void>;
  leave(person: Person, group: string): Promise<void>;
  addDevice(person: Person, device: Device): Promise<void>;
  withdraw(person: Person, device: Device): Promise<void>;
}

/** The directory is unavailable, or does not let these pages in: it was asked nothing. The cause says why. */
export class DirectoryAway extends Error {}

/** The directory over LDAP: one connection, for one question of somebody. */
export class Directory implements People {
  readonly links: Links;
  readonly #client: Client;
  readonly #people: string;
  readonly #groups: string;

  private constructor(client: Client, suffix: string) {
    this.links = new LinksInDirectory(client, suffix);
    this.#client = client;
    this.#people = `ou=people,${suffix}`;
    this.#groups = `ou=groups,${suffix}`;
  }

  /** Does something with it. Throws if it does not answer or refuses; a `DirectoryAway` if it did so at once. */
  static async use<Result>(
    { server, suffix }: Pick<AccountsSettings, "server" | "suffix">,
    password: string,
    work: (directory: Directory) => Promise<Result>,
  ): Promise<Result> {
    const client = new Client({ url: server, timeout: patience, connectTimeout: patience });
    try {
      await client.bind(clerk, password).catch((cause: unknown) => {
        throw new DirectoryAway("the directory is unavailable", { cause });
      });
      return await work(new Directory(client, suffix));
    } finally {
      await client.unbind().catch(() => undefined);
    }
  }

  person(uid: string): Promise<Person | undefined> {
    return this.#one("uid", uid);
  }

  async holder(uid: string): Promise<Holder | undefined> {
    const filter = new EqualityFilter({ attribute: "uid", value: uid });
    const [entry] = await this.#entries(filter, [...attributes, deviceAttribute]);
    if (entry === undefined) return undefined;
    const devices = [entry[deviceAttribute] ?? []]
      .flat()
      .flatMap((value) => readDevice(value.toString()) ?? []);
    return { person: personOf(entry), devices };
  }

  owner(mail: string): Promise<Person | undefined> {
    return this.#one("mail", mail);
  }

  async groupsOf({ dn }: Pick<Person, "dn">): Promise<string[]> {
    const filter = new EqualityFilter({ attribute: "member", value: dn });
    const { searchEntries } = await this.#client.search(this.#groups, {
      ...{ scope: "one", filter, attributes: ["cn"] },
    });
    return searchEntries.map((entry) => firstOf(entry, "cn"));
  }

  async membersOf(association: Pick<Association, "id">): Promise<AssociationMember[]> {
    const { members, admins } = groupsOf(association.id);
    const [plain, administrators] = await Promise.all([this.#namesIn(members), this.#namesIn(admins)]);
    const uids = [...new Set([...plain, ...administrators])];
    const people: Person[] = [];
    for (let first = 0; first < uids.length; first += atOnce) {
      const filters = uids
        .slice(first, first + atOnce)
        .map((value) => new EqualityFilter({ attribute: "uid", value }));
      people.push(...(await this.#search(new OrFilter({ filters }))));
    }
    return people.map((person) => ({ ...person, isAdmin: administrators.includes(person.uid) }));
  }

  /** The address is given in a second step: the directory lets these pages give one only to an entry that has none. */
  async make(names: Names, mail: string): Promise<Person> {
    const uid = await this.#begin(names);
    const dn = `uid=${uid},${this.#people}`;
    try {
      await this.#change(dn, "add", "mail", mail);
    } catch (error) {
      await this.#client.del(dn);
      throw error;
    }
    return (await this.person(uid)) ?? Promise.reject(new Error("an entry that was made is not there"));
  }

  /** The first name to log in with that nobody has, and an entry with it. */
  async #begin({ givenName, surname }: Names): Promise<string> {
    for (const uid of loginNames({ givenName, surname })) {
      if (await this.person(uid)) continue;
      try {
        await this.#client.add(`uid=${uid},${this.#people}`, {
          ...{ objectClass: "inetOrgPerson", uid, cn: `${givenName} ${surname}` },
          ...{ givenName, sn: surname },
        });
        return uid;
      } catch (error) {
        // Somebody else was quicker.
        if (!(error instanceof AlreadyExistsError || error instanceof ConstraintViolationError)) throw error;
      }
    }
    throw new Error("a hundred people are called so");
  }

  async rename({ dn }: Person, { givenName, surname, name }: Names & { name: string }): Promise<void> {
    const change = (type: string, value: string) =>
      new Change({ operation: "replace", modification: new Attribute({ type, values: [value] }) });
    await this.#client.modify(dn, [
      change("givenName", givenName),
      change("sn", surname),
      change("cn", name),
    ]);
  }

  remove({ dn }: Person): Promise<void> {
    return this.#client.del(dn);
  }

  join({ dn }: Person, group: string): Promise<void> {
    return unless(TypeOrValueExistsError, this.#change(this.#group(group), "add", "member", dn));
  }

  leave({ dn }: Person, group: string): Promise<void> {
    return unless(NoSuchAttributeError, this.#change(this.#group(group), "delete", "member", dn));
  }

  async addDevice({ dn }: Person, device: Device): Promise<void> {
    await unless(TypeOrValueExistsError, this.#change(dn, "add", "objectClass", personClass));
    await this.#change(dn, "add", deviceAttribute, writtenDevice(device));
  }

  withdraw({ dn }: Person, device: Device): Promise<void> {
    return unless(NoSuchAttributeError, this.#change(dn, "delete", deviceAttribute, writtenDevice(device)));
  }

  /** Names of groups are those of the stack: letters, digits and hyphens. */
  #group(name: string): string {
    return `cn=${name},${this.#groups}`;
  }

  #change(dn: string, operation: "add" | "delete", type: string, value: string): Promise<void> {
    return this.#client.modify(
      dn,
      new Change({ operation, modification: new Attribute({ type, values: [value] }) }),
    );
  }

  /** Login names of the members of a group, without those who are no person here. */
  async #namesIn(group: string): Promise<string[]> {
    const { searchEntries } = await this.#client.search(this.#group(group), {
      ...{ scope: "base", attributes: ["member"] },
    });
    const ending = `,${this.#people}`.toLowerCase();
    return [searchEntries[0]?.member ?? []].flat().flatMap((value) => {
      const dn = value.toString();
      const [, uid] = /^uid=([\w.@-]+)$/i.exec(dn.slice(0, -ending.length)) ?? [];
      return uid !== undefined && dn.toLowerCase().endsWith(ending) ? [uid] : [];
    });
  }

  async #one(attribute: string, value: string): Promise<Person | undefined> {
    const [first] = await this.#search(new EqualityFilter({ attribute, value }));
    return first;
  }

  async #search(wanted: EqualityFilter | OrFilter): Promise<Person[]> {
    return (await this.#entries(wanted, attributes)).map(personOf);
  }

  async #entries(wanted: EqualityFilter | OrFilter, read: readonly string[]): Promise<Entry[]> {
    const filter = new AndFilter({
      filters: [new EqualityFilter({ attribute: "objectClass", value: "inetOrgPerson" }), wanted],
    });
    const { searchEntries } = await this.#client.search(this.#people, {
      ...{ scope: "one", filter, attributes: [...read] },
    });
    return searchEntries;
  }
}
