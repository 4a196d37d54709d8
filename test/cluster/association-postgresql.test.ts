import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { fetch as undiciFetch } from "undici";
import { afterAll, beforeAll, expect, inject, test, vi } from "vitest";
import type { Fetch } from "../../components/recovery/vault/open-vault.ts";
import { databaseName } from "../../components/tenants/applications/database.ts";
import { withoutSuspension, withSuspension } from "../../components/tenants/tenant/file.ts";
import { openCluster } from "../../local/cluster/index.ts";
import { olderRecipes, olderSpatialRecipes, spatialRecipes } from "../../local/images/images.ts";
import { buildImages } from "../../local/images/index.ts";
import { buildToolchain } from "../../local/toolchain/index.ts";
import { agentFor } from "../../scripts/look/doorway.ts";
import { recoveryCommand } from "../../scripts/recovery.ts";
import { restoreCommand } from "../../scripts/restore.ts";
import type { Outputs } from "../../scripts/stack.ts";
import { deleteCommand } from "../../scripts/tenant/delete.ts";
import { exportTenantCommand } from "../../scripts/tenant/export.ts";
import { importTenantCommand } from "../../scripts/tenant/import.ts";
import { usageCommand } from "../../scripts/tenant/usage.ts";
import { tenantText } from "../components/tenants/stacks.ts";
import { mobilizonRecipe } from "../doubles/mobilizon/recipe.ts";
import { Metropolis } from "./federation/metropolis.ts";
import { type Hosting, pointTools, tenantTools, told } from "./hosting.ts";
import type { Project } from "./project.ts";

/** An association whose application keeps its rows on PostgreSQL with PostGIS. The server is real; Mobilizon is a double. */
const cluster = openCluster(inject("cluster"));
const commune = "agenda-town";
/** Who keeps its copies. */
const host = "ledger-town";
const domain = `assos-${commune}.test`;
const silent = { report: () => undefined, signal: new AbortController().signal };
const { hostname, port } = new URL(cluster.endpoints?.https ?? "");
const dispatcher = agentFor({ address: { host: hostname, port: Number(port) }, caFile: cluster.caFile });
const fetch = ((address, init) => undiciFetch(address, { ...init, dispatcher })) as Fetch;

let project: Project;
let hosting: Hosting;
const kubectl = async (...words: string[]) =>
  (await execa("kubectl", words, { env: project.environment })).stdout;
const agenda = (id: string) => `https://agenda-public.${id}.${domain}/`;
const page = async (id: string) => (await undiciFetch(agenda(id), { dispatcher })).text();
const shows = (id: string, text: string) =>
  vi.waitFor(async () => expect(await page(id)).toContain(text), { timeout: 120_000, interval: 1000 });
const tenantFile = (id: string) => join(project.folder, "stacks", commune, "tenants", `${id}.yaml`);
/** Its applications, and more of its server. */
const withAgenda = (more: string) =>
  `applications: { mobilizon: {} }\npostgresql: { storage: 1 GiB, ${more} }\n`;
const databaseIn = (id: string) => databaseName({ commune, id }, "mobilizon");

/** What a server answers its superuser. */
const sql = (id: string, statement: string, database = databaseIn(id)) =>
  kubectl(
    ...["exec", "-n", `${commune}-pg--${id}`, "database-0", "-c", "postgresql", "--"],
    ...["psql", "-U", "postgres", "-At", "-d", database, "-c", statement],
  );
const events = (id: string) => sql(id, "SELECT title, ST_AsText(place) FROM events ORDER BY id");
/** Databases and roles that somebody made. */
const made = (id: string) =>
  sql(
    id,
    "SELECT datname FROM pg_database WHERE datname LIKE 't%' AND NOT datistemplate UNION SELECT rolname FROM pg_roles WHERE rolname LIKE 't%' ORDER BY 1",
    "postgres",
  );

beforeAll(async () => {
  const made = [...spatialRecipes, ...olderSpatialRecipes, ...olderRecipes, mobilizonRecipe];
  const [toolchain, images] = [await buildToolchain(silent), await buildImages(silent, made)];
  await cluster.up({ toolchain, images, domains: [], ...silent });
  const metropolis = new Metropolis(cluster, [
    { id: commune, insee: "69029", domain: `${commune}.test` },
    { id: host, insee: "69123", domain: `${host}.test` },
  ]);
  metropolis.know({ [commune]: { stack: commune } });
  project = metropolis.project;
  metropolis.declare(host, { with: "all" }, { recovery: { host: { [commune]: { space: "1 GiB" } } } });
  project.declare(
    commune,
    `id: ${commune}
name: Agenda Town
insee: "69029"
domain: ${commune}.test
population: 4200
contact: a@${commune}.test
tenants: { domain: ${domain} }
recovery: { vaults: [${host}] }
`,
  );
  mkdirSync(join(project.folder, "stacks", commune, "tenants"));
  writeFileSync(tenantFile("chorale"), tenantText("chorale", withAgenda('version: "15"'), "large"));
  writeFileSync(tenantFile("cinema"), tenantText("cinema"));
  for (const id of [commune, host]) await metropolis.createStack(id);
  for (const id of [commune, host]) await project.up(id);
  const outputs = JSON.parse(
    await project.succeed("stack", "output", "--json", "--show-secrets", "-s", commune),
  ) as Outputs;
  hosting = { project, outputs, host, fetch };
});

