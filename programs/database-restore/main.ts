import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type RestoreSettings,
  restoreSecretFiles,
  restoreSecretsFolder,
  restoreSettingsFile,
  restoreSettingsFolder,
} from "../../components/recovery/database-restore/settings.ts";
import type { VaultAccess } from "../../components/recovery/vault/access.ts";
import { generationsAt } from "../keeper/copies.ts";
import { messageOf } from "../keeper/run.ts";
import { dumpMoment } from "./moment.ts";
import { momentOf, restoreDatabase } from "./restore.ts";
import { say, sockets, vaultOf, volume } from "./vault.ts";

const { RESTORE_SETTINGS = restoreSettingsFolder, RESTORE_SECRETS = restoreSecretsFolder } = process.env;

const settings = JSON.parse(
  readFileSync(join(RESTORE_SETTINGS, restoreSettingsFile), "utf8"),
) as RestoreSettings;
const access = JSON.parse(
  readFileSync(join(RESTORE_SECRETS, restoreSecretFiles.vault), "utf8"),
) as VaultAccess;
const passwordFile = join(RESTORE_SECRETS, restoreSecretFiles.repository);
const { vault, repositories } = vaultOf({ ...settings, passwordFile }, settings.vault, access);
try {
  const generations = await generationsAt(vault, settings.server, "wal");
  const at = await momentOf({ settings, repositories, generations });
  const parts = { settings: { ...settings, at }, repositories, generations, say, volume, sockets };
  if (settings.databases === undefined) await restoreDatabase(parts);
  else say(await dumpMoment(parts, settings.databases));
} catch (error) {
  say({ failed: messageOf(error) });
  console.error(messageOf(error));
  process.exitCode = 1;
}
