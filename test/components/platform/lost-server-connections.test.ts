import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { lostServer } from "../../../components/platform/lost-server/figures.ts";
import { givingUp, lostServerConfigMap } from "../../../components/platform/lost-server/pods.ts";
import { serviceFolder } from "../../../components/platform/lost-server/service-file.ts";
import { mastodonDatabaseClient } from "../../../components/services/mastodon/database.ts";
import { webDeployment } from "../../../components/services/mastodon/web.ts";
import { workloadOf } from "../../../components/services/mastodon/workloads.ts";
import { installPackages, missingPackages } from "../../../local/packages.ts";
import { type OwnPostgresql, ownPostgresql } from "../../postgresql.ts";
import { TwoMachines } from "../../two-machines.ts";
import { plan, spec } from "../services/mastodon-spec.ts";
import { clientPrograms, RunningClient } from "./lost-server/clients.ts";

// What this does not prove: how Rails and Nextcloud go on with the error, and that another server answers then.

/** Seconds in which everybody has given up who is told to, and nobody else: the kernel needs two minutes or more. */
const patience = 2 * lostServer.silentSeconds;

let folder: string;
let machines: TwoMachines;
let server: OwnPostgresql;
let clients: { told: RunningClient[]; untold: RunningClient[] };

beforeAll(async () => {
  await installPackages(await missingPackages(["iproute2", "php-cli", "php-pgsql", "ruby", "ruby-pg"]));
  folder = mkdtempSync("/tmp/lost-server-");
  machines = await TwoMachines.open();
  const { address, atServer } = machines;
  server = await ownPostgresql("trust", { address, words: atServer });
});

afterAll(async () => {
  for (const client of [...(clients?.told ?? []), ...(clients?.untold ?? [])]) client.kill();
  await server?.close();
  machines?.close();
  rmSync(folder, { recursive: true });
});

/** Writes the file of a Mastodon on several nodes, and returns the variables by which its web pods find it. */
function putInPlace(): Record<string, string> {
  const pods = {
    workload: workloadOf(spec.commune, "web"),
    components: mastodonDatabaseClient(plan).libpq ?? [],
    isPooled: false,
  };
  for (const [name, text] of Object.entries(lostServerConfigMap(pods).data))
    writeFileSync(join(folder, name), text);
  const { containers } = (
    givingUp({ ...webDeployment(spec) }, pods).spec as {
      template: { spec: { containers: { env?: { name: string; value?: string }[] }[] } };
    }
  ).template.spec;
  return Object.fromEntries(
    (containers[0]?.env ?? []).flatMap(({ name, value = "" }) =>
      name.startsWith("PGSERVICE") ? [[name, value.replace(serviceFolder, folder)] as const] : [],
    ),
  );
}

test("a client leaves a server that takes no writes, with what a pod on several nodes has, and stays without", async () => {
  const { address, atClient } = machines;
  const at = [`--host=${address}`, `--port=${server.port}`, "--username=postgres", "--dbname=postgres"];
  const [command = "", ...words] = [...atClient, "psql", "--no-psqlrc", ...at, "--command=SELECT 1"];
  const asks = (env: Readonly<Record<string, string>>) => execa(command, words, { env, reject: false });
  const told = putInPlace();
  expect((await asks(told)).exitCode).toBe(0);
  // As a standby says of itself.
  await server.sql("template1", "ALTER DATABASE postgres SET default_transaction_read_only = on");
  expect((await asks(told)).stderr).toContain("session is read-only");
  expect((await asks({})).exitCode).toBe(0);
  await server.sql("template1", "ALTER DATABASE postgres RESET default_transaction_read_only");
  // As a keeper connects, which receives the log.
  const receiving = `host=${server.folder} port=${server.port} user=postgres dbname=postgres replication=true`;
  const keeper = await execa("psql", ["--no-psqlrc", receiving, "--command=IDENTIFY_SYSTEM"], { env: told });
  expect(keeper.stdout).toContain("timeline");
});

test("a client that waits, asks or connects ends with an error, with what a pod on several nodes has, and hangs without", async () => {
  const programs = clientPrograms({ address: machines.address, port: server.port });
  const started = (env: Readonly<Record<string, string>>) =>
    Object.entries(programs).flatMap(([name, program]) =>
      program.moments.map(
        (moment) =>
          new RunningClient(`${name} ${moment}`, program, moment, { words: machines.atClient, env }),
      ),
    );
  clients = { told: started(putInPlace()), untold: started({}) };
  const { told, untold } = clients;
  await vi.waitUntil(() => [...told, ...untold].every(({ isReady }) => isReady), { timeout: 60_000 });
  // What they asked is there and acknowledged.
  await sleep(1000);
  await machines.lose();
  for (const client of [...told, ...untold]) client.goOn();
  await Promise.race([sleep(patience * 1000), Promise.all(told.map(({ ended }) => ended))]);
  expect(told.filter(({ isRunning }) => isRunning).map(({ name }) => name)).toEqual([]);
  for (const { name, ended, error } of told) {
    expect(await ended, name).not.toBe(0);
    expect(error, name).not.toBe("");
  }
  await sleep(lostServer.silentSeconds * 1000);
  expect(untold.filter(({ isRunning }) => !isRunning).map(({ name, error }) => `${name}: ${error}`)).toEqual(
    [],
  );
});
