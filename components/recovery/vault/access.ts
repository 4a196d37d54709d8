import { sign, verify } from "node:crypto";
import type { Output } from "@pulumi/pulumi";
import { readPublicKey } from "../../foundation/multikey/multikey.ts";
import { ed25519PrivateKey } from "../../foundation/seed/ed25519.ts";
import { bucketKeys } from "./bucket/secrets.ts";

/** A vault, by the commune that keeps it and the one whose copies are in it. */
export interface Vault {
  /** Id of the commune that keeps the copies, and the domain of its descriptor. */
  host: string;
  domain: string;
  /** The commune whose copies they are. */
  guest: string;
}

/** Address and credentials of a vault: the stack's output `vaults` has them for each. */
export type VaultAccess = HostedAccess | BucketAccess;

/** Accesses by host. */
export type VaultAccesses = Readonly<Record<string, VaultAccess>>;

/** Whoever gives what brings a service's copies its access to the vaults. */
export interface GivesAccess {
  /** Returns addresses and passwords of the vaults, by host. Secret. */
  appending(service: string): Output<Record<string, VaultAccess>>;
}

/** Address and credentials of a vault at another commune. */
export interface HostedAccess {
  /** `https://vault-villeurbanne.bron.fr`. */
  address: string;
  user: string;
  password: string;
}

/** Address and keys of a vault that is a bucket. Whoever has them may delete and overwrite; versions and locks stay. */
export interface BucketAccess {
  /** Address of the store: `https://s3.gra.io.cloud.ovh.net`. */
  address: string;
  region: string;
  bucket: string;
  accessKey: string;
  secretKey: string;
  /** With `read`, this toolkit's programs write nothing; the keys are the ones with which others write. */
  purpose: Pass["purpose"];
  /** Days for which copies are kept after the last day of their generation. */
  keepDays: number;
}

/** Rights of a password: one service's repositories, for one purpose. */
export interface Pass {
  /** Version of the passwords: a vault refuses older ones once a newer one was used. */
  version: number;
  /** Incarnation of the guest's site: a vault refuses copies from an older one. */
  incarnation: number;
  /**
   * The one service whose repositories and names it opens; {@link everyService} opens all, and no pod that brings
   * copies has it.
   */
  service: string;
  /** `append` brings, reads and takes away locks; `read` only reads. Neither replaces or deletes anything else. */
  purpose: "append" | "read";
  /** Days for which a generation that it begins is kept after its last day. The host computes the date from it. */
  keepDays: number;
}

/** Stands in place of a service for the whole vault, for the guest's administrators. */
export const everyService = "*";

/** Returns the signed statement. It names one vault of one host, so that no host can use it at another's. */
function statement({ host, domain, guest }: Vault, pass: Pass): Buffer {
  const lines = [host, domain, guest, ...writtenPass(pass)];
  return Buffer.from(`commune.cloud vault access, form 3\n${lines.join("\n")}\n`);
}

const writtenPass = ({ version, incarnation, service, purpose, keepDays }: Pass): string[] => [
  `v${version}`,
  `s${incarnation}`,
  service,
  purpose,
  `d${keepDays}`,
];

const passPattern =
  /^v([1-9]\d{0,5})\.s([1-9]\d{0,5})\.(\*|[a-z][a-z0-9-]{0,62})\.(append|read)\.d(0|[1-9]\d{0,4})\.([A-Za-z0-9_-]{86})$/;

/**
 * Returns a guest's password at a vault: its signature on the vault's name and on the password's rights. A key, a
 * vault and a pass always give one password. The vault needs only the public key, which is not secret.
 *
 * @param key private key of the guest's vaults, 32 bytes: {@link vaultKeyLabel}.
 */
export function vaultPassword(key: Uint8Array, vault: Vault, pass: Pass): string {
  const signature = sign(null, statement(vault, pass), ed25519PrivateKey(key));
  return [...writtenPass(pass), signature.toString("base64url")].join(".");
}

/**
 * Returns the rights of a password; undefined unless the guest signed it for this vault.
 *
 * @param publicKey the guest's, a Multikey; undefined if it is not known yet.
 */
export function readPassword(
  password: string,
  vault: Vault,
  publicKey: string | undefined,
): Pass | undefined {
  const [, version, incarnation, service = "", purpose, keepDays, signature = ""] =
    passPattern.exec(password) ?? [];
  const key = publicKey === undefined ? undefined : readPublicKey(publicKey);
  if (version === undefined || key === undefined) return undefined;
  const pass: Pass = {
    version: Number(version),
    incarnation: Number(incarnation),
    service,
    purpose: purpose === "append" ? "append" : "read",
    keepDays: Number(keepDays),
  };
  return verify(null, statement(vault, pass), key, Buffer.from(signature, "base64url")) ? pass : undefined;
}

/** Returns the days for which copies are kept with an access: part of what its guest signed, or of a bucket's settings. */
export function keepDaysOf(access: VaultAccess): number {
  if ("bucket" in access) return access.keepDays;
  const [, , , , , days = 0] = passPattern.exec(access.password) ?? [];
  return Number(days);
}

/** Returns user and password of HTTP Basic authentication; undefined for another header. Source: RFC 7617. */
export function readBasic(authorization: string | undefined): { user: string; password: string } | undefined {
  const [, encoded] = /^basic ([A-Za-z0-9+/]+=*)$/i.exec(authorization ?? "") ?? [];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 0 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** A vault with a commune's copies: another commune's, or a bucket, whose `host` is its name in the declaration. */
type OpenedVault =
  | (Vault & { address: string })
  | { host: string; place: Pick<BucketAccess, "address" | "region" | "bucket"> };

/**
 * Returns addresses and passwords of the vaults of a commune's copies, by host.
 *
 * @param key private key of the commune's vaults, 32 bytes.
 * @param given secrets of the stack by name, for buckets: `vault-<name>-access-key`. Throws if one is missing.
 */
export function accessesWith(
  key: Uint8Array,
  vaults: readonly OpenedVault[],
  pass: Pass,
  given: Readonly<Record<string, string>> = {},
): Record<string, VaultAccess> {
  return Object.fromEntries(
    vaults.map((vault): [string, VaultAccess] => {
      if ("place" in vault) return [vault.host, bucketAccess(vault, pass, given)];
      const { address, ...hosted } = vault;
      const password = vaultPassword(key, hosted, pass);
      return [hosted.host, { address: `https://${address}`, user: hosted.guest, password }];
    }),
  );
}

function bucketAccess(
  { host, place }: Extract<OpenedVault, { place: unknown }>,
  { purpose, keepDays }: Pass,
  given: Readonly<Record<string, string>>,
): BucketAccess {
  const names = bucketKeys(host);
  const [accessKey, secretKey] = [given[names.accessKey], given[names.secretKey]];
  if (accessKey === undefined || secretKey === undefined) {
    throw new Error(
      `the keys to the bucket ${host} are not set. Set them with: npx pulumi config set --secret commune:${names.accessKey}, and commune:${names.secretKey}`,
    );
  }
  return { ...place, accessKey, secretKey, purpose, keepDays };
}
