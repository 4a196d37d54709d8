import { mkdirSync } from "node:fs";
import { Patience } from "../../components/foundation/program/patience.ts";
import { transfer } from "../../components/foundation/program/transfer.ts";
import type { VaultAccess } from "../../components/recovery/vault/access.ts";
import { OpenVault } from "../../components/recovery/vault/open-vault.ts";
import { Repositories } from "../keeper/repository.ts";

const {
  RESTORE_RUN = "/run/restore",
  RESTORE_CACHE = "/cache",
  RESTORE_RESTIC = "/tools/restic",
  RESTORE_AUTHORITIES,
} = process.env;

/** Folders of a pod that restores a server. */
export const {
  RESTORE_VOLUME: volume = "/var/lib/postgresql/data",
  RESTORE_SOCKETS: sockets = "/var/run/postgresql",
} = process.env;

/** Writes a line of the log. */
export const say = (line: object) => console.log(JSON.stringify({ at: new Date().toISOString(), ...line }));

/** The vault of one host, and a server's repositories in it. Waits for a host that does not answer yet. */
export function vaultOf(
  { commune, server, passwordFile }: { commune: string; server: string; passwordFile: string },
  host: string,
  access: VaultAccess,
): { vault: OpenVault; repositories: Repositories } {
  mkdirSync(RESTORE_RUN, { recursive: true });
  const patience = new Patience(120, (waited) => say({ waited }));
  const vault = new OpenVault(host, access, (address, init) =>
    patience.ask(host, () => transfer(address, init)),
  );
  const repositories = new Repositories(
    {
      ...{ restic: RESTORE_RESTIC, passwordFile, authorities: RESTORE_AUTHORITIES },
      // It begins none.
      ...{ addresses: RESTORE_RUN, cache: RESTORE_CACHE, begun: RESTORE_RUN },
    },
    { open: vault, access },
    { commune, service: server },
  );
  return { vault, repositories };
}
