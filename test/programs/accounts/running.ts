import { randomBytes } from "node:crypto";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Commission } from "../../../components/tenants/accounts/commission.ts";
import { AccountsKeys } from "../../../components/tenants/accounts/keys.ts";
import type { AccountsLetter } from "../../../components/tenants/accounts/letters.ts";
import type { AccountsLook, AccountsSettings } from "../../../components/tenants/accounts/settings.ts";
import { agendasServer } from "../../../programs/accounts/agendas.ts";
import { DirectoryAway } from "../../../programs/accounts/directory.ts";
import { commission } from "../../../programs/accounts/invitations.ts";
import { accountsServer } from "../../../programs/accounts/server.ts";
import type { Deed } from "../../../programs/accounts/tools.ts";
import { PeopleInMemory } from "./people.ts";

/** Settings of the pages of accounts of Bron. */
export const accountsSettings = (look: AccountsLook | undefined): AccountsSettings => ({
  ...{ commune: "bron", name: "Bron", domain: "bron.test", contact: "numerique@bron.test", look },
  ...{ host: "comptes.bron.test", loginHost: "connexion.bron.test" },
  mail: {
    ...{ from: "ne-pas-repondre@bron.test", host: "127.0.0.1", port: 25 },
    ...{ encryption: "none", user: undefined },
  },
  associations: [
    {
      ...{ id: "chorale", name: "Chorale des Gratte-Ciel" },
      agenda: { host: "agenda.chorale.assos-bron.test", isForMembers: true },
    },
    {
      ...{ id: "judo", name: "Judo Club" },
      agenda: { host: "agenda.judo.assos-bron.test", isForMembers: false },
    },
    { id: "danse", name: "Danse" },
  ],
  ...{ server: "ldap://127.0.0.1:1", suffix: "dc=bron,dc=test" },
});

interface Page {
  status: number;
  location: string | null;
  text: string;
}

/** The pages of accounts on this machine, at a time that a test says, as their front reaches them. */
export class RunningAccounts {
  readonly people = new PeopleInMemory();
  readonly keys = new AccountsKeys(randomBytes(32).toString("base64url"));
  readonly letters: AccountsLetter[] = [];
  readonly deeds: Deed[] = [];
  readonly failures: unknown[] = [];
  relayAnswers = true;
  directoryAnswers = true;
  /** Milliseconds since 1970. */
  now = Date.parse("2026-11-28T10:00:00Z");
  address = "";
  /** Keys with which the agendas of associations ask. */
  readonly agendaKeys = new Map(["chorale", "judo"].map((id) => [id, randomBytes(32).toString("base64url")]));
  #agendas: Server | undefined;
  #settings = accountsSettings(undefined);
  #server: Server | undefined;

