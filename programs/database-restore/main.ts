import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Patience } from "../../components/foundation/program/patience.ts";
import { transfer } from "../../components/foundation/program/transfer.ts";
import {
  type RestoreSettings,
  restoreSecretFiles,
  restoreSecretsFolder,
  restoreSettingsFile,
  restoreSettingsFolder,
} from "../../components/recovery/database-restore/settings.ts";
import type { VaultAccess } from "../../components/recovery/vault/access.ts";
import { OpenVault } from "../../components/recovery/vault/open-vault.ts";
import { generationsAt } from "../keeper/copies.ts";
import { Repositories } from "../keeper/repository.ts";
import { messageOf } from "../keeper/run.ts";
import { dumpMoment } from "./moment.ts";
import { restoreDatabase } from "./restore.ts";

const {
  RESTORE_SETTINGS = restoreSettingsFolder,
  RESTORE_SECRETS = restoreSecretsFolder,
  RESTORE_VOLUME = "/var/lib/postgresql/data",
  RESTORE_RUN = "/run/restore",
  RESTORE_CACHE = "/cache",
  RESTORE_SOCKETS = "/var/run/postgresql",
  RESTORE_RESTIC = "/tools/restic",
  RESTORE_AUTHORITIES,
} = process.env;

const say = (line: object) => console.log(JSON.stringify({ at: new Date().toISOString(), ...line }));

const settings = JSON.parse(
  readFileSync(join(RESTORE_SETTINGS, restoreSettingsFile), "utf8"),
) as RestoreSettings;
const access = JSON.parse(
  readFileSync(join(RESTORE_SECRETS, restoreSecretFiles.vault), "utf8"),
) as VaultAccess;
mkdirSync(RESTORE_RUN, { recursive: true });
const patience = new Patience(120, (waited) => say({ waited }));
const vault = new OpenVault(settings.vault, access, (address, init) =>
  patience.ask(settings.vault, () => transfer(address, init)),
);
const repositories = new Repositories(
  {
    ...{ restic: RESTORE_RESTIC, passwordFile: join(RESTORE_SECRETS, restoreSecretFiles.repository) },
    ...{ addresses: RESTORE_RUN, cache: RESTORE_CACHE, authorities: RESTORE_AUTHORITIES, begun: RESTORE_RUN },
  },
  { open: vault, access },
  // It begins none.
  { commune: settings.commune, service: settings.server },
);
try {
  const parts = {
    ...{ settings, repositories, generations: await generationsAt(vault, settings.server, "wal"), say },
    ...{ volume: RESTORE_VOLUME, sockets: RESTORE_SOCKETS },
  };
  if (settings.database === undefined) await restoreDatabase(parts);
  else await dumpMoment(parts, settings.database);
} catch (error) {
  say({ failed: messageOf(error) });
  console.error(messageOf(error));
  process.exitCode = 1;
}