afterAll(async () => {
  await dispatcher.close();
  await project.end(commune, host);
});

test("its application finds its extensions made and its rows its own, on a server that nobody else reaches", async () => {
  await sql(
    "chorale",
    "INSERT INTO events (title, place) VALUES ('Concert d’été', ST_SetSRID(ST_MakePoint(4.88, 45.77), 4326))",
  );
  await shows("chorale", "<h2>Concert d’été</h2>");
  expect(await page("chorale")).toContain("<title>Chorale des Gratte-Ciel</title>");
  const name = databaseIn("chorale");
  expect(await made("chorale")).toBe(name);
  expect(
    await sql(
      "chorale",
      `SELECT rolsuper, rolcreatedb, rolcreaterole FROM pg_roles WHERE rolname = '${name}'`,
    ),
  ).toBe("f|f|f");
  expect(await sql("chorale", "SELECT email, role FROM users")).toBe("bureau@chorale.test|administrator");
  const front = ["exec", "-n", `${commune}-t-cinema`, "deployment/t-cinema-site", "--"];
  const address = `telnet://database.${commune}-pg--chorale.svc:5432`;
  const tried = await execa("kubectl", [...front, "curl", "--silent", "--max-time", "4", address], {
    env: project.environment,
    reject: false,
  });
  // Who is let in waits for the server to say something, until the time is over.
  expect(tried.exitCode, String(tried.stderr)).toBe(7);
  expect(await project.up(commune)).toEqual({ unchanged: expect.any(Number) });
});

test("it goes from PostgreSQL 15 to 17, to another PostGIS, with its rows and places", async () => {
  expect(await sql("chorale", "SHOW server_version_num")).toMatch(/^15/);
  const [before, postgis] = [await events("chorale"), await sql("chorale", "SELECT postgis_lib_version()")];
  const newer = withAgenda('version: "17", upgradeFrom: "15"');
  writeFileSync(tenantFile("chorale"), tenantText("chorale", newer, "large"));
  await project.up(commune);
  expect(await sql("chorale", "SHOW server_version_num")).toMatch(/^17/);
  expect(await sql("chorale", "SELECT postgis_lib_version()")).not.toBe(postgis);
  expect(await events("chorale")).toBe(before);
  expect(await made("chorale")).toBe(databaseIn("chorale"));
  await shows("chorale", "<h2>Concert d’été</h2>");
  expect(await project.up(commune)).toEqual({ unchanged: expect.any(Number) });
});

test("what it takes is measured, its server beside its plan", async () => {
  const usage = async () =>
    JSON.parse(await told(usageCommand(tenantTools(hosting)), [commune, "chorale", "--json"])).usage.chorale;
  expect((await usage()).databases[databaseIn("chorale")]).toBeGreaterThan(0);
  const atRest = async () => expect((await usage()).serverBytes).toBeGreaterThan(10 * 1024 ** 2);
  await vi.waitFor(atRest, { timeout: 60_000, interval: 2000 });
  console.log(
    `A PostgreSQL of an association at rest: ${Math.round((await usage()).serverBytes / 1024 ** 2)} MiB.`,
  );
});

test("it goes back to a point with its rows and places, and to what was there before", async () => {
  const before = await events("chorale");
  const said = await told(recoveryCommand(pointTools(hosting)), ["point", commune, "--tenant", "chorale"]);
  const [, point = ""] = /t-chorale-mobilizon: (?:\S+ )*(\S+-000001)/.exec(said) ?? [];
  await sql(
    "chorale",
    `SET ROLE ${databaseIn("chorale")}; UPDATE events SET title = 'Spoilt'; CREATE TABLE later (id int)`,
  );
  const spoilt = await events("chorale");
  const words = [commune, "--service", "t-chorale-mobilizon", "--point", point, "--with-rows", "--yes"];
  expect(await told(restoreCommand(pointTools(hosting)), words)).toContain("Files and rows are the point's.");
  expect(await events("chorale")).toBe(before);
  await shows("chorale", "<h2>Concert d’été</h2>");
  await told(restoreCommand(pointTools(hosting)), [...words, "--undo"]);
  expect(await events("chorale")).toBe(spoilt);
  await told(restoreCommand(pointTools(hosting)), [...words]);
  await told(restoreCommand(pointTools(hosting)), [...words, "--release"]);
  expect(await events("chorale")).toBe(before);
  expect(await made("chorale")).toBe(databaseIn("chorale"));
});

