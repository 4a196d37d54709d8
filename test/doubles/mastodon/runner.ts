import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { statusEntityOf } from "./entities.ts";
import { createFediverse, type Fediverse } from "./federation/fediverse.ts";
import { beside } from "./home.ts";
import { messageOf, Refusal } from "./refusal.ts";
import type { Services } from "./services.ts";
import { Site } from "./site.ts";
import type { Account } from "./store/accounts.ts";
import { settingDefaults } from "./store/settings.ts";
import { tagsIn } from "./store/statuses.ts";
import { knownScopes } from "./store/tokens.ts";

/**
 * `rails runner`: runs a file of Ruby, or a text, with Debian's ruby and what stands for Mastodon's models.
 * Throws Refusal with the exit code of the script when that is not 0.
 */
export async function runRuby(args: string[], services: Services): Promise<void> {
  const words = withoutEnvironment(args);
  if (words.length === 0)
    throw new Refusal("Run `bin/rails runner -h` for help: a file or some Ruby is missing.");
  const site = new Site(services);
  const fediverse = createFediverse(site);
  const child = spawn("ruby", [beside("ruby/boot.rb"), ...words], {
    stdio: ["inherit", "inherit", "inherit", "pipe", "pipe"],
    env: { ...process.env, LANG: "C.UTF-8", MASTODON_DOUBLE_FACTS: JSON.stringify(factsOf(services)) },
  });
  const requests = createInterface({ input: child.stdio[3] as Readable });
  const answers = child.stdio[4] as Writable;
  requests.on("line", (line) => {
    answerTo(JSON.parse(line), site, fediverse).then(
      (value) => answers.write(`${JSON.stringify({ value: value ?? null })}\n`),
      (error: unknown) => answers.write(`${JSON.stringify({ error: messageOf(error) })}\n`),
    );
  });
  const [code] = (await once(child, "close")) as [number | null];
  if (code !== 0) throw new Refusal(`rails runner: the script ended with ${code ?? "a signal"}.`, code ?? 1);
}

function withoutEnvironment([first = "", ...rest]: string[]): string[] {
  if (first === "-e" || first === "--environment") return rest.slice(1);
  return first === "" ? [] : [first, ...rest];
}

/** Facts that the Ruby side knows of this server. No secret is among them. */
function factsOf({ settings, version }: Services) {
  return {
    version,
    settings: settingDefaults,
    scopes: knownScopes,
    configuration: {
      local_domain: settings.localDomain,
      web_domain: settings.webDomain,
      alternate_domains: settings.alternateDomains,
      use_https: true,
      streaming_api_base_url: settings.streamingBaseUrl,
    },
  };
}

/** A question of a script to the services that speak to other servers and to the queues. */
type Question =
  | { what: "resolve"; name: string }
  | { what: "follow"; account: string; target: string }
  | { what: "unfollow"; account: string; target: string }
  | { what: "follow_relay"; inbox: string; activity: string }
  | { what: "unfollow_relay"; inbox: string; activity: string }
  | { what: "post"; account: string; text: string; visibility: "public" | "unlisted" | "private" };

async function answerTo(question: Question, site: Site, fediverse: Fediverse): Promise<unknown> {
  if (question.what === "resolve") return (await fediverse.find(question.name, true))?.id;
  if (question.what === "follow_relay") return fediverse.followRelay(question.inbox, question.activity);
  if (question.what === "unfollow_relay") return fediverse.unfollowRelay(question.inbox, question.activity);
  const account = await known(question.account, site);
  if (question.what === "follow") return fediverse.follow(account, await known(question.target, site));
  if (question.what === "unfollow") return fediverse.unfollow(account, await known(question.target, site));
  const status = await site.statuses.create({
    account_id: account.id,
    text: question.text,
    visibility: question.visibility,
    local: true,
    tags: tagsIn(question.text),
  });
  await site.services.jobs.enqueue("default", "DistributionWorker", { status: status.id });
  const { id, uri, url } = await statusEntityOf(status, site);
  return { id, uri, url };
}

async function known(id: string, site: Site): Promise<Account> {
  const account = await site.accounts.find(id);
  if (!account) throw new Error(`there is no account ${id}`);
  return account;
}
