import { randomBytes } from "node:crypto";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { offeredApplications } from "../../../components/tenants/applications/list.ts";
import { RequestKeys } from "../../../components/tenants/requests/request.ts";
import {
  type Decided,
  type RequestsSettings,
  requestsPath,
} from "../../../components/tenants/requests/settings.ts";
import { type Post, postBy } from "../../../programs/requests/post.ts";
import { requestsServer } from "../../../programs/requests/server.ts";
import { Mailroom } from "../../doubles/mailbox/mailroom.ts";

type More = Partial<Omit<RequestsSettings, "mail">> & { mail?: Partial<RequestsSettings["mail"]> };

export const settings = (port: number, more: More = {}): RequestsSettings => ({
  ...{ commune: "bron", name: "Bron", domain: "bron.test", tenantsDomain: "assos-bron.test" },
  ...{ contact: "numerique@bron.test", phone: "+33 4 65 71 00 01", perDay: 50, look: undefined },
  asksAdministrator: false,
  tools: offeredApplications().map(({ name, asked: what }) => ({ name, what })),
  services: [],
  ...more,
  mail: {
    ...{ from: "ne-pas-repondre@bron.test", host: "127.0.0.1", port, encryption: "none", user: undefined },
    ...more.mail,
  },
});

/** Fields as a choir would type them. */
export const choir = {
  ...{ name: "Chorale des Gratte-Ciel", id: "chorale", rna: "W69 1234567", siren: "" },
  ...{ contact: "bureau@chorale.test", purpose: "Nous chantons le mardi.", terms: "oui" },
  applications: ["wordpress", "dokuwiki"],
};

/** The form, running on this machine with a relay beside it, at a time that a test says. */
export class RunningForm {
  readonly keys = new RequestKeys(randomBytes(32).toString("base64url"));
  readonly mailroom = new Mailroom();
  readonly failures: string[] = [];
  /** The commune's decisions. */
  decided: Decided = {};
  /** Milliseconds since 1970. */
  now = Date.parse("2026-11-27T10:00:00Z");
  address = "";
  /** Settings from its stack. */
  settings = settings(0);
  #server: Server | undefined;

  async open(more: More = {}, password?: string): Promise<this> {
    this.settings = settings(await this.mailroom.open(), more);
    const post: Post = postBy(this.settings, () => password);
    this.#server = requestsServer({
      ...{ settings: this.settings, keys: this.keys, post, now: () => this.now },
      decided: () => this.decided,
      failed: (error) => this.failures.push(String(error)),
    }).listen(0);
    await new Promise((resolve) => this.#server?.once("listening", resolve));
    this.address = `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
    return this;
  }

  async close(): Promise<void> {
    this.#server?.close();
    this.#server?.closeAllConnections();
    await this.mailroom.close();
  }

  /** A form as it is given out, some seconds ago. */
  async token(): Promise<string> {
    const page = await (await fetch(this.address + requestsPath)).text();
    this.now += 10_000;
    return /name="token" value="([^"]+)"/.exec(page)?.[1] ?? "";
  }

  /** Sends what was typed. */
  async send(
    typed: Record<string, string | readonly string[]>,
    {
      token,
      from = "203.0.113.7",
      path = requestsPath,
    }: { token?: string; from?: string; path?: string } = {},
  ): Promise<{ status: number; text: string }> {
    const form = new URLSearchParams();
    for (const [field, value] of Object.entries({ token: token ?? (await this.token()), ...typed }))
      for (const each of [value].flat()) form.append(field, each);
    const answer = await fetch(this.address + path, {
      method: "POST",
      headers: {
        "content-type": "application/x-www-form-urlencoded",
        "x-forwarded-for": `198.51.100.1, ${from}`,
      },
      body: form.toString(),
    });
    return { status: answer.status, text: await answer.text() };
  }
}
