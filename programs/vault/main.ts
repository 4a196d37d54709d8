import { readFileSync } from "node:fs";
import {
  type VaultSettings,
  vaultFolder,
  vaultMetricsPort,
  vaultPort,
  vaultSettingsFile,
} from "../../components/recovery/vault/settings.ts";
import { metricsOf } from "./metrics.ts";
import { metricsServer, vaultServer } from "./server.ts";
import { Vault } from "./vault.ts";

/** Interval at which every file is read, and at which it is checked whether something is due. Milliseconds. */
const scrubEvery = 24 * 3600 * 1000;
const lookEvery = 600_000;

/** The disk and the processor are the guest's four fifths of the time. */
const rest = 4;

const {
  VAULT_SETTINGS = vaultSettingsFile,
  VAULT_FOLDER = vaultFolder,
  VAULT_PORT = vaultPort,
  VAULT_METRICS_PORT = vaultMetricsPort,
} = process.env;

const say = (line: object) => console.log(JSON.stringify({ at: new Date().toISOString(), ...line }));
const failed = (error: unknown) => say({ failed: error instanceof Error ? error.message : String(error) });

const settings = JSON.parse(readFileSync(VAULT_SETTINGS, "utf8")) as VaultSettings;
const vault = await Vault.open(VAULT_FOLDER, settings);
const served = {
  store: vault.store,
  once: vault.once,
  admits: vault.admits.bind(vault),
  takesFrom: vault.takesFrom.bind(vault),
  begin: vault.begin.bind(vault),
  create: vault.create.bind(vault),
  status: vault.status.bind(vault),
  failed,
};
const servers = [
  vaultServer(served).listen(Number(VAULT_PORT), () => say({ guest: settings.guest, listens: true })),
  metricsServer(async () => metricsOf(await vault.status()), failed).listen(Number(VAULT_METRICS_PORT)),
];

/** The host's part: what is past its day goes, and every file is read. One after the other, again and again. */
async function keepHouse(): Promise<void> {
  try {
    for (const removal of await vault.retire(new Date())) say({ removal });
  } catch (error) {
    // Whatever keeps it from letting go must not keep it from looking.
    failed(error);
  }
  await vault.noteUsage(new Date()).catch(failed);
  const scrubbed = await vault.scrubWhenDue({ everyMs: scrubEvery, rest, now: () => new Date() });
  if (scrubbed) say({ scrub: scrubbed });
}

let timer: NodeJS.Timeout | undefined;
const again = () => {
  timer = setTimeout(() => keepHouse().catch(failed).finally(again), lookEvery);
};
keepHouse().catch(failed).finally(again);

for (const signal of ["SIGTERM", "SIGINT"] as const) {
  process.once(signal, () => {
    clearTimeout(timer);
    for (const server of servers) server.close();
    // What is half uploaded is brought again.
    for (const server of servers) server.closeAllConnections();
    process.exit(0);
  });
}
