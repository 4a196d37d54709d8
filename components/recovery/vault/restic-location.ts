import type { VaultAccess } from "./access.ts";

/** Location of a repository for restic: its address, which may contain a password, and further environment variables. */
interface ResticLocation {
  repository: string;
  environment: Record<string, string>;
}

/** Returns the location of a vault's repository for restic: by its REST backend at a neighbour, by S3 in a bucket. */
export function resticLocation(access: VaultAccess, path: string): ResticLocation {
  if ("bucket" in access) {
    const { address, bucket, region, accessKey, secretKey } = access;
    return {
      repository: `s3:${address}/${bucket}/${path}`,
      environment: {
        AWS_ACCESS_KEY_ID: accessKey,
        AWS_SECRET_ACCESS_KEY: secretKey,
        AWS_DEFAULT_REGION: region,
      },
    };
  }
  const { address, user, password } = access;
  const { protocol, host } = new URL(address);
  return {
    repository: `rest:${protocol}//${user}:${encodeURIComponent(password)}@${host}/${path}/`,
    environment: {},
  };
}
