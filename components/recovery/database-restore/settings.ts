/** What a restore of a server is told. Nothing of it is secret. */
export interface RestoreSettings {
  commune: string;
  /** The service that its copies go by in a vault: `database`. */
  server: string;
  /** Who keeps the copies that it is restored from. */
  vault: string;
  /** What it goes back to: a time of the server's clock, ISO 8601. */
  at: string;
  /** Name of this restore in folders and marks. */
  name: string;
  /** The one database that is brought out of it, beside those that are there; all of the server when absent. */
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
