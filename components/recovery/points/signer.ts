import { sign, verify } from "node:crypto";
import { publicKeyOf, readPublicKey } from "../../foundation/multikey/multikey.ts";
import { ed25519PrivateKey } from "../../foundation/seed/ed25519.ts";

/** The commune and the service whose restore points they are. */
export interface Owner {
  commune: string;
  service: string;
}

/**
 * A key that may sign the restore points of one service, with the commune's signature on it by the key of its
 * descriptor.
 */
export interface Signer {
  /** Public half of the service's key, a Multikey. */
  key: string;
  /** base64url. */
  grant: string;
}

/** Returns the sentence that the commune signs. It cannot be taken for a descriptor or for a password of a vault. */
function grantOf({ commune, service }: Owner, key: string): Buffer {
  return Buffer.from(`commune.cloud signs restore points, form 1\n${commune}\n${service}\n${key}\n`);
}

/**
 * Lets a service's key sign its restore points. The descriptor's key, which identifies the commune, therefore never
 * lies in the namespace of a public service.
 *
 * @param descriptorKey private key of the commune's descriptor, 32 bytes.
 * @param key private key that is to sign the service's points, 32 bytes.
 */
export function signerOf(descriptorKey: Uint8Array, owner: Owner, key: Uint8Array): Signer {
  const publicKey = publicKeyOf(key);
  const grant = sign(null, grantOf(owner, publicKey), ed25519PrivateKey(descriptorKey));
  return { key: publicKey, grant: grant.toString("base64url") };
}

/** Whether a commune lets this key sign the points of this service. @param publicKey of its descriptor, a Multikey. */
export function isGranted({ key, grant }: Signer, owner: Owner, publicKey: string): boolean {
  const known = readPublicKey(publicKey);
  return known !== undefined && verify(null, grantOf(owner, key), known, Buffer.from(grant, "base64url"));
}
