import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { Command } from "commander";
import type { Dispatcher } from "undici";
import { changesOf } from "../components/commune/changes/changes.ts";
import { phrasings } from "../components/commune/changes/phrasings.ts";
import { tell } from "../components/commune/changes/sentences.ts";
import { type Published, readPublished } from "../components/commune/published.ts";
import { inCommune } from "../components/foundation/declaration/stacks.ts";
import { TranslatedError } from "../components/foundation/language/translated-error.ts";
import { repositoryFile } from "../components/foundation/repository.ts";
import { type NewsItem, newestFirst, newsName, readNews } from "../components/portal/news.ts";
import { mostNews } from "../components/portal/pages.ts";
import { languageHere, spoken, spokenError } from "./language.ts";
import { agentFor, doorwayOf } from "./look/doorway.ts";
import { postingService, postingToken } from "./look/token.ts";
import { type Outbox, outboxFile, readOutbox, waiting, writeOutbox } from "./publish/outbox.ts";
import { pageOf, waitUntilRead } from "./publish/page.ts";
import { postNews } from "./publish/post.ts";
import { contextHelp, kubectlAt, reachOf } from "./reach.ts";
import { planOf } from "./recovery/points.ts";
import { type Outputs, Stack } from "./stack.ts";
import { underway } from "./underway.ts";

interface Options {
  context?: string;
  address?: string;
  ca?: string;
}

/** Folder and tools that the command works with. */
export interface Surroundings {
  stacks: string;
  stackOf(
    id: string,
    options: Options,
  ): Pick<Stack, "up"> & { outputs(): Promise<Pick<Outputs, "published" | "addresses" | "accounts">> };
  /** A token of the commune's account for some minutes. Throws if its server does not run. */
  tokenOf(id: string, owner: string, options: Options): Promise<string>;
  dispatcherOf(options: Options): Dispatcher;
  now(): Date;
  pause(milliseconds: number): Promise<unknown>;
}

const ordinary: Surroundings = {
  stacks: repositoryFile("stacks"),
  stackOf: (id, { context }) => new Stack(id, reachOf(id, context).environment),
  tokenOf: (id, owner, { context }) => postingToken(id, owner, kubectlAt(reachOf(id, context))),
  dispatcherOf: (options) => agentFor(doorwayOf(options)),
  now: () => new Date(),
  pause: sleep,
};

/** `commune publish`: news on the commune's own pages first, and on its Mastodon afterwards. */
export function publishCommand(surroundings = ordinary): Command {
  return new Command("publish")
    .description(
      "Publish news: on the commune's own page and feed first, then, with the page's address, in the name of its account on its own Mastodon. What could not be posted waits in stacks/<commune>/news/outbox.json.",
    )
    .argument("<commune>", "id of the commune")
    .argument("[news]", "a Markdown file; without one, what waits is posted")
    .option("--context <name>", contextHelp)
    .option("--address <host:port>", "address that stands for every public name; public DNS when absent")
    .option("--ca <file>", "certificate of the authority that signs the public names")
    .action(async (id: string, file: string | undefined, options: Options) => {
      await new Publishing(surroundings, id, options).run(file);
    });
}

class Publishing {
  readonly #surroundings: Surroundings;
  readonly #id: string;
  readonly #options: Options;
  readonly #outboxFile: string;

  constructor(surroundings: Surroundings, id: string, options: Options) {
    this.#surroundings = surroundings;
    this.#id = id;
    this.#options = options;
    this.#outboxFile = outboxFile(surroundings.stacks, id);
  }

