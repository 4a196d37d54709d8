import { gibibytes } from "../../foundation/declaration/size.ts";
import { ownedNames } from "../../foundation/part/names.ts";
import type { RecoveryDeclaration } from "../declaration.ts";
import type { Vault } from "./access.ts";

/** A vault that a commune keeps for another one, with every size known. */
export interface VaultPlan extends Vault {
  /** Public name of the vault. */
  address: string;
  /** The guest's key, a Multikey; nothing where its stack has none yet: nobody is let in before. */
  publicKey: string | undefined;
  spaceGiB: number;
  storageClass: string | undefined;
}

/** A vault of another commune's, where this one's copies are. */
export interface KeptVault extends Vault {
  address: string;
}

/** What is read of a commune's declaration. */
export interface RecoverySubject {
  id: string;
  domain: string;
  recovery?: RecoveryDeclaration | undefined;
}

/** What is known of the members of the metropolis. */
export type Members = Readonly<Record<string, { domain: string; vaultKey?: string | undefined }>>;

/** The suffix of the namespace of a guest's vault, and the name of what is in it; and back. */
export const { of: vaultService, ownerOf: guestOf } = ownedNames("vault-");

/** The public name of a guest's vault: host and guest both know it from the host's domain. */
function vaultHost(guest: string, domain: string): string {
  return `${vaultService(guest)}.${domain}`;
}

/** The vaults that a commune keeps, by whether they run or were retired. */
export function planVaults(
  { id, domain, recovery }: RecoverySubject,
  members: Members,
  storageClass: string | undefined,
): { running: VaultPlan[]; retired: VaultPlan[] } {
  const planned = Object.entries(recovery?.host ?? {}).map(([guest, { space, retired }]) => ({
    isRetired: retired !== undefined,
    vault: {
      ...{ host: id, domain, guest, address: vaultHost(guest, domain) },
      publicKey: members[guest]?.vaultKey,
      spaceGiB: gibibytes(space),
      storageClass,
    },
  }));
  const where = (is: boolean) => planned.flatMap(({ isRetired, vault }) => (isRetired === is ? [vault] : []));
  return { running: where(false), retired: where(true) };
}

/** The vaults where a commune's own copies are. */
export function keptVaults({ id, recovery }: RecoverySubject, members: Members): KeptVault[] {
  return (recovery?.vaults ?? []).flatMap((host) => {
    const member = members[host];
    return member ? [{ host, domain: member.domain, guest: id, address: vaultHost(id, member.domain) }] : [];
  });
}
