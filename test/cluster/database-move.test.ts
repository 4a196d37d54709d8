import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { openCluster } from "../../local/cluster/index.ts";
import { asRead, commandsOf } from "./page.ts";
import { Project } from "./project.ts";

/** Rows go from the shared server to one of the service's own and back, by the commands of docs/database.md. */
const cluster = openCluster(inject("cluster"));
const stack = "moving-town";
const heading = "Move rows between servers of ours";
const retired = "retired: { since: 2026-11-26 }";
let project: Project;

function declare(nextcloud: string, database = ""): void {
  project.declare(
    stack,
    `id: ${stack}\nname: Bron\ninsee: "69029"\ndomain: ${stack}.test\npopulation: 900\ncontact: a@${stack}.test\nnextcloud: { storage: 1 GiB, apps: []${nextcloud} }\n${database}`,
  );
}

async function kubectl(...args: string[]): Promise<string> {
  const { stdout } = await execa("kubectl", args, { env: cluster.environment });
  return stdout;
}

const psql = (server: string, database: string, statement: string) =>
  kubectl(
    ...["exec", "-n", `${stack}-${server}`, "database-0", "--"],
    ...["psql", "-U", "postgres", "-d", database, "-Atc", statement],
  );
const rows = (server: string) =>
  psql(server, "nextcloud", "SELECT count(*), md5(string_agg(text, '' ORDER BY n)) FROM minutes");
const databases = (server: string) =>
  psql(server, "postgres", "SELECT datname FROM pg_database WHERE datname ~ '^next'");
const inPod = (...command: string[]) =>
  kubectl("exec", "-n", `${stack}-nextcloud`, "deploy/nextcloud", "-c", "php", "--", ...command);

/** Commands of a step of the page, of which some are changed. */
async function step(block: number, change = (command: string) => command): Promise<void> {
  for (const command of commandsOf("database.md", heading, stack, block).map(change)) {
    const { exitCode, output } = await asRead(project, command);
    expect(exitCode, `${command}\n${output}`).toBe(0);
  }
}

/** Nextcloud writes into its database, on that server and no other. */
async function writesInto(server: string): Promise<void> {
  expect(await inPod("php", "occ", "config:system:get", "dbhost")).toBe(
    `database.${stack}-${server}.svc:5432`,
  );
  const value = `on ${server}`;
  await inPod("php", "occ", "config:app:set", "core", "commune-test", `--value=${value}`);
  expect(
    await psql(server, "nextcloud", "SELECT configvalue FROM oc_appconfig WHERE configkey = 'commune-test'"),
  ).toBe(value);
}

let before: string;

beforeAll(async () => {
  project = new Project(cluster.environment);
  declare("");
  await project.createStack(stack);
  await project.up(stack);
  await psql(
    "database",
    "nextcloud",
    "CREATE TABLE minutes AS SELECT n, md5(n::text) AS text FROM generate_series(1, 5000) n",
  );
  await psql("database", "nextcloud", "ALTER TABLE minutes OWNER TO nextcloud");
  before = await rows("database");
});

afterAll(async () => {
  await project.end(stack);
});

describe("rows", () => {
  test("that are not where the declaration says are not left behind: it is refused, and says the page", async () => {
    declare(", dedicatedDatabase: {}", `database: { ${retired} }\n`);
    const { exitCode, output } = await project.pulumi(["preview", "-s", stack]);
    expect(exitCode).not.toBe(0);
    expect(output).toContain("Copy them first (docs/database.md)");
    expect(output).toContain('pulumi config set commune:moved "nextcloud=a server of its own"');
  });

  test("go from the shared server to one of the service's own", async () => {
    declare(`, ${retired}`);
    await project.up(stack);
    await step(0);
    declare(`, dedicatedDatabase: {}, ${retired}`, `database: { ${retired} }\n`);
    await step(1);
    declare(", dedicatedDatabase: {}", `database: { ${retired} }\n`);
    await project.up(stack);
    expect(await rows("nextcloud-database")).toBe(before);
    await writesInto("nextcloud-database");

    declare(", dedicatedDatabase: {}", `database: { ${retired}, drop: [nextcloud] }\n`);
    await project.up(stack);
    expect(await databases("database")).toBe("");
    expect(await databases("nextcloud-database")).toBe("nextcloud");
  });

  test("and back", async () => {
    const exchanged = (command: string) =>
      command
        .replace(/-nextcloud-database|-database(?= )/, (found) =>
          found === "-database" ? "-nextcloud-database" : "-database",
        )
        .replace("a server of its own", "the commune's server");
    const own = `, dedicatedDatabase: { ${retired} }`;
    declare(`, dedicatedDatabase: {}, ${retired}`, `database: { ${retired} }\n`);
    await project.up(stack);
    await step(0, exchanged);
    declare(`${own}, ${retired}`);
    await step(1, exchanged);
    declare(own);
    await project.up(stack);
    expect(await rows("database")).toBe(before);
    await writesInto("database");
  });
});
