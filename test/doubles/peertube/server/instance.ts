import type pg from "pg";
import { type Configuration, configurationFrom, processSources } from "./configuration/configuration.ts";
import { publicAddress, type Settings, storageFolders } from "./configuration/settings.ts";
import type { JobQueue } from "./jobs/jobs.ts";
import type { Verifications } from "./jobs/verifications.ts";
import { applicationFolder } from "./version.ts";

/** A running server: what every part of it needs. */
export class Instance {
  private configuration: Configuration;
  readonly pool: pg.Pool;
  readonly jobs: JobQueue;
  readonly verifications: Verifications;
  readonly version: string;
  /** Host and address of the server. */
  readonly address: { host: string; url: string };
  /** Address under which the actors were made; another one than `address` when the host name was changed. */
  readonly actorUrl: string;
  readonly folders: Record<string, string>;

  constructor(parts: {
    configuration: Configuration;
    pool: pg.Pool;
    jobs: JobQueue;
    verifications: Verifications;
    version: string;
    actorUrl: string;
  }) {
    this.configuration = parts.configuration;
    this.pool = parts.pool;
    this.jobs = parts.jobs;
    this.verifications = parts.verifications;
    this.version = parts.version;
    this.actorUrl = parts.actorUrl;
    this.address = publicAddress(this.settings);
    this.folders = storageFolders(this.settings, applicationFolder());
  }

  get settings(): Settings {
    return this.configuration.settings;
  }

  get current(): Configuration {
    return this.configuration;
  }

  /** Whether the actors still answer to the server's address; without that it does not federate. */
  get federates(): boolean {
    return this.settings.federation.enabled && this.actorUrl === this.address.url;
  }

  /** Reads the configuration again. Throws, and changes nothing, when it would not start with it. */
  reload(): void {
    this.configuration = configurationFrom(processSources());
  }
}
