import { buildFeeds } from "./feeds.ts";
import { release } from "./home.ts";
import { parseCommand } from "./launch.ts";
import { messageOf, Refusal } from "./refusal.ts";
import { runRuby } from "./runner.ts";
import { checkFirstBoot } from "./schema/first-boot.ts";
import { closeServices, openServices, type Services } from "./services.ts";
import { serveSidekiq } from "./sidekiq.ts";
import { Site } from "./site.ts";
import { runTasks } from "./tasks.ts";
import { serveWeb } from "./web/server.ts";

/** Runs one command line of the image: the program that was called, and its arguments. */
async function main(words: string[]): Promise<void> {
  const command = parseCommand(words);
  const version = release();
  const env = process.env;
  switch (command.kind) {
    case "web": {
      const port = command.port ?? command.bind?.match(/:(\d+)$/)?.[1];
      return serveWeb(port === undefined ? env : { ...env, PORT: port }, version);
    }
    case "sidekiq":
      return serveSidekiq(command.args, env, version);
    case "task":
      return runTasks(command.names, { ...env, ...command.env }, version);
    case "runner":
      return withServices((services) => runRuby(command.args, services), version);
    case "feeds":
      return withServices(async (services) => {
        console.log(`OK, regenerated feeds for ${await buildFeeds(new Site(services))} accounts`);
      }, version);
  }
}

/** For one command: services that are closed when it ends, on a schema that is there. */
async function withServices(run: (services: Services) => Promise<void>, version: string): Promise<void> {
  const services = await openServices(process.env, version, 2);
  try {
    await checkFirstBoot(services.pool, services.settings);
    await run(services);
  } finally {
    await closeServices(services);
  }
}

main(process.argv.slice(2)).then(
  () => process.exit(0),
  (error: unknown) => {
    if (error instanceof Refusal) console.error(error.message);
    else console.error(error instanceof Error ? error.stack : messageOf(error));
    process.exit(error instanceof Refusal ? error.exitCode : 1);
  },
);
