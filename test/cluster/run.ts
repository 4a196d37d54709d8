import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { cacheFolder } from "../../local/paths.ts";
import { localKey } from "./local-key.ts";

/**
 * `npm run test:cluster`: the tests on the local cluster. Those that judge only what never leaves this machine (the
 * cluster, its Pulumi plugins, the doubles) are left out when nothing that they are made of has changed since they
 * were last seen green here. `npm run test:local` runs them whatever there was.
 */
const key = localKey();
const record = join(cacheFolder(), "green", key);

function lastGreen(): string | undefined {
  try {
    return readFileSync(record, "utf8");
  } catch {
    return undefined;
  }
}

const green = lastGreen();
if (green)
  console.log(
    `The cluster, the plugins and the doubles are as they were when their own tests passed (${key}, ${green}): these are left out; npm run test:local runs them.`,
  );
const projects = ["cluster", ...(green ? [] : ["local"])];
const { exitCode } = await execa("vitest", ["run", ...projects.flatMap((name) => ["--project", name])], {
  preferLocal: true,
  stdio: "inherit",
  reject: false,
});
if (exitCode === 0 && !green) {
  mkdirSync(join(cacheFolder(), "green"), { recursive: true });
  writeFileSync(record, new Date().toISOString());
}
process.exitCode = exitCode ?? 1;
