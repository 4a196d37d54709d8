import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { exchangeRows, prepareRows } from "../../../components/platform/mariadb/exchange.ts";
import { mariadbServer } from "../../../components/platform/mariadb/manifests.ts";
import { initFile, prepareScript } from "../../../components/platform/mariadb/prepare.ts";
import { roleScripts } from "../../../components/platform/mariadb/role.ts";
import { measuredFile, readMeasured } from "../../../components/platform/mariadb/rows.ts";
import { rootPassword } from "../../../components/platform/mariadb/secrets.ts";
import { mariadbSettings } from "../../../components/platform/mariadb/sizing.ts";
import { freePort } from "../../free-port.ts";
import { mariadbPrograms } from "../../mariadb.ts";

// Programs that run beside the server in the cluster run on this machine's MariaDB here.
await mariadbPrograms();

const plan = {
  ...{ commune: "bron", server: "mariadb", field: ["tenants", "mariadb"], memoryMiB: 512, storageGiB: 1 },
  storageClass: undefined,
};
const choir = "t0000000000000000c401";
const judo = "t0000000000000000d0d0";

/** Nobody: MariaDB does not run as root. */
const uid = process.getuid?.() === 0 ? 65534 : (process.getuid?.() ?? 0);
const asServer = process.getuid?.() === 0 ? [`--reuid=${uid}`, `--regid=${uid}`, "--clear-groups"] : [];

let folder: string;
let port: number;
let server: ChildProcess;
let beside: ChildProcess | undefined;
let said = "";

/** A script of the pod or of a Job, on the folders of this test. */
const here = (script: string) =>
  script
    .replaceAll("/tmp/", `${folder}/tmp/`)
    .replaceAll("/var/lib/mysql", folder)
    .replaceAll("/run/mysqld", folder)
    .replaceAll("/run/secrets", `${folder}/secrets`)
    .replaceAll("/run/init", `${folder}/init`)
    .replaceAll("/etc/rows", `${folder}/rows`);

const client = (user: string, text: string, ...words: string[]) =>
  execa("mariadb", ["--no-defaults", `--socket=${folder}/mysqld.sock`, `--user=${user}`, ...words], {
    env: { MYSQL_PWD: user === "root" ? "of-root" : "of-client" },
    input: text,
  });
const root = async (text: string) => (await client("root", text, "--batch", "--skip-column-names")).stdout;
const as = (user: string, text: string) => client(user, text, user);

/** Runs what the Job of a client runs. */
async function prepared(database: string): Promise<void> {
  const script = here(String(roleScripts(plan).data?.["role.sh"]));
  const environment = { HOST: "127.0.0.1", MYSQL_TCP_PORT: String(port), DATABASE: database };
  await execa("bash", ["-euo", "pipefail", "-c", script], { env: environment });
}

interface Container {
  name: string;
  command?: string[];
}

