import { invitationLives } from "../../../components/tenants/accounts/keys.ts";
import type { Links } from "../../../programs/accounts/links.ts";

/** Notes of links in memory; test/cluster/people/accounts.ts has the real ones. */
export class LinksInMemory implements Links {
  readonly notes = new Map<string, number>();

  async use(name: string, at: number) {
    for (const [old, since] of this.notes) if (since < at - invitationLives) this.notes.delete(old);
    if (this.notes.has(name)) return false;
    this.notes.set(name, at);
    return true;
  }

  async putBack(name: string) {
    this.notes.delete(name);
  }

  async revoke(name: string, at: number) {
    this.notes.set(name, at);
  }

  async noted(name: string) {
    return this.notes.get(name);
  }
}
