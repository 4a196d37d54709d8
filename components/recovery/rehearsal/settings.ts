/** Settings of a server's rehearsals. None is secret. */
export interface RehearsalSettings {
  commune: string;
  /** The server's name among the services in a vault: `database`. */
  server: string;
  /** Hosts of the copies, which are brought back in turn. */
  vaults: readonly string[];
}
