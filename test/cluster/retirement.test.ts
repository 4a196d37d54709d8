import { execa } from "execa";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { openCluster } from "../../local/cluster/index.ts";
import { localLock } from "./pinned.ts";
import { changesOf, Project } from "./project.ts";

/** A service leaves, comes back and is released, and a stack takes over what is there: plain Pulumi throughout. */
const cluster = openCluster(inject("cluster"));
const stack = "departure-town";
let project: Project;

const service = {
  nextcloud: (more = "") => `nextcloud: { storage: 1 GiB, apps: []${more} }\n`,
  peertube: (more = "") => `peertube: { storage: 1 GiB${more} }\n`,
  schools: (more = "") => `schools: { storage: 1 GiB${more} }\n`,
};
const kept = ", retired: { since: 2026-11-25 }";
const released = ", retired: { since: 2026-11-25, data: released }";

function declare(...sections: string[]): void {
  project.declare(
    stack,
    `id: ${stack}\nname: Bron\ninsee: "69029"\ndomain: ${stack}.test\npopulation: 900\ncontact: a@${stack}.test\n${sections.join("")}`,
  );
}

async function kubectl(...args: string[]): Promise<string> {
  const { stdout } = await execa("kubectl", args, { env: cluster.environment });
  return stdout;
}

/** Objects of a kind in the namespace of a service, by name; none without the namespace. */
async function names(kinds: string, of: string): Promise<string[]> {
  const listed = await kubectl("get", kinds, "-n", `${stack}-${of}`, "-o", "name");
  return listed.split("\n").filter(Boolean).sort();
}

async function namespaces(): Promise<string[]> {
  const listed = await kubectl("get", "namespaces", `-lcommune.cloud/commune=${stack}`, "-o", "name");
  return listed.split("\n").filter(Boolean).sort();
}

const psql = (database: string, statement: string) =>
  kubectl(
    ...["exec", "-n", `${stack}-database`, "database-0", "--"],
    ...["psql", "-U", "postgres", "-d", database, "-Atc", statement],
  );
/** Databases and roles that are not PostgreSQL's own. */
const rows = () =>
  psql(
    "postgres",
    "SELECT 'database', datname FROM pg_database WHERE datname NOT IN ('postgres', 'template0', 'template1') UNION ALL SELECT 'role', rolname FROM pg_roles WHERE rolname !~ '^(pg_|postgres$)' ORDER BY 1, 2",
  );
const counted = "SELECT count(*), md5(string_agg(text, '' ORDER BY n)) FROM minutes";
/** Runs a shell line where Nextcloud has its files. */
const inNextcloud = (line: string) =>
  kubectl("exec", "-n", `${stack}-nextcloud`, "deploy/nextcloud", "-c", "php", "--", "sh", "-ec", line);
/** Returns what the test wrote: rows, and files on the volume of Nextcloud. */
async function written(): Promise<string[]> {
  return [
    await psql("nextcloud", counted),
    await inNextcloud("cat data/minutes/* | sha256sum; ls data/minutes | wc -l"),
  ];
}

/** Applies what is declared, without a preview; returns all that the update said. */
const applied = () => project.succeed("up", "-s", stack, "--yes", "--skip-preview");

async function published(): Promise<{ retired: object; rows: string[]; services: object; volumes: object }> {
  const { published } = JSON.parse(await project.succeed("stack", "output", "--json", "-s", stack));
  return published;
}

/** Moment at which the database server was started. */
const started = () => psql("postgres", "SELECT pg_postmaster_start_time()");

let before: string[];

beforeAll(async () => {
  project = new Project(cluster.environment);
  declare(service.nextcloud(), service.peertube(), service.schools());
  await project.createStack(stack, { data: "protected" });
  project.pin(localLock(cluster));
  await applied();
  await psql(
    "nextcloud",
    "CREATE TABLE minutes AS SELECT n, md5(n::text) AS text FROM generate_series(1, 5000) n",
  );
  await inNextcloud("mkdir data/minutes; for n in $(seq 50); do echo minute $n > data/minutes/$n; done");
  before = await written();
});

afterAll(async () => {
  project.set(stack, { data: "disposable" });
  await applied();
  await project.succeed("destroy", "-s", stack, "--yes");
  expect(await namespaces()).toEqual([]);
  project.remove();
});

