import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  restoreSecretsFolder,
  restoreSettingsFile,
  restoreSettingsFolder,
} from "../../components/recovery/database-restore/settings.ts";
import { secretFiles } from "../../components/recovery/keeper/settings.ts";
import { turnOf } from "../../components/recovery/rehearsal/rehearsal.ts";
import type { RehearsalSettings } from "../../components/recovery/rehearsal/settings.ts";
import type { VaultAccesses } from "../../components/recovery/vault/access.ts";
import { say, sockets, vaultOf, volume } from "../database-restore/vault.ts";
import { messageOf } from "../keeper/run.ts";
import { rehearse } from "./rehearse.ts";

const { RESTORE_SETTINGS = restoreSettingsFolder, RESTORE_SECRETS = restoreSecretsFolder } = process.env;

const settings = JSON.parse(
  readFileSync(join(RESTORE_SETTINGS, restoreSettingsFile), "utf8"),
) as RehearsalSettings;
const accesses = JSON.parse(readFileSync(join(RESTORE_SECRETS, secretFiles.vaults), "utf8")) as VaultAccesses;
const passwordFile = join(RESTORE_SECRETS, secretFiles.repository);
try {
  const turn = turnOf(settings.vaults, new Date());
  const access = accesses[turn.vault];
  if (access === undefined) throw new Error(`nothing opens the vault at ${turn.vault}`);
  const { vault, repositories } = vaultOf({ ...settings, passwordFile }, turn.vault, access);
  const { server } = settings;
  await rehearse({ server, turn, vault, repositories, volume, sockets, say, now: () => new Date() });
} catch (error) {
  say({ failed: messageOf(error) });
  console.error(messageOf(error));
  process.exitCode = 1;
}
