import { gibibytes } from "../../foundation/declaration/size.ts";
import type { Language } from "../../foundation/language/language.ts";
import { ownedNames } from "../../foundation/part/names.ts";
import type { RecoveryDeclaration } from "../declaration.ts";
import type { Vault } from "./access.ts";
import { bucketKeys } from "./bucket/secrets.ts";

/** A vault that a commune keeps for another one, with every size known. */
export interface VaultPlan extends Vault {
  /** Public name of the vault. */
  address: string;
  /** The guest's key, a Multikey; undefined if its stack has none yet: until then nobody is let in. */
  publicKey: string | undefined;
  spaceGiB: number;
  storageClass: string | undefined;
}

/** Another commune's vault with this commune's copies. */
interface HostedVault extends Vault {
  address: string;
}

/** A bucket with this commune's copies. */
interface BucketVault {
  /** Its name in the declaration. */
  host: string;
  place: { address: string; region: string; bucket: string };
}

/** A vault with a commune's copies. */
export type KeptVault = HostedVault | BucketVault;

/** Whether a vault is a bucket rather than a neighbour's. */
export const isBucket = (vault: KeptVault): vault is BucketVault => "place" in vault;

/** Returns the names of the stack's secrets with the keys to the buckets among vaults. */
export const bucketSecrets = (vaults: readonly KeptVault[]): string[] =>
  vaults.filter(isBucket).flatMap(({ host }) => Object.values(bucketKeys(host)));

/** Returns a vault's name for people: `bron`, `the bucket villeurbanne-copies at s3.gra.io.cloud.ovh.net`. */
export function keptAt(vault: KeptVault, language: Language): string {
  if (!isBucket(vault)) return vault.host;
  const { address, bucket } = vault.place;
  const { hostname } = new URL(address);
  return { fr: `l’espace de stockage ${bucket} de ${hostname}`, en: `the bucket ${bucket} at ${hostname}` }[
    language
  ];
}

/** Fields that are read from a commune's declaration. */
export interface RecoverySubject {
  id: string;
  domain: string;
  recovery?: RecoveryDeclaration | undefined;
}

/** Returns the section of a copy that is drilled: the vaults that hold its copies, and nothing for others. */
export function drilledRecovery({
  vaults,
  filesEvery,
  keep,
  rehearsals,
  buckets,
}: RecoveryDeclaration): RecoveryDeclaration {
  return { vaults, filesEvery, keep, rehearsals, host: {}, ...(buckets && { buckets }) };
}

/** Returns the communes whose copies a commune keeps, retired vaults included. */
export const guestsIn = ({ recovery }: Pick<RecoverySubject, "recovery">): string[] =>
  Object.keys(recovery?.host ?? {});

/** Returns the buckets that a declaration names for copies, each with its field. */
export function bucketsIn({ recovery }: Pick<RecoverySubject, "recovery">) {
  return Object.entries(recovery?.buckets ?? {}).map(([name, bucket]) => ({
    ...bucket,
    field: ["recovery", "buckets", name],
  }));
}

/** Whether a published declaration named vaults, so that the pods of that update take restore points. */
export function hadVaults({ recovery }: Readonly<Record<string, unknown>>): boolean {
  return typeof recovery === "object" && recovery !== null && "vaults" in recovery && recovery.vaults !== "";
}

/** Facts about the members of the metropolis. */
export type Members = Readonly<Record<string, { domain: string; vaultKey?: string | undefined }>>;

/** Suffix of the namespace of a guest's vault and name of the objects in it; and back. */
export const { of: vaultService, ownerOf: guestOf } = ownedNames("vault-");

/** Returns the public name of a guest's vault: host and guest both derive it from the host's domain. */
function vaultHost(guest: string, domain: string): string {
  return `${vaultService(guest)}.${domain}`;
}

/** Plans the vaults that a commune keeps, split into running and retired. */
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

/** Returns the vaults with a commune's own copies. */
export function keptVaults({ id, recovery }: RecoverySubject, members: Members): KeptVault[] {
  return (recovery?.vaults ?? []).flatMap((host): KeptVault[] => {
    const bucket = recovery?.buckets?.[host];
    if (bucket !== undefined) {
      const { endpoint: address, ...place } = bucket;
      return [{ host, place: { address, ...place } }];
    }
    const member = members[host];
    return member ? [{ host, domain: member.domain, guest: id, address: vaultHost(id, member.domain) }] : [];
  });
}
