import { existsSync } from "node:fs";
import { installPackages, missingPackages } from "../local/packages.ts";

/** Has this machine's MariaDB on PATH, installed where there is none, and starts nothing: tests run it without a cluster. */
export async function mariadbPrograms(): Promise<void> {
  if (existsSync("/usr/sbin/mariadbd")) return;
  await installPackages(await missingPackages(["mariadb-server-core", "mariadb-client-core"]));
}
