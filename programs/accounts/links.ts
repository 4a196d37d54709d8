import {
  AlreadyExistsError,
  Attribute,
  Change,
  type Client,
  LessThanEqualsFilter,
  NoSuchObjectError,
  type SearchOptions,
} from "ldapts";
import { linkNotes } from "../../components/platform/directory/configuration.ts";
import { invitationLives } from "../../components/tenants/accounts/keys.ts";

/**
 * Notes about links of invitations, beyond what the links say themselves, under names that reveal neither a link nor
 * an address (`AccountsKeys`). Kept for as long as a link may be opened.
 */
export interface Links {
  /** Notes that something was used; false if it was already. Of two at once, one gets true. */
  use(name: string, at: number): Promise<boolean>;
  /** Takes back that something was used. */
  putBack(name: string): Promise<void>;
  /** Notes that what was written before is void. */
  revoke(name: string, at: number): Promise<void>;
  /** Returns when something was noted last, milliseconds since 1970; undefined if it never was. */
  noted(name: string): Promise<number | undefined>;
}

/** Number of expired notes that are removed at a time. */
const atOnce = 100;

/** Longer than a link lives, by more than two clocks differ. */
const kept = invitationLives + 3_600_000;

/** Notes as entries of the directory: it ensures that a name exists once. */
export class LinksInDirectory implements Links {
  readonly #client: Client;
  readonly #notes: string;

  constructor(client: Client, suffix: string) {
    this.#client = client;
    this.#notes = `${linkNotes},${suffix}`;
  }

  async use(name: string, at: number): Promise<boolean> {
    await this.#removeOld(at);
    const note = { objectClass: "applicationProcess", cn: name, description: String(at) };
    return this.#add(this.#dn(name), note);
  }

  async putBack(name: string): Promise<void> {
    await this.#remove(this.#dn(name));
  }

  async revoke(name: string, at: number): Promise<void> {
    if (await this.use(name, at)) return;
    const modification = new Attribute({ type: "description", values: [String(at)] });
    await this.#client.modify(this.#dn(name), new Change({ operation: "replace", modification }));
  }

  async noted(name: string): Promise<number | undefined> {
    try {
      const { searchEntries } = await this.#client.search(this.#dn(name), {
        ...{ scope: "base", attributes: ["description"] },
      });
      const [at] = [searchEntries[0]?.description ?? []].flat();
      return at === undefined ? undefined : Number(at.toString());
    } catch (error) {
      if (error instanceof NoSuchObjectError) return undefined;
      throw error;
    }
  }

  /** Removes expired notes, and makes their place if there is none: an older copy has none. */
  async #removeOld(now: number): Promise<void> {
    const value = `${new Date(now - kept).toISOString().replace(/\D/g, "").slice(0, 14)}Z`;
    const options: SearchOptions = {
      ...{ scope: "one", attributes: ["cn"], sizeLimit: atOnce },
      filter: new LessThanEqualsFilter({ attribute: "modifyTimestamp", value }),
    };
    try {
      const { searchEntries } = await this.#client.search(this.#notes, options);
      for (const { dn } of searchEntries) await this.#remove(dn);
    } catch (error) {
      if (!(error instanceof NoSuchObjectError)) throw error;
      await this.#add(this.#notes, { objectClass: "organizationalUnit", ou: "invitations" });
    }
  }

  /** Adds an entry; false if it exists already. */
  async #add(dn: string, attributes: Record<string, string>): Promise<boolean> {
    try {
      await this.#client.add(dn, attributes);
      return true;
    } catch (error) {
      if (error instanceof AlreadyExistsError) return false;
      throw error;
    }
  }

  /** Another program may have removed it. */
  async #remove(dn: string): Promise<void> {
    try {
      await this.#client.del(dn);
    } catch (error) {
      if (!(error instanceof NoSuchObjectError)) throw error;
    }
  }

  #dn(name: string): string {
    return `cn=${name},${this.#notes}`;
  }
}
