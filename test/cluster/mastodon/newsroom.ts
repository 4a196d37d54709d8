import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { request } from "undici";
import { vi } from "vitest";
import type { Cluster } from "../../../local/cluster/index.ts";
import { Kubectl } from "../../../scripts/kubectl.ts";
import { agentFor } from "../../../scripts/look/doorway.ts";
import { postingToken } from "../../../scripts/look/token.ts";
import { outboxFile, readOutbox } from "../../../scripts/publish/outbox.ts";
import { publishCommand } from "../../../scripts/publish.ts";
import { Stack } from "../../../scripts/stack.ts";
import type { Project } from "../project.ts";
import type { Server } from "./server.ts";

/** Whether anybody reads a piece of news at each place, without an account: answered with 200. */
export interface Readable {
  page: boolean;
  feed: boolean;
  mastodon: boolean;
}

/** Result of `commune publish`. */
interface Outcome {
  code: number;
  said: string;
  /** Places where anybody read it when Mastodon was first turned to; undefined if it was not. */
  before: Readable | undefined;
}

/** The commune's people who publish news, and those who read it. */
export class Newsroom {
  readonly #stacks: string;

  constructor(
    private readonly cluster: Cluster,
    private readonly project: Project,
    private readonly stack: string,
    private readonly server: Server,
  ) {
    this.#stacks = join(project.folder, "stacks");
  }

  get outbox() {
    return readOutbox(outboxFile(this.#stacks, this.stack));
  }

  /** Returns the places where anybody reads a piece of news now. */
  async readable(title: string): Promise<Readable> {
    const has = async (address: string) => {
      const { statusCode, body } = await request(address, { dispatcher: this.server.dispatcher });
      return (await body.text()).includes(title) && statusCode === 200;
    };
    const [page, feed, mastodon] = await Promise.all([
      has(`https://${this.stack}.test/actualites`),
      has(`https://${this.stack}.test/actualites.atom`),
      has(`${this.server.url}/@mairie.rss`),
    ]);
    return { page, feed, mastodon };
  }

  /** Runs the command, with a file of that title, or for what waits. */
  async publish(title?: string): Promise<Outcome> {
    const file = join(this.project.folder, "news.md");
    if (title !== undefined) writeFileSync(file, `# ${title}\n\nSamedi, place Curial.\n`);
    const lines: string[] = [];
    const note = (line: unknown) => void lines.push(String(line));
    const [log, error] = [
      vi.spyOn(console, "log").mockImplementation(note),
      vi.spyOn(console, "error").mockImplementation(note),
    ];
    let before: Readable | undefined;
    process.exitCode = undefined;
    try {
      await publishCommand({
        stacks: this.#stacks,
        stackOf: (id) => new Stack(id, this.project.environment, this.project.folder),
        tokenOf: async (id, owner) => {
          before ??= await this.readable(title ?? "");
          return postingToken(id, owner, new Kubectl(this.cluster.environment));
        },
        dispatcherOf: () => agentFor(this.server.doorway),
        now: () => new Date(),
        pause: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds)),
      }).parseAsync([this.stack, ...(title === undefined ? [] : [file])], { from: "user" });
      return { code: Number(process.exitCode ?? 0), said: lines.join("\n"), before };
    } finally {
      process.exitCode = undefined;
      log.mockRestore();
      error.mockRestore();
    }
  }
}