  async open(look?: AccountsLook): Promise<this> {
    this.#settings = accountsSettings(look);
    this.#server = this.#program();
    this.#agendas = agendasServer({
      ...{ agendaKeys: this.agendaKeys, now: () => this.now },
      directory: (work) => work(this.people),
      failed: (error) => this.failures.push(error),
    }).listen(0);
    await Promise.all([listening(this.#server), listening(this.#agendas)]);
    this.address = addressOf(this.#server);
    return this;
  }

  #program(): Server {
    const own = this.#settings;
    return accountsServer({
      ...{ settings: own, keys: this.keys, now: () => this.now },
      look: { name: own.name, look: own.look, origin: `https://${own.domain}` },
      directory: (work) => this.#directory(work),
      post: (letter) => this.#post(letter),
      did: (deed) => this.deeds.push(deed),
      failed: (error) => this.failures.push(error),
    }).listen(0);
  }

  /** Restarts the program, with nothing but what the directory has. */
  async restart(): Promise<void> {
    closed(this.#server);
    this.#server = this.#program();
    await listening(this.#server);
    this.address = addressOf(this.#server);
  }

  /** Starts the program a second time, at the same directory. */
  async beside(): Promise<{ accept(link: string): Promise<{ status: number }>; close(): Promise<void> }> {
    const server = this.#program();
    await listening(server);
    return {
      accept: (link) =>
        fetch(`${addressOf(server)}/invitation`, {
          ...{ method: "POST", body: new URLSearchParams({ d: link.split("?d=")[1] ?? "" }).toString() },
          headers: { "content-type": "application/x-www-form-urlencoded" },
        }),
      close: async () => closed(server),
    };
  }

  async #directory<Result>(work: (people: PeopleInMemory) => Promise<Result>): Promise<Result> {
    if (!this.directoryAnswers) throw new DirectoryAway("away", { cause: new Error("ECONNREFUSED") });
    return work(this.people);
  }

  async #post(letter: AccountsLetter): Promise<void> {
    if (!this.relayAnswers) throw new Error(`550 ${letter.to}`);
    this.letters.push(letter);
  }

  /** Writes to somebody in the commune's name, as its command does. */
  commission(asked: Commission): Promise<void> {
    const post = (letter: AccountsLetter) => this.#post(letter);
    return commission({ settings: this.#settings, keys: this.keys, now: () => this.now, post }, asked);
  }

  async close(): Promise<void> {
    for (const server of [this.#server, this.#agendas]) closed(server);
  }

  async #ask(path: string, who: string | undefined, init: RequestInit = {}): Promise<Page> {
    const headers = {
      ...(who !== undefined && { "auth-user": who }),
      ...(init.body !== undefined && { "content-type": "application/x-www-form-urlencoded" }),
    };
    const answer = await fetch(this.address + path, { redirect: "manual", ...init, headers });
    return { status: answer.status, location: answer.headers.get("location"), text: await answer.text() };
  }

  get(path: string, who?: string): Promise<Page> {
    return this.#ask(path, who);
  }

  post(path: string, fields: Record<string, string>, who?: string): Promise<Page> {
    return this.#ask(path, who, { method: "POST", body: new URLSearchParams(fields).toString() });
  }

  /** Sends the form of a page that goes to a path, with what was typed over what stands in it. */
  async fillIn(from: string, path: string, typed: Record<string, string>, who?: string): Promise<Page> {
    const { text } = await this.get(from, who);
    const forms = text.split("<form ").filter((each) => each.includes(`action="${path}"`));
    const form = forms.find((each) => typed.qui === undefined || each.includes(`value="${typed.qui}"`)) ?? "";
    const hidden = [
      ...(form.split("</form>")[0]?.matchAll(/type="hidden" name="(\w+)" value="([^"]*)"/g) ?? []),
    ];
    const fields = hidden.map(([, name = "", value = ""]) => [name, value] as const);
    return this.post(path, { ...Object.fromEntries(fields), ...typed }, who);
  }

  /** Asks as the agenda of an association does. */
  async asAgenda(
    association: string,
    fields: Record<string, string>,
    {
      key = this.agendaKeys.get(association) ?? "",
      path = "/check",
      method = "POST",
    }: { key?: string; path?: string; method?: string } = {},
  ): Promise<{ status: number; text: string }> {
    if (this.#agendas === undefined) throw new Error("it is not open");
    const body = new URLSearchParams(fields).toString();
    const answer = await fetch(addressOf(this.#agendas) + path, {
      ...{ method, ...(method === "POST" && { body }) },
      headers: { authorization: `Bearer ${key}`, "content-type": "application/x-www-form-urlencoded" },
    });
    return { status: answer.status, text: (await answer.text()).trim() };
  }

  /** The link of the last invitation, as a path. */
  get link(): string {
    const found = this.letters.map(
      ({ text }) => /https:\/\/comptes\.bron\.test(\/invitation\?d=\S+)/.exec(text)?.[1],
    );
    return found.findLast((each) => each !== undefined) ?? "";
  }

  /** Accepts the last invitation. */
  accept(): Promise<Page> {
    return this.post("/invitation", { d: this.link.split("?d=")[1] ?? "" });
  }
}

const addressOf = (server: Server) => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

const listening = (server: Server) => new Promise((resolve) => server.once("listening", resolve));

function closed(server: Server | undefined): void {
  server?.close();
  server?.closeAllConnections();
}