test("suspended, it says so and has a restore point all the same; resumed, it has what it had", async () => {
  const before = await events("chorale");
  const text = readFileSync(tenantFile("chorale"), "utf8");
  writeFileSync(tenantFile("chorale"), withSuspension(text, { since: "2026-11-29", reason: "Sur demande." }));
  await project.up(commune);
  await shows("chorale", "Ce site est suspendu depuis le 29 novembre 2026.");
  expect(await events("chorale")).toBe(before);
  const said = await told(recoveryCommand(pointTools(hosting)), ["point", commune, "--tenant", "chorale"]);
  expect(said).toMatch(/t-chorale-mobilizon: (?:\S+ )*\S+-\d{6}$/);
  writeFileSync(tenantFile("chorale"), withoutSuspension(readFileSync(tenantFile("chorale"), "utf8")));
  await project.up(commune);
  await shows("chorale", "<h2>Concert d’été</h2>");
  expect(await events("chorale")).toBe(before);
});

test("it takes its rows along as text, and has them where it arrives", async () => {
  const archive = join(project.folder, "archive");
  await exportTenantCommand(tenantTools(hosting)).parseAsync([commune, "chorale", "--to", archive], {
    from: "user",
  });
  const text = readFileSync(join(archive, "mobilizon", "base.sql"), "utf8");
  expect(text).toContain("Concert d’été");
  expect(text).not.toContain("spatial_ref_sys");
  const arrive = () =>
    importTenantCommand(tenantTools(hosting)).parseAsync([commune, archive, "--as", "theatre", "--yes"], {
      from: "user",
    });
  await arrive();
  await project.up(commune);
  await arrive();
  expect(await events("theatre")).toBe(await events("chorale"));
  expect(await made("theatre")).toBe(databaseIn("theatre"));
  await shows("theatre", "<h2>Concert d’été</h2>");
});

test("another version of its passwords is set, on the server too", async () => {
  const opens = async (user: string, password: string) => {
    const at = ["exec", "-i", "-n", `${commune}-pg--theatre`, "database-0", "-c", "postgresql", "--"];
    const script = `PGPASSWORD=$(cat) psql --host="$(hostname -i)" --username=${user} --dbname=${databaseIn("theatre")} --command='SELECT 1'`;
    const options = { env: project.environment, input: password, reject: false } as const;
    return (await execa("kubectl", [...at, "bash", "-c", script], options)).exitCode === 0;
  };
  const secret = async (service: string, name: string) =>
    Buffer.from(
      await kubectl("get", "secret", "-n", `${commune}-${service}`, name, "-o=jsonpath={.data.password}"),
      "base64",
    ).toString("utf8");
  const passwords = async () => ({
    [databaseIn("theatre")]: await secret("t-theatre", "t-theatre-mobilizon-database"),
    postgres: await secret("pg--theatre", "database-superuser"),
  });
  const former = await passwords();
  for (const [user, password] of Object.entries(former)) expect(await opens(user, password), user).toBe(true);
  const declaration = join(project.folder, "stacks", commune, "commune.yaml");
  const raised = "secrets: { t-theatre/mobilizon-database-password: 2, pg--theatre/superuser-password: 2 }\n";
  writeFileSync(declaration, `${readFileSync(declaration, "utf8")}${raised}`);
  await project.up(commune);
  for (const [user, password] of Object.entries(former))
    expect(await opens(user, password), user).toBe(false);
  for (const [user, password] of Object.entries(await passwords()))
    expect(await opens(user, password), user).toBe(true);
  await shows("theatre", "<h2>Concert d’été</h2>");
});

test("its server goes with it, and the proof names it", async () => {
  const erase = (...words: string[]) =>
    deleteCommand(tenantTools(hosting)).parseAsync([commune, "theatre", ...words], { from: "user" });
  await erase("--without-archive", "Elle en a déjà une.");
  await project.up(commune);
  await erase();
  await project.up(commune);
  await erase();
  const declaration = join(project.folder, "stacks", commune, "commune.yaml");
  writeFileSync(declaration, readFileSync(declaration, "utf8").replace(/^secrets: .*\n/m, ""));
  const proof = join(project.folder, "proof");
  await expect(erase("--proof", proof)).rejects.toThrow(`namespace ${commune}-pg--theatre`);
  await project.up(commune);
  await vi.waitFor(() => erase("--proof", proof), { timeout: 60_000, interval: 2000 });
  expect(existsSync(tenantFile("theatre"))).toBe(false);
  expect(readFileSync(join(proof, "LISEZMOI.md"), "utf8")).toMatch(
    /- l’espace `agenda-town-pg--theatre` \(\S+\), celui de son serveur de base de données ;/,
  );
});
