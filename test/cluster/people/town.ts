import { readFileSync } from "node:fs";
import { expect, vi } from "vitest";
import type { Cluster } from "../../../local/cluster/index.ts";
import { readingOf } from "../../doubles/mailbox/letter.ts";
import { LetterTown } from "../letters/town.ts";
import type { From } from "../ways.ts";
import { passwordOf } from "./people.ts";
import { Visitor } from "./visitor.ts";

const agenda = "radicale: { access: members }";
const ofChorale = "wordpress: { subdomain: blog, access: public }, dokuwiki: { access: members }";

/** Fields in the files of its associations. */
export const files = {
  chorale: {
    applications: `{ site: { access: members }, ${ofChorale}, ${agenda} }`,
    ...{ plan: "large", more: "tickets: {}\n" },
  },
  judo: {
    applications: `{ site: { access: admins }, dokuwiki: { access: public }, ${agenda} }`,
    more: "tickets: {}\n",
  },
  danse: { applications: "{ site: { access: members } }" },
};

/** A commune with a login, pages of accounts and all that people open with one account. */
export class PeopleTown extends LetterTown {
  /** Address of the login, and of the pages of accounts. */
  readonly portal: string;
  readonly accounts: string;

  constructor(cluster: Cluster, commune: string, name: string) {
    super(cluster, commune, name, "requests: {}, mariadb: { memory: 512 MiB, storage: 1 GiB }");
    this.portal = `https://connexion.${this.domain}`;
    this.accounts = `https://comptes.${this.domain}`;
  }

  /** Brings it up, and waits until the login and the pages of accounts answer. */
  async start(): Promise<void> {
    await this.begin({
      more: this.services("{ approvals: {} }"),
      tenants: files,
      settings: { authority: readFileSync(this.cluster.caFile, "utf8") },
    });
    // The ingress controller may hear of a pod a moment after `up` does.
    for (const address of [`${this.portal}/`, `${this.accounts}/healthz`])
      await vi.waitFor(async () => expect((await this.browser().get(address)).status).toBe(200), {
        ...{ timeout: 60_000, interval: 1000 },
      });
  }

  /** Sections that it declares beside its associations, with its login. */
  services(identity: string): string {
    return `identity: ${identity}
mastodon: { expectedUsers: 5, storage: 1 GiB }
nextcloud: { expectedUsers: 5, storage: 1 GiB }
tickets: { storage: 1 GiB }
`;
  }

  /** Address of an association's site, and of something below its name. */
  site(id: string, below = ""): string {
    return `https://${below}${id}.${this.associations}`;
  }

  /** The container of an association's site: an nginx, and bash. */
  siteOf(id: string): From {
    return { namespace: `${this.commune}-t-${id}`, workload: `deployment/t-${id}-site` };
  }

  /** The container of the pages of accounts. */
  get pages(): From {
    const namespace = `${this.commune}-accounts`;
    return { namespace, workload: "deployment/accounts", container: "accounts", program: "node" };
  }

  /** A browser that knows nobody yet. */
  browser(): Visitor {
    return new Visitor(this.portal, this.dispatcher);
  }

  /** Somebody who has logged in, on the way to a page, and where that led. */
  async loggedIn(who: string, wanted: string, password = passwordOf(who)) {
    const visitor = this.browser();
    const { location } = await visitor.logIn(who, password, wanted);
    return { visitor, page: await visitor.follow(location ?? "") };
  }

  /** The newest letter to an address. */
  async newestTo(mail: string) {
    return (await this.mailbox.letters()).findLast(({ to }) => to.includes(mail));
  }

  /** The text of the newest letter to an address. */
  async letterTo(mail: string): Promise<string> {
    await expect.poll(() => this.newestTo(mail), { timeout: 60_000, interval: 500 }).toBeDefined();
    return readingOf((await this.newestTo(mail)) ?? expect.fail(`no letter to ${mail}`)).text;
  }
}
