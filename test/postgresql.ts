import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { installPackages, missingPackages } from "../local/packages.ts";

const root = "/usr/lib/postgresql";

/** Folder of the programs of this machine's newest PostgreSQL, installed where there is none: tests run them without a cluster. */
export async function postgresqlPrograms(): Promise<string> {
  if (!existsSync(root)) await installPackages(await missingPackages(["postgresql"]));
  const [newest] = readdirSync(root)
    .map(Number)
    .sort((one, other) => other - one);
  if (newest === undefined) throw new Error(`there is no PostgreSQL below ${root}`);
  return join(root, String(newest), "bin");
}