/** Starts what the pod has beside the server and its gate. */
function start(): void {
  const pod = JSON.parse(JSON.stringify(mariadbServer(plan, rootPassword("mariadb")).spec.template)) as {
    spec: { containers: Container[] };
  };
  const [program = "true", ...words] = pod.spec.containers.find(({ name }) => name === "rows")?.command ?? [];
  beside = spawn("setpriv", [...asServer, program, ...words.map(here)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  beside.stdout?.on("data", (bytes: Buffer) => {
    said += bytes.toString();
  });
}

async function ended(child: ChildProcess | undefined): Promise<void> {
  if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const end = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGKILL");
  await end;
}

const table =
  "CREATE TABLE IF NOT EXISTS pages (id INT AUTO_INCREMENT PRIMARY KEY, text LONGTEXT) STATS_AUTO_RECALC=0";
const row = "INSERT INTO pages (text) VALUES (REPEAT(HEX(RANDOM_BYTES(512)), 1024))";

/** An association fills its database until somebody stops it, or it has taken far more than its plan; in MiB. */
async function filled(database: string, mostMiB = 160): Promise<number> {
  await as(database, table);
  for (let taken = 0; taken < mostMiB; taken += 4) {
    const wrote = await as(database, `${row};${row};${row};${row};`).catch(() => undefined);
    if (wrote === undefined) return taken;
    await sleep(200);
  }
  return mostMiB;
}

const measured = () => readMeasured(readFileSync(here(measuredFile), "utf8"));
const stateOf = (owner: string) => measured().find((each) => each.owner === owner)?.state;
const waiting = { timeout: 100_000, interval: 500 };
const shares = (...lines: string[]) =>
  writeFileSync(join(folder, "rows/rows"), lines.map((line) => `${line}\n`).join(""));

beforeAll(async () => {
  folder = mkdtempSync("/tmp/mariadb-rows-");
  chmodSync(folder, 0o755);
  port = await freePort();
  for (const path of ["tmp", "secrets/mariadb", "secrets/root", "secrets/client", "rows", "init"])
    mkdirSync(join(folder, path), { recursive: true });
  for (const path of ["mariadb", "root"]) writeFileSync(join(folder, `secrets/${path}/password`), "of-root");
  writeFileSync(join(folder, "secrets/client/password"), "of-client");
  await execa("chown", ["--recursive", `${uid}:${uid}`, folder]);
  await execa("setpriv", [...asServer, "bash", "-euo", "pipefail", "-c", here(prepareScript())]);
  // An older server than the image's does not know all of them.
  const settings = Object.entries(mariadbSettings(plan.memoryMiB)).map(
    ([name, value]) => `--loose-${name}=${value}`,
  );
  server = spawn(
    "setpriv",
    [
      ...[...asServer, "mariadbd", "--no-defaults", `--datadir=${folder}/data`, `--port=${port}`],
      ...[`--socket=${folder}/mysqld.sock`, "--bind-address=127.0.0.1", `--pid-file=${folder}/pid`],
      ...[`--init-file=${here(initFile)}`, ...settings],
    ],
    { stdio: "ignore" },
  );
  await vi.waitFor(() => root("DO 0"), { timeout: 60_000, interval: 200 });
}, 120_000);

afterAll(async () => {
  await ended(beside);
  await ended(server);
  rmSync(folder, { recursive: true });
}, 60_000);

beforeEach(async () => {
  await ended(beside);
  said = "";
  rmSync(here(measuredFile), { force: true });
  for (const name of [choir, judo])
    await root(`DROP DATABASE IF EXISTS ${name}; DROP USER IF EXISTS '${name}'@'%'`);
  shares(`${choir} chorale ${48 * 1024}`, `${judo} judo ${48 * 1024}`);
  for (const name of [choir, judo]) await prepared(name);
});

describe("an association that fills its database", () => {
  test("is stopped at its plan, whatever its tables say of themselves, and no neighbour is", async () => {
    start();
    expect(await filled(choir)).toBeLessThan(120);
    await vi.waitFor(
      () => expect(said).toMatch(/^chorale: \d+ of 48 MiB of rows, so that nothing is added/m),
      waiting,
    );
    expect(await filled(judo, 16)).toBe(16);
  });

  test("is stopped within one statement, and on the connection that it has", async () => {
    start();
    const whole = `${row.replace(/VALUES \((.*)\)/, "SELECT $1 FROM seq_1_to_2000")};`;
    await as(choir, table);
    const stopped = client(choir, `${whole}\n${row};`, choir).catch(String);
    expect(await stopped).toMatch(/ERROR 2013|ERROR 1317|ERROR 2006/);
    await vi.waitFor(() => expect(stateOf("chorale")).toMatch(/full|closed/), waiting);
    await expect(as(choir, row)).rejects.toThrow("INSERT command denied");
  });

  test("reads and deletes, and adds rows again when there is room, without anybody's help", async () => {
    start();
    await filled(choir);
    await vi.waitFor(() => expect(stateOf("chorale")).toMatch(/full|closed/), waiting);
    expect(Number((await as(choir, "SELECT COUNT(*) FROM pages")).stdout.split("\n")[1])).toBeGreaterThan(40);
    for (const growing of ["CREATE TABLE other (id INT)", "ALTER TABLE pages ADD other LONGTEXT", row])
      await expect(as(choir, growing)).rejects.toThrow("command denied");
    await as(choir, "DELETE FROM pages");
    await vi.waitFor(() => as(choir, row), waiting);
    await vi.waitFor(() => expect(stateOf("chorale")).toBe("room"), waiting);
  });

  test("may not change rows either a tenth above it", async () => {
    shares(`${choir} chorale ${16 * 1024}`, `${judo} judo ${48 * 1024}`);
    await filled(choir, 24);
    start();
    await vi.waitFor(() => expect(stateOf("chorale")).toBe("closed"), waiting);
    await expect(as(choir, "UPDATE pages SET text = CONCAT(text, text)")).rejects.toThrow(
      "UPDATE command denied",
    );
    await as(choir, "DROP TABLE pages");
    await vi.waitFor(() => as(choir, table), waiting);
  });

  test("stays stopped when the Job of its user runs again, and when whoever measures is gone", async () => {
    start();
    await filled(choir);
    await ended(beside);
    await prepared(choir);
    await expect(as(choir, row)).rejects.toThrow("INSERT command denied");
  });

  test("is reported early", async () => {
    start();
    await filled(choir, 36);
    await vi.waitFor(() => expect(said).toMatch(/^chorale: \d+ of 48 MiB of rows$/m), waiting);
    expect(stateOf("chorale")).toBe("soon");
  });
});

test("where the volume ends, nobody has more than an equal part of it, whatever the shares come to", async () => {
  const many = Array.from({ length: 18 }, (_, index) => `t${index}`);
  shares(`${choir} chorale 900000`, `${judo} judo 900000`, ...many.map((name) => `${name} ${name} 900000`));
  await filled(choir, 60);
  await filled(judo, 12);
  const ballast = join(folder, "data/ballast");
  await execa("fallocate", ["--length=850M", ballast]);
  try {
    start();
    await vi.waitFor(() => expect(stateOf("chorale")).toBe("closed"), waiting);
    await expect(as(choir, row)).rejects.toThrow("INSERT command denied");
    await as(judo, row);
    expect(stateOf("*")).toBe("soon");
  } finally {
    rmSync(ballast);
  }
  await vi.waitFor(() => as(choir, row), waiting);
});

/** Runs a step of an exchange of rows beside the server. */
const step = (script: string, words = "") =>
  execa("bash", ["-c", `${words}\n${here(script)}`], { env: { MYSQL_PWD: "of-root" } });

test("rows that come back are out of the application's reach, and of its password, until they are in place", async () => {
  const coming = `${choir}_000001_in`;
  const marked = `ALTER DATABASE ${coming} COMMENT = 'whole'`;
  await expect(step(prepareRows(choir, "000001", "%"))).rejects.toThrow("password");
  await step(prepareRows(choir, "000001", "%"), "password=of-this-restore");
  for (const claim of [`USE ${coming}`, marked, `CREATE TABLE ${coming}.planted (n INT)`])
    await expect(as(choir, claim), claim).rejects.toThrow("denied");
  await expect(client(coming, "DO 0")).rejects.toThrow("Access denied");
  await expect(step(exchangeRows("there", choir, "000001"))).rejects.toThrow("are not whole");
  const loader = { env: { MYSQL_PWD: "of-this-restore" }, input: `${table}; ${row}; ${marked}` };
  await execa(
    "mariadb",
    ["--no-defaults", `--socket=${folder}/mysqld.sock`, `--user=${coming}`, coming],
    loader,
  );
  await step(exchangeRows("there", choir, "000001"));
  expect((await as(choir, "SELECT COUNT(*) FROM pages")).stdout).toContain("1");
  await step(exchangeRows("release", choir, "000001"));
});

test("rows that come from an archive are held to twice the share", async () => {
  await step(prepareRows(choir, "000001", "%"), "password=of-client");
  start();
  expect(await filled(`${choir}_000001_in`, 400)).toBeLessThan(200);
  await as(choir, `${table};${row}`);
  await root(`DROP DATABASE ${choir}_000001_in; DROP USER '${choir}_000001_in'@'%'`);
});

describe("what is on the volume and no table of anybody's", () => {
  test("temporary tables and routines are nobody's to make, nor whose user had every right before", async () => {
    await root(`GRANT ALL PRIVILEGES ON \`${judo}\`.* TO '${judo}'@'%'`);
    await prepared(judo);
    for (const user of [choir, judo]) {
      await expect(as(user, "CREATE TEMPORARY TABLE draft (id INT)")).rejects.toThrow("Access denied");
      await expect(as(user, "CREATE PROCEDURE p() SELECT 1")).rejects.toThrow("denied");
    }
  });

  test("tables are of the one engine of which a dump has one moment, whichever is asked for", async () => {
    await as(judo, "CREATE TABLE old (id INT) ENGINE=MyISAM; CREATE TABLE older (id INT) ENGINE=Aria");
    const engines = `SELECT GROUP_CONCAT(DISTINCT engine) FROM information_schema.tables WHERE table_schema = '${judo}'`;
    expect((await root(engines)).trim()).toBe("InnoDB");
  });

  test("old versions of rows end with the connections of whoever keeps them", async () => {
    start();
    await as(judo, `${table};${row}`);
    await as(
      choir,
      "CREATE TABLE short (id INT PRIMARY KEY, text VARCHAR(7500) CHARACTER SET latin1); INSERT INTO short VALUES (1, '')",
    );
    const reader = client(
      choir,
      "START TRANSACTION WITH CONSISTENT SNAPSHOT; SELECT COUNT(*) FROM short; DO SLEEP(120);",
      choir,
    ).catch(String);
    await sleep(1000);
    const writer = client(
      choir,
      `DELIMITER //
BEGIN NOT ATOMIC DECLARE i INT DEFAULT 0;
WHILE i < 200000 DO UPDATE short SET text = REPEAT(CHAR(65 + i MOD 20), 7500); SET i = i + 1; END WHILE; END//`,
      choir,
    ).catch(String);
    expect(await reader).toMatch(/ERROR 2013|ERROR 1927/);
    await writer;
    const told = `the connections of ${choir}, who reads them, have ended`;
    await vi.waitFor(() => expect(said).toContain(told), waiting);
    await as(judo, row);
  });
});
