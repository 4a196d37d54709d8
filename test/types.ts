import { copyFileSync, existsSync, mkdirSync, renameSync } from "node:fs";
import { dirname, join } from "node:path";
import { execa } from "execa";
import { cacheFolder, checkout } from "../local/paths.ts";

/**
 * `npm run types`: strict TypeScript. What the compiler found last goes by the content of files and by its own version; it
 * is kept where any checkout can use it, so that a fresh clone is looked at where it differs.
 */
const own = join(checkout, "node_modules", ".cache", "tsc.json");
const kept = join(cacheFolder(), "types", "tsc.json");

if (!existsSync(own) && existsSync(kept)) {
  mkdirSync(dirname(own), { recursive: true });
  copyFileSync(kept, own);
}
const { exitCode } = await execa("tsc", ["--noEmit"], {
  cwd: checkout,
  preferLocal: true,
  stdio: "inherit",
  reject: false,
});
if (existsSync(own)) {
  mkdirSync(dirname(kept), { recursive: true });
  // Two checkouts may end at the same time.
  copyFileSync(own, `${kept}.${process.pid}`);
  renameSync(`${kept}.${process.pid}`, kept);
}
process.exitCode = exitCode ?? 1;
