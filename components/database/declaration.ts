import { choice } from "../declaration/choice.ts";
import { count } from "../declaration/count.ts";
import { domain } from "../declaration/domain.ts";
import { section } from "../declaration/section.ts";
import { size } from "../declaration/size.ts";

/** The `database:` section: the PostgreSQL server that the commune's services share. */
export const databaseSection = section({
  memory: size({ minimum: "256 MiB", maximum: "256 GiB", example: "1 GiB" })
    .optional()
    .describe("Memory of the server. Sized by the services that use it when absent."),
  storage: size({ minimum: "1 GiB", maximum: "64 TiB", example: "20 GiB" })
    .prefault("20 GiB")
    .describe("Volume of the server. It cannot shrink."),
  external: section({
    host: domain({ example: "postgresql.villeurbanne.fr" }).describe("Host of the server."),
    port: count({ minimum: 1, maximum: 65_535, example: 5432 }).prefault(5432).describe("Its TCP port."),
    encryption: choice(["verify-full", "require"])
      .prefault("verify-full")
      .describe("Whether the server's certificate is checked. Connections are always encrypted."),
  })
    .optional()
    .describe(
      "A server that somebody else runs, instead of ours. It has a role and a database per service; their passwords are the stack's secrets `commune:database-<service>-password`.",
    ),
});

/** The `database:` field of a service. */
export const serviceDatabaseSection = section({
  memory: size({ minimum: "256 MiB", maximum: "256 GiB", example: "1 GiB" })
    .optional()
    .describe("Memory of the service's own server. Sized by the service when absent."),
  storage: size({ minimum: "1 GiB", maximum: "64 TiB", example: "20 GiB" })
    .prefault("20 GiB")
    .describe("Volume of the service's own server. It cannot shrink."),
});
