import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";

/** The application's folder, /app in the image: where `dist/` is. */
export function applicationFolder(program: string | undefined = process.argv[1]): string {
  const path = resolve(program ?? ".");
  const dist = path.lastIndexOf("/dist/");
  return dist < 0 ? process.cwd() : path.slice(0, dist);
}

/** The upstream version that the image stands for: `version` of /app/package.json. */
export function standsFor(folder = applicationFolder()): string {
  const { version } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as { version: string };
  return version;
}
