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
});
