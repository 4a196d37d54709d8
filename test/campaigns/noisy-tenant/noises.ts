import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { Agent } from "undici";
import { databaseName } from "../../../components/tenants/applications/database.ts";
import { text } from "../../../scripts/package/place.ts";
import type { Association, Town } from "../tenants/town.ts";
import { asked } from "./visitors.ts";

/** One way of being noisy. */
export interface Noise {
  name: string;
  /** Makes it for some seconds, and says in a few words what came of it. */
  make(town: Town, noisy: Association, seconds: number, agent: Agent): Promise<string>;
}

const applications = ["wordpress", "dokuwiki"] as const;
type Application = (typeof applications)[number];

const volumes: Readonly<Record<Application, string>> = {
  wordpress: "/usr/src/wordpress/wp-content/uploads",
  dokuwiki: "/storage",
};

/** Runs a program beside this file in a container of the association's pods, and gives what it printed last. */
async function run(
  town: Town,
  { namespace, id }: Association,
  where: { application: Application; container: string },
  program: string,
  words: readonly [...interpreter: string[]],
  seconds: number,
): Promise<string> {
  const at = { namespace, workload: `deployment/t-${id}-${where.application}`, container: where.container };
  const source = readFileSync(join(import.meta.dirname, program));
  // It ends by itself; one that does not would be heard in what is measured next.
  const bounded = ["timeout", "--kill-after=1", String(seconds + 8)];
  const { stdout, stderr, exitCode } = await town.place.exec(at, [...bounded, ...words], source);
  const said = text(stdout).trim().split("\n").at(-1);
  return said || `ended with ${exitCode} ${text(stderr).trim().slice(-200)}`.trim();
}

/** A program of the shell in both applications, or in their fronts too. */
function inBoth(program: string, options: { fronts?: boolean } = {}): Noise["make"] {
  return async (town, noisy, seconds) => {
    const said = await Promise.all(
      applications.flatMap((application) =>
        [application, ...(options.fronts ? ["front"] : [])].map(async (container) => {
          const words = ["sh", "-s", "--", String(seconds), volumes[application]];
          const where = { application, container };
          const line = await run(town, noisy, where, program, words, seconds);
          return `${container === "front" ? `front of ${application}` : application}: ${line}`;
        }),
      ),
    );
    return said.join("; ");
  };
}

/** A program of PHP, which speaks to the database server as the association's own user. */
function onServer(program: string): Noise["make"] {
  return async (town, noisy, seconds) => {
    const user = databaseName({ commune: town.commune, id: noisy.id }, "wordpress");
    const where = { application: "wordpress", container: "wordpress" } as const;
    const server = `mariadb.${town.commune}-mariadb.svc`;
    const words = ["php", "-d", "memory_limit=96M", "--", server, user, String(seconds)];
    const said = await run(town, noisy, where, program, words, seconds);
    await hush(town, user);
    return said;
  };
}

/** Ends what a user still runs on the server: the noise is over when its program is. */
async function hush(town: Town, user: string): Promise<void> {
  const client =
    'MYSQL_PWD=$(cat /run/secrets/mariadb/password) exec mariadb --socket=/run/mysqld/mysqld.sock --user=root --execute "$0"';
  const at = { namespace: `${town.commune}-mariadb`, workload: "mariadb-0", container: "mariadb" };
  await town.place.exec(at, ["bash", "-c", client, `KILL HARD CONNECTION USER '${user}'@'%'`]);
}

/** Visitors of its own public names, through the ingress controller: from within, its pods reach nobody. */
async function flood(_town: Town, noisy: Association, seconds: number, agent: Agent): Promise<string> {
  const answers = new Map<number | undefined, number>();
  const end = performance.now() + seconds * 1000;
  const urls = [`https://${noisy.wordpress}/`, `https://${noisy.dokuwiki}/`];
  const visitor = async (index: number) => {
    while (performance.now() < end) {
      const status = await asked(urls[index % urls.length] ?? "", agent);
      answers.set(status, (answers.get(status) ?? 0) + 1);
      await sleep(250);
    }
  };
  await Promise.all(Array.from({ length: 50 }, (_, index) => visitor(index)));
  return [...answers].map(([status, count]) => `${count} times ${status ?? "nothing in time"}`).join(", ");
}

/** The eight ways, in the order in which they are tried. */
export const noises: readonly Noise[] = [
  { name: "processor", make: inBoth("processor.sh", { fronts: true }) },
  { name: "memory", make: inBoth("memory.sh") },
  { name: "disk", make: inBoth("disk.sh") },
  { name: "processes", make: inBoth("processes.sh") },
  { name: "connections", make: onServer("connections.php") },
  { name: "requests", make: flood },
  { name: "sorts", make: onServer("sorts.php") },
  { name: "rows", make: onServer("rows.php") },
];
