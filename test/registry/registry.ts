import { createHash, randomBytes } from "node:crypto";
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import yaml from "js-yaml";
import * as z from "zod";
import { cacheFolder, checkout } from "../../local/paths.ts";
import manifest from "../../package.json" with { type: "json" };
import { freePort } from "../free-port.ts";

const source = join(checkout, "test", "registry", "verdaccio");

/** Seconds in which verdaccio has to answer. */
const patience = 60;

/**
 * Returns the folder with verdaccio, in the versions of verdaccio/package-lock.json. It is installed into the cache the
 * first time: its 327 packages are not for everybody who works on this.
 */
async function verdaccioFolder(): Promise<string> {
  const lock = join(source, "package-lock.json");
  const digest = createHash("sha256").update(readFileSync(lock)).digest("hex").slice(0, 16);
  const folder = join(cacheFolder(), `verdaccio-${digest}`);
  if (existsSync(folder)) return folder;
  const work = `${folder}.${process.pid}`;
  mkdirSync(work, { recursive: true });
  for (const file of ["package.json", "package-lock.json"])
    copyFileSync(join(source, file), join(work, file));
  const quiet = ["--ignore-scripts", "--no-audit", "--no-fund"];
  await execa("npm", ["ci", ...quiet], { cwd: work });
  renameSync(work, folder);
  return folder;
}

/**
 * Returns verdaccio's configuration: this toolkit's names are its own, whatever another registry has under them, and all
 * others are another registry's. Source: https://verdaccio.org/docs/configuration
 */
export function configuration(folder: string, upstream: string): string {
  const own = { access: "$all", publish: "$authenticated" };
  return yaml.dump({
    storage: join(folder, "storage"),
    auth: { htpasswd: { file: join(folder, "htpasswd") } },
    uplinks: { npm: { url: upstream, cache: false, maxage: "60m" } },
    packages: {
      [manifest.name]: own,
      [`@${manifest.name}/*`]: own,
      "**": { access: "$all", proxy: "npm" },
    },
    web: { enable: false },
    // The programs of the local cluster are one large package, and npm sends a package as base64 in JSON.
    max_body_size: "512mb",
    log: { type: "stdout", format: "pretty", level: "warn" },
  });
}

const token = z.object({ token: z.string() });

/** Starts verdaccio, which ends with this process. */
const run = (program: string, words: readonly string[], cwd: string) =>
  execa("node", [program, ...words], { all: true, reject: false, cwd });

/** A registry of npm on this machine, with what is published there and everything of the registry that this machine asks. */
export class Registry {
  private constructor(
    readonly url: string,
    private readonly folder: string,
    private readonly running: ReturnType<typeof run>,
  ) {}

  /** Starts verdaccio. Throws what it said if it does not answer within a minute. */
  static async start(folder: string): Promise<Registry> {
    const installed = await verdaccioFolder();
    mkdirSync(folder, { recursive: true });
    const { stdout: upstream } = await execa("npm", ["config", "get", "registry"]);
    const file = join(folder, "verdaccio.yaml");
    writeFileSync(file, configuration(folder, upstream.trim()));
    const url = `http://127.0.0.1:${await freePort()}/`;
    const program = join(installed, "node_modules", "verdaccio", "bin", "verdaccio");
    const running = run(program, ["--config", file, "--listen", url], folder);
    const registry = new Registry(url, folder, running);
    try {
      await registry.#answers();
      await registry.#logIn();
    } catch (error) {
      await registry.close();
      throw new Error(`verdaccio did not start: ${error}\n${String((await running).all)}`, { cause: error });
    }
    return registry;
  }

  async #answers(): Promise<void> {
    const end = Date.now() + patience * 1000;
    for (;;) {
      const answer = await fetch(`${this.url}-/ping`).catch(() => undefined);
      if (answer?.ok) return;
      if (Date.now() > end || this.running.exitCode !== null) throw new Error("no answer");
      await sleep(200);
    }
  }

  /** Makes an account, whose token npm publishes with. */
  async #logIn(): Promise<void> {
    const [name, password] = ["release", randomBytes(24).toString("base64url")];
    const answer = await fetch(`${this.url}-/user/org.couchdb.user:${name}`, {
      method: "PUT",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ name, password }),
    });
    if (!answer.ok) throw new Error(`no account: ${answer.status} ${await answer.text()}`);
    const { token: said } = token.parse(await answer.json());
    const { host } = new URL(this.url);
    const lines = [`registry=${this.url}`, `//${host}/:_authToken=${said}`];
    writeFileSync(this.#settings, `${lines.join("\n")}\n`, { mode: 0o600 });
  }

  get #settings(): string {
    return join(this.folder, "npmrc");
  }

  /** Variables with which npm asks this registry. */
  get environment(): Record<string, string> {
    return { npm_config_registry: this.url };
  }

  /** Publishes an archive, as `npm publish` does. */
  async publish(archive: string, tag = "latest"): Promise<void> {
    await execa("npm", ["publish", archive, "--tag", tag, "--ignore-scripts"], {
      env: { npm_config_userconfig: this.#settings },
      // Settings of this checkout are for itself.
      cwd: this.folder,
    });
  }

  /** Ends it; what was published stays in its folder. */
  async close(): Promise<void> {
    this.running.kill();
    await this.running;
    rmSync(this.#settings, { force: true });
  }
}
