import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { neighboursLimits, programServer } from "../../components/foundation/program/server.ts";
import { transfer } from "../../components/foundation/program/transfer.ts";
import {
  type KeeperSettings,
  keeperPort,
  secretFiles,
  secretsFolder,
  settingsFolder,
  settingsName,
  spoolFiles,
  spoolFolder,
} from "../../components/recovery/keeper/settings.ts";
import type { VaultAccesses } from "../../components/recovery/vault/access.ts";
import { OpenVault } from "../../components/recovery/vault/open-vault.ts";
import { ResticJudge } from "../../components/recovery/vault/restic-judge.ts";
import { Copies, type DatedVault } from "./copies.ts";
import { DumpKeeper } from "./dumps.ts";
import { Failures } from "./failures.ts";
import { Keeper } from "./keeper.ts";
import { metricsOf } from "./metrics.ts";
import { BucketPoints } from "./points.ts";
import { Repositories } from "./repository.ts";
import { messageOf } from "./run.ts";
import { CopiedServer } from "./server.ts";
import { Spool } from "./spool.ts";

const {
  KEEPER_SETTINGS = settingsFolder,
  KEEPER_SECRETS = secretsFolder,
  KEEPER_SPOOL = spoolFolder,
  KEEPER_RUN = "/run/keeper",
  KEEPER_CACHE = "/cache",
  KEEPER_PORT = keeperPort,
  KEEPER_RESTIC = "/tools/restic",
  KEEPER_AUTHORITIES = "/tools/authorities.pem",
  KEEPER_BASE = "",
} = process.env;

const roomMs = 2000;

/** Pause between two looks for restore points, milliseconds. */
const pointsMs = 600_000;

const now = () => new Date();
const say = (line: object) => console.log(JSON.stringify({ at: now().toISOString(), ...line }));
const secret = (file: string) => readFileSync(join(KEEPER_SECRETS, file), "utf8");

const settings = JSON.parse(readFileSync(join(KEEPER_SETTINGS, settingsName), "utf8")) as KeeperSettings;
const accesses = JSON.parse(secret(secretFiles.vaults)) as VaultAccesses;
const authorities = existsSync(KEEPER_AUTHORITIES) ? KEEPER_AUTHORITIES : undefined;

mkdirSync(KEEPER_RUN, { recursive: true });
const passwords = join(KEEPER_RUN, "pgpass");
// libpq takes no file that others than its user may read, and a mounted Secret is the group's.
const escaped = secret(secretFiles.database).trim().replace(/[\\:]/g, "\\$&");
writeFileSync(passwords, `*:*:*:*:${escaped}\n`, { mode: 0o600 });
const { host, port, database, sslMode } = settings.connection;
const libpq = {
  ...{
    PGHOST: host,
    PGPORT: String(port),
    PGDATABASE: database,
    PGUSER: settings.role,
    PGPASSFILE: passwords,
  },
  ...{ PGSSLMODE: sslMode, PGAPPNAME: "keeper", ...(authorities && { PGSSLROOTCERT: authorities }) },
};

const passwordFile = join(KEEPER_SECRETS, secretFiles.repository);
const judge = new ResticJudge({
  restic: KEEPER_RESTIC,
  passwordOf: () => ({ RESTIC_PASSWORD_FILE: passwordFile }),
});
const failures = new Failures(now, say);
const spool = new Spool(KEEPER_SPOOL);

function vaultAt(name: string): DatedVault {
  const access = accesses[name];
  if (access === undefined) throw new Error(`the keeper was not told how the vault at ${name} is opened`);
  let date: string | undefined;
  const open = new OpenVault(name, access, async (address, init) => {
    const answer = await transfer(address, init);
    date = answer.headers.get("date") ?? undefined;
    return answer;
  });
  const repositories = new Repositories(
    {
      ...{ restic: KEEPER_RESTIC, passwordFile, authorities },
      ...{ addresses: KEEPER_RUN, cache: KEEPER_CACHE, begun: spool.path("repositories") },
    },
    { open, access },
    { commune: settings.commune, service: settings.server, bring: (path) => copies.bring(path, open) },
  );
  return { open, lastDate: () => date, repositories };
}

if (settings.vaults.length === 0) throw new Error("a keeper needs a vault");
const copies = new Copies(settings.vaults.map(vaultAt), { service: settings.server, judge, now, say });
const parts = {
  ...{ settings, libpq, failures, spool, copies, now, say },
  baseScript: KEEPER_BASE,
  server: new CopiedServer(libpq),
};
const keeper = settings.method === "log" ? new Keeper(parts) : new DumpKeeper(parts);
await keeper.open();

const points = BucketPoints.of(settings, {
  ...{ accesses, publicKey: () => secret(secretFiles.descriptor).trim(), fetch: transfer },
  log: (points) => say({ points }),
});

const metrics = programServer(
  {
    failed: (error) => say({ failed: messageOf(error) }),
    answer: ({ path }) => {
      if (path === "/healthz") return { status: 200, body: "ok\n" };
      const status = existsSync(spool.path(spoolFiles.status))
        ? readFileSync(spool.path(spoolFiles.status), "utf8")
        : undefined;
      if (path !== "/metrics" || status === undefined) return { status: 404, body: "not here\n" };
      return {
        status: 200,
        headers: { "content-type": "text/plain; version=0.0.4" },
        body: `${metricsOf(JSON.parse(status), now())}${points?.metrics() ?? ""}`,
      };
    },
  },
  neighboursLimits,
).listen(Number(KEEPER_PORT), () => say({ server: settings.server, method: settings.method }));

let isStopping = false;
async function forEver(pauseMs: number, work: () => Promise<void>): Promise<void> {
  while (!isStopping) {
    await work().catch((error) => say({ failed: messageOf(error) }));
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
  }
}
void forEver(roomMs, () => keeper.watchRoom());
if (points !== undefined) void forEver(pointsMs, () => points.look());
void forEver(settings.turnSeconds * 1000, () => keeper.turn());

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => {
    isStopping = true;
    metrics.close();
    // What is half shipped is shipped again.
    void keeper.stop().finally(() => process.exit(0));
  });
}
