import type { Output } from "@pulumi/pulumi";
import type { Workloads } from "../../foundation/manifest/labels.ts";
import type { NetworkPolicy } from "../../foundation/manifest/manifest.ts";
import { allowToServer } from "../../foundation/network-policy/manifests.ts";
import type { CopyAccess, DatabaseServer, ServiceDatabase } from "./contract.ts";
import { copyingRole } from "./replication.ts";

/** A PostgreSQL server that somebody else runs, as declared. */
export interface ExternalServer {
  host: string;
  port: number;
  sslMode: "require" | "verify-full";
}

/** The stack's secret that holds the password of a service's role. */
export function externalPassword(service: string): string {
  return `database-${service}-password`;
}

/**
 * The databases of a server outside: one role and one database per service, named like it, which its operator
 * has made (docs/database.md says how). Only the passwords are given.
 */
export class ExternalDatabase implements DatabaseServer {
  private readonly server: ExternalServer;
  private readonly given: (name: string) => Output<string>;
  private readonly labelOf: (name: string) => string;

  /** @param labelOf what a pod says of a given password, so that it starts again with another version. */
  constructor(
    server: ExternalServer,
    given: (name: string) => Output<string>,
    labelOf: (name: string) => string = (name) => name,
  ) {
    this.server = server;
    this.given = given;
    this.labelOf = labelOf;
  }

  /** Access of a keeper, by a role that the server's operator has made. */
  get copyAccess(): CopyAccess {
    const { host, port, sslMode } = this.server;
    return {
      connection: { host, port, sslMode, database: "postgres" },
      isSpread: false,
      role: copyingRole,
      password: this.given(externalPassword(copyingRole)),
      passwordLabel: this.labelOf(externalPassword(copyingRole)),
      ready: [],
    };
  }

  databaseOf(service: string): ServiceDatabase {
    const { host, port, sslMode } = this.server;
    return {
      connection: { host, port, sslMode, database: service },
      password: this.given(externalPassword(service)),
      // The same for every password: a digest of one would stand in clear (docs/database.md, "Passwords").
      passwordLabel: this.labelOf(externalPassword(service)),
      ready: [],
      isSpread: false,
      networkPolicyFrom: (workloads: Workloads): NetworkPolicy => allowToServer(workloads, "database", port),
    };
  }
}
