/** Settings of a server's restore. None is secret. */
export interface RestoreSettings {
  commune: string;
  /** The server's name among the services in a vault: `database`. */
  server: string;
  /** The host whose vault the server is restored from. */
  vault: string;
  /** Moment to restore, on the server's clock, ISO 8601. */
  at: string;
  /** Name of this restore in folders and marks. */
  name: string;
  /** The one database to restore beside the current ones; the whole server when absent. */
  database?: string;
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
