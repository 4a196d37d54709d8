import { sign, verify } from "node:crypto";
import { readPublicKey } from "../../foundation/multikey/multikey.ts";
import { ed25519PrivateKey } from "../../foundation/seed/ed25519.ts";
import { firstIncarnation } from "../incarnation.ts";

/** Whose vault it is, and who keeps copies in it. */
export interface Vault {
  /** The commune that keeps what the guest brings: id, and the domain that its descriptor is at. */
  host: string;
  domain: string;
  /** The commune whose copies they are. */
  guest: string;
}

/** What opens a vault: the stack's output `vaults` has one for each. */
export interface VaultAccess {
  /** `https://vault-villeurbanne.bron.fr`. */
  address: string;
  user: string;
  password: string;
}

/** Which of a guest's passwords at a vault: of which version, and of which of its sites. */
export interface Issue {
  version: number;
  incarnation: number;
}

/** What is signed: it names one vault of one host, so that no host can use it at another one's. */
function statement({ host, domain, guest }: Vault, { version, incarnation }: Issue): Buffer {
  // The first site's is what it was before there were others.
  const [form, site] = incarnation === firstIncarnation ? [1, ""] : [2, `${incarnation}\n`];
  return Buffer.from(
    `commune.cloud vault access, form ${form}\n${host}\n${domain}\n${guest}\n${version}\n${site}`,
  );
}

/**
 * A guest's password at a vault: its signature on the vault's name, by the key of its descriptor. The same key, vault and
 * issue always give the same one. The vault needs the public key alone, which is no secret.
 *
 * @param key private key of the guest's descriptor, 32 bytes.
 * @param version raised to have another one; a vault refuses older ones from the first use of the new one on.
 * @param incarnation which of the guest's sites it is for: what is brought from an older one is refused likewise.
 */
export function vaultPassword(
  key: Uint8Array,
  vault: Vault,
  version: number,
  incarnation: number = firstIncarnation,
): string {
  const signature = sign(null, statement(vault, { version, incarnation }), ed25519PrivateKey(key));
  const site = incarnation === firstIncarnation ? "" : `.s${incarnation}`;
  return `v${version}${site}.${signature.toString("base64url")}`;
}

/**
 * Which password it is, when the guest signed it for this vault.
 *
 * @param publicKey the guest's, a Multikey; nothing where it is not known yet.
 */
export function readPassword(
  password: string,
  vault: Vault,
  publicKey: string | undefined,
): Issue | undefined {
  const [, version = "", site, signature = ""] =
    /^v([1-9]\d{0,5})(?:\.s([2-9]|[1-9]\d{1,5}))?\.([A-Za-z0-9_-]{86})$/.exec(password) ?? [];
  const key = publicKey === undefined ? undefined : readPublicKey(publicKey);
  if (version === "" || key === undefined) return undefined;
  const issue = { version: Number(version), incarnation: Number(site ?? firstIncarnation) };
  const isSigned = verify(null, statement(vault, issue), key, Buffer.from(signature, "base64url"));
  return isSigned ? issue : undefined;
}

/** User and password of HTTP Basic authentication; nothing for another header. Source: RFC 7617. */
export function readBasic(authorization: string | undefined): { user: string; password: string } | undefined {
  const [, encoded] = /^basic ([A-Za-z0-9+/]+=*)$/i.exec(authorization ?? "") ?? [];
  if (encoded === undefined) return undefined;
  const text = Buffer.from(encoded, "base64").toString("utf8");
  const colon = text.indexOf(":");
  return colon < 0 ? undefined : { user: text.slice(0, colon), password: text.slice(colon + 1) };
}

/**
 * What opens the vaults of a commune's copies, by who keeps them.
 *
 * @param key private key of the commune's descriptor, 32 bytes.
 * @param incarnation which of its sites it is; who only reads need not know.
 */
export function accessesWith(
  key: Uint8Array,
  vaults: readonly (Vault & { address: string })[],
  version: number,
  incarnation: number = firstIncarnation,
): Record<string, VaultAccess> {
  return Object.fromEntries(
    vaults.map(({ address, ...vault }) => [
      vault.host,
      {
        ...{ address: `https://${address}`, user: vault.guest },
        password: vaultPassword(key, vault, version, incarnation),
      },
    ]),
  );
}
