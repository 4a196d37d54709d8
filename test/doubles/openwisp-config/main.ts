import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { type AgentVersion, updateConfig } from "./update-config.ts";

// /usr/sbin/openwisp-update-config of a point in a test: which version it is, and when the current fails, stand in /state.
const state = (name: string) => (existsSync(`/state/${name}`) ? readFileSync(`/state/${name}`, "utf8") : "");
let archive = "/tmp/openwisp/configuration.tar.gz";
let merge = true;
for (const option of process.argv.slice(2)) {
  if (option.startsWith("--conf=")) archive = option.slice("--conf=".length);
  if (option === "--merge=0") merge = false;
}
process.exitCode = updateConfig(archive, {
  version: state("version") as AgentVersion,
  merge,
  step: () => {
    const left = state("cut-after").trim();
    if (!/^\d+$/.test(left)) return;
    if (Number(left) > 0) return writeFileSync("/state/cut-after", `${Number(left) - 1}\n`);
    writeFileSync("/state/cut", "");
    process.kill(0, "SIGKILL");
  },
});
