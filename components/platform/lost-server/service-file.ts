import { readTemplate } from "../../foundation/template/template.ts";
import { lostServer } from "./figures.ts";

/** Name of libpq's service file. */
const fileName = "pg_service.conf";

/** Name of the service in it: a set of parameters. */
const serviceName = "lost-server";

/** Mount path of the folder with the file. */
export const serviceFolder = "/etc/lost-server";

/**
 * Returns the service file by its name: when libpq gives up a connection, whatever the language of its program, and that it
 * stays with no server that takes no writes. A pooler keeps the answer of the server that it met first.
 */
export function serviceFile({ isPooled }: { isPooled: boolean }): Record<string, string> {
  const { connectSeconds, idleSeconds, intervalSeconds, probes, silentSeconds } = lostServer;
  return {
    [fileName]: readTemplate(`platform/lost-server/pod/${fileName}`, {
      SERVICE: serviceName,
      CONNECT: connectSeconds,
      IDLE: idleSeconds,
      INTERVAL: intervalSeconds,
      PROBES: probes,
      SILENT_MS: silentSeconds * 1000,
      SESSION: isPooled ? "any" : "read-write",
    }),
  };
}

/** Variables by which libpq finds the file. Source: PostgreSQL, "The Connection Service File". */
export const serviceVariables = [
  { name: "PGSERVICEFILE", value: `${serviceFolder}/${fileName}` },
  { name: "PGSERVICE", value: serviceName },
];