  async run(file: string | undefined): Promise<void> {
    const { stacks, stackOf, dispatcherOf, now } = this.#surroundings;
    const given =
      file === undefined ? undefined : readGiven(file, inCommune(stacks, this.#id, "news"), now());
    const outbox = readOutbox(this.#outboxFile);
    const stack = stackOf(this.#id, this.#options);
    const { published: output, addresses, accounts } = await stack.outputs();
    const published = readPublished(output);
    if (published === undefined) {
      throw new TranslatedError({
        en: `the stack ${this.#id} does not say what runs, or says it in another version of the toolkit. Bring it up first: npx pulumi up -s ${this.#id}. Nothing was changed.`,
        fr: `la pile ${this.#id} ne dit pas ce qui tourne, ou le dit dans une autre version de l’outillage. Faites-la d’abord tourner : npx pulumi up -s ${this.#id}. Rien n’a été changé.`,
      });
    }
    this.#refuseOthers(published, given);
    const [url, account] = [addresses[postingService], accounts[postingService]?.user];
    if (given !== undefined) this.#write(given, outbox, account !== undefined);
    if (this.#differences(published).length > 0) {
      console.log("pulumi up begins.");
      await stack.up(underway);
    }

    const { portal } = planOf({ stacks }, this.#id);
    const sought = new Set([...(given ? [given.item.id] : []), ...waiting(outbox)]);
    const items = (portal?.news ?? []).filter(({ id }) => sought.has(id));
    if (items.length === 0)
      return console.log(spoken({ en: "No news waits.", fr: "Aucune actualité n’attend." }));
    const dispatcher = dispatcherOf(this.#options);
    try {
      for (const item of items) await this.#isRead(item, portal?.commune.domain ?? "", dispatcher);
      if (account === undefined || url === undefined) return;
      const poster = { url, owner: account, dispatcher };
      await this.#post(items, portal?.commune.domain ?? "", outbox, poster);
    } finally {
      await dispatcher.close();
    }
  }

  /** Throws if more than news would change: an update would apply it, and somebody with news has not read it. */
  #refuseOthers(published: Published, given: Given | undefined): void {
    const { stacks } = this.#surroundings;
    const { portal } = planOf({ stacks }, this.#id);
    if (portal === undefined) {
      throw new TranslatedError({
        en: `${this.#id} declares no pages of its own: portal: in its commune.yaml (docs/portal.md). Nothing was changed.`,
        fr: `${this.#id} ne déclare pas de pages à elle : portal: dans son commune.yaml (docs/portal.md). Rien n’a été changé.`,
      });
    }
    const others = this.#differences(published).filter(({ what }) => what !== "news");
    if (others.length > 0) {
      throw new TranslatedError({
        en: `more than news would change. Apply it first (npx pulumi up -s ${this.#id}), or take it back. Nothing was changed.\n${others.map(({ told }) => `  ${tell(told, phrasings[languageHere()])}`).join("\n")}`,
        fr: `plus que des actualités changerait. Appliquez d’abord cela (npx pulumi up -s ${this.#id}), ou reprenez-le. Rien n’a été changé.\n${others.map(({ told }) => `  ${tell(told, phrasings[languageHere()])}`).join("\n")}`,
      });
    }
    if (given === undefined) return;
    const newest = newestFirst([...portal.news.filter(({ id }) => id !== given.item.id), given.item]);
    if (newest.slice(0, mostNews).includes(given.item)) return;
    throw new TranslatedError({
      en: `${given.name} is older than the ${mostNews} pieces of news that the page has. Give it a newer day. Nothing was changed.`,
      fr: `${given.name} est plus ancien que les ${mostNews} actualités de la page. Donnez-lui un jour plus récent. Rien n’a été changé.`,
    });
  }

  #differences(published: Published) {
    const { stacks, now } = this.#surroundings;
    return changesOf(published, planOf({ stacks }, this.#id), {
      ...{ moved: [], dataIsDisposable: published.data === "disposable" },
      today: now().toISOString().slice(0, 10),
    });
  }

  /** Puts the news beside the others, and its post into the outbox. Throws if another text has its name. */
  #write({ name, text, item }: Given, outbox: Outbox, isPosted: boolean): void {
    const place = inCommune(this.#surroundings.stacks, this.#id, "news", name);
    if (existsSync(place) && readFileSync(place, "utf8") !== text) {
      throw new TranslatedError({
        en: `stacks/${this.#id}/news/${name} has another text. Change it there, and publish that file, or give this one another name. Nothing was changed.`,
        fr: `stacks/${this.#id}/news/${name} a un autre texte. Changez-le là et publiez ce fichier, ou donnez un autre nom à celui-ci. Rien n’a été changé.`,
      });
    }
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(place, text);
    console.log(`stacks/${this.#id}/news/${name}`);
    if (!isPosted || outbox[item.id] !== undefined) return;
    outbox[item.id] = { tries: 0 };
    writeOutbox(this.#outboxFile, outbox);
  }

  async #isRead(item: NewsItem, domain: string, dispatcher: Dispatcher): Promise<void> {
    const { pause } = this.#surroundings;
    await waitUntilRead(domain, item, { dispatcher, pause }).catch((error: unknown) => {
      throw new TranslatedError({
        en: `${item.id} is declared, and cannot be read yet: ${spokenError(error)}. It was not posted. When its pages answer: npx commune publish ${this.#id}`,
        fr: `${item.id} est déclarée, et ne peut pas encore être lue : ${spokenError(error)}. Elle n’a pas été envoyée. Quand ses pages répondent : npx commune publish ${this.#id}`,
      });
    });
    console.log(
      spoken({
        en: `${pageOf(domain, item)}: on the page and in the feed`,
        fr: `${pageOf(domain, item)} : sur la page et dans le fil`,
      }),
    );
  }

  async #post(
    items: readonly NewsItem[],
    domain: string,
    outbox: Outbox,
    server: { url: string; owner: string; dispatcher: Dispatcher },
  ): Promise<void> {
    const { tokenOf, now } = this.#surroundings;
    const due = items.filter(({ id }) => outbox[id] !== undefined && outbox[id]?.posted === undefined);
    if (due.length === 0) return;
    let token: string | undefined;
    for (const item of due) {
      const tries = (outbox[item.id]?.tries ?? 0) + 1;
      try {
        token ??= await tokenOf(this.#id, server.owner, this.#options);
        const posted = await postNews({ ...server, token }, item, pageOf(domain, item), now());
        outbox[item.id] = { tries, posted };
        console.log(spoken({ en: `${posted}: posted`, fr: `${posted} : envoyée` }));
      } catch (error) {
        const why = reasonOf(error);
        outbox[item.id] = { tries, last: { at: now().toISOString(), why } };
        console.error(
          spoken({
            en: `${item.id} is published and waits to be posted: ${why}`,
            fr: `${item.id} est publiée et attend d’être envoyée : ${why}`,
          }),
        );
        process.exitCode = 1;
      }
      writeOutbox(this.#outboxFile, outbox);
    }
    if (process.exitCode === 1)
      console.error(
        spoken({
          en: `Try again with: npx commune publish ${this.#id}`,
          fr: `Réessayez : npx commune publish ${this.#id}`,
        }),
      );
  }
}

/** A file with news that somebody wants published. */
interface Given {
  /** Its name among the others. */
  name: string;
  text: string;
  item: NewsItem;
}

/** @param folder where the commune's news is. */
function readGiven(file: string, folder: string, now: Date): Given {
  if (!existsSync(file))
    throw new TranslatedError({
      en: `there is no file ${file}. Nothing was changed.`,
      fr: `il n’y a pas de fichier ${file}. Rien n’a été changé.`,
    });
  const text = readFileSync(file, "utf8");
  const there = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(".md")) : [];
  // Published on another day, and tried again: it is the same news.
  const known = there.find((name) => readFileSync(join(folder, name), "utf8") === text);
  const name = known ?? newsName(basename(file), text, now);
  const item = readNews(name, text);
  if ("problem" in item)
    throw new TranslatedError({
      en: `${file}: ${item.problem} Nothing was changed.`,
      fr: `${file} : ${item.problem} Rien n’a été changé.`,
    });
  return { name, text, item };
}

/** The first line of what went wrong, without what was asked: that is a page of Ruby. */
function reasonOf(error: unknown): string {
  const [line = ""] = spokenError(error).split("\n");
  return line.slice(0, 200);
}
