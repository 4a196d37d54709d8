import type { VaultAccess } from "./access.ts";

/** Where restic finds a repository: its address, which may hold a password, and what else its environment says. */
interface ResticLocation {
  repository: string;
  environment: Record<string, string>;
}

/** Returns where restic finds a repository of a vault, whoever keeps it: by its REST protocol, or by its S3 backend. */
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
