/** Names of the stack's secrets that hold the keys to a bucket: `pulumi config set --secret commune:<name>`. */
export function bucketKeys(vault: string): { accessKey: string; secretKey: string } {
  return { accessKey: `vault-${vault}-access-key`, secretKey: `vault-${vault}-secret-key` };
}

/** Whether a name is one of {@link bucketKeys}, whatever buckets are declared. */
export function isBucketKey(name: string): boolean {
  return /^vault-[a-z][a-z0-9-]*-(access|secret)-key$/.test(name);
}
