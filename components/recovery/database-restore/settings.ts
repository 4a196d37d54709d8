/** Settings of a server's restore. None is secret. */
export interface RestoreSettings {
  commune: string;
  /** The server's name among the services in a vault: `database`. */
  server: string;
  /** The host whose vault the server is restored from. */
  vault: string;
  /**
   * Moment to restore, on the server's clock, ISO 8601; or the one after which any is, halfway to the end of the shipped
   * log.
   */
  at: string | { after: string };
  /** Name of this restore in folders and marks. */
  name: string;
  /** The databases to restore beside the current ones; the whole server when absent. */
  databases?: readonly string[];
}

/** Databases of a moment that were dumped beside a server: the last line that the program prints. */
export interface DumpedMoment {
  /** The moment, on the server's clock, ISO 8601. */
  moment: string;
  databases: readonly { database: string; tables: number; rows: number }[];
}

export const restoreSettingsFolder = "/etc/restore";
export const restoreSettingsFile = "settings.json";
export const restoreSecretsFolder = "/run/secrets/restore";

/** Files in the folder of secrets. */
export const restoreSecretFiles = {
  /** Password of the repositories. */
  repository: "repository-password",
  /** `VaultAccess` of the vault. */
  vault: "vault.json",
} as const;