describe("a service that leaves", () => {
  test("is not just taken out: refused before anything changes, with the line to write", async () => {
    declare(service.peertube(), service.schools());
    const { exitCode, output } = await project.pulumi(["up", "-s", stack, "--yes", "--skip-preview"]);
    expect(exitCode).not.toBe(0);
    expect(output).toContain("nextcloud: { retired: { since: ");
    expect(await written()).toEqual(before);
  });

  test("is retired: its pods go, its volumes and rows stay, and nobody else notices", async () => {
    declare(service.nextcloud(kept), service.peertube(), service.schools());
    const since = await started();
    expect(await applied()).toContain("nextcloud is retired, since 2026-11-25");
    expect(await names("deployments,pods,cronjobs,jobs,ingresses,secrets", "nextcloud")).toEqual([]);
    expect(await names("persistentvolumeclaims", "nextcloud")).toEqual([
      "persistentvolumeclaim/nextcloud",
      "persistentvolumeclaim/nextcloud-data",
    ]);
    expect(await psql("nextcloud", counted)).toBe(before[0]);
    expect(await started()).toBe(since);
    expect(await published()).toMatchObject({
      retired: { nextcloud: { since: "2026-11-25", data: "kept" } },
      services: { nextcloud: { version: "33.0.7" } },
    });
  });

  test("comes back with all that it had, even where all that is not protected was destroyed", async () => {
    await project.succeed("destroy", "--exclude-protected", "-s", stack, "--yes");
    expect(await names("deployments,jobs,ingresses", "peertube")).toEqual([]);
    expect(await psql("nextcloud", counted)).toBe(before[0]);
    declare(service.nextcloud(), service.peertube(), service.schools());
    await applied();
    expect(await written()).toEqual(before);
    expect((await published()).retired).toEqual({});
  });

  test("is retired again, and released: its rows go first, then its volumes", async () => {
    declare(service.nextcloud(kept), service.peertube(kept), service.schools());
    await applied();
    expect(await rows()).toBe("database|nextcloud\ndatabase|peertube\nrole|nextcloud\nrole|peertube");
    declare(service.nextcloud(released), service.peertube(kept), service.schools());
    const release = await applied();
    expect(release).toContain("The data of nextcloud, retired on 2026-11-25, is released");
    expect(release).toMatch(/\+\s+.*Job\s+departure-town-database-drop-nextcloud/);
    expect(await rows()).toBe("database|peertube\nrole|peertube");
    expect(await names("persistentvolumeclaims", "nextcloud")).toHaveLength(2);
    expect(await published()).toMatchObject({ rows: ["peertube"] });
    expect(Object.keys(await changes())).toEqual(["unchanged"]);

    declare(service.peertube(released), service.schools(kept));
    const said = await applied();
    expect(said).toMatch(/A volume is deleted with all that is on it: nextcloud \(\d+ GiB\)\./);
    expect(said).toMatch(/A volume is deleted with all that is on it: nextcloud-data \(\d+ GiB\)\./);
    expect(await namespaces()).not.toContain(`namespace/${stack}-nextcloud`);
    expect(await rows()).toBe("");
    expect(Object.keys((await published()).services)).toEqual(["peertube"]);
  });

  test("takes the shared server along when it was the last one on it", async () => {
    declare(service.schools(kept));
    await applied();
    expect(await namespaces()).toEqual([`namespace/${stack}-federation`, `namespace/${stack}-schools`]);
    expect(await names("persistentvolumeclaims", "schools")).toHaveLength(1);
    expect(await published()).toMatchObject({ services: {}, rows: [], postgresql: {} });
  });

  test("is another one when it is written again: nothing of before is there", async () => {
    declare(service.nextcloud(), service.schools());
    await applied();
    expect(await psql("nextcloud", "SELECT to_regclass('minutes') IS NULL")).toBe("t");
    await psql("nextcloud", "CREATE TABLE minutes AS SELECT n, n::text AS text FROM generate_series(1, 9) n");
    await inNextcloud("mkdir data/minutes; echo again > data/minutes/1");
    before = await written();
  });
});

describe("a stack takes over what is there", () => {
  test("when its state is lost, and its seed is known", async () => {
    const exported = JSON.parse(
      await project.succeed("stack", "export", "--show-secrets", "-s", stack),
    ) as Exported;
    const drawn = exported.deployment.resources.find(({ type }) => type.endsWith(":RandomBytes"));
    const seed: string = JSON.parse(drawn?.outputs?.base64?.plaintext ?? "null");
    await project.succeed("stack", "rm", stack, "--force", "--yes");
    await project.succeed("stack", "init", stack);
    await project.succeed("config", "set", "--secret", "commune:seed", seed, "-s", stack);
    await applied();
    expect(await written()).toEqual(before);
    expect(Object.keys(await changes())).toEqual(["unchanged"]);
  });

  test("when somebody took the protection away and destroyed it all: what holds data stayed", async () => {
    await project.succeed("state", "unprotect", "--all", "--yes", "-s", stack);
    await project.succeed("destroy", "-s", stack, "--yes");
    expect(
      JSON.parse(await project.succeed("stack", "export", "-s", stack)).deployment.resources ?? [],
    ).toEqual([]);
    expect(await names("deployments,jobs,ingresses,secrets", "nextcloud")).toEqual([]);
    expect(await names("persistentvolumeclaims", "nextcloud")).toHaveLength(2);
    await applied();
    expect(await written()).toEqual(before);
  });
});

interface Exported {
  deployment: { resources: { type: string; outputs?: { base64?: { plaintext: string } } }[] };
}

/** Counts what another `up` would do, by kind of change. */
async function changes(): Promise<Record<string, number>> {
  return changesOf(await project.succeed("preview", "-s", stack));
}
