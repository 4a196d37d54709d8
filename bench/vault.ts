import { randomBytes } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { heapMiB } from "../components/recovery/vault/manifests.ts";
import { seconds } from "../test/cluster/timing.ts";
import { repositoryAt, VaultProcess } from "../test/programs/vault/process.ts";
import { installRestic, well } from "../test/programs/vault/restic.ts";
import { settings } from "../test/programs/vault/vault.ts";

/**
 * `npm run bench vault`: a vault with the heap of its pod takes and hands out 512 MiB of Debian's restic. Over plain
 * HTTP on this machine. The same backup into a folder, without a vault, stands beside it. Volumes are in memory.
 */
const files = 4;
const mibOfFile = 128;

const place = existsSync("/dev/shm") ? "/dev/shm" : tmpdir();
const folder = mkdtempSync(join(place, "bench-vault-"));
const lines: string[][] = [];
try {
  await installRestic();
  const source = join(folder, "source");
  mkdirSync(source);
  for (let index = 0; index < files; index += 1) {
    writeFileSync(join(source, String(index)), randomBytes(mibOfFile * 1024 * 1024));
  }
  const vault = await VaultProcess.start(folder, [`--max-old-space-size=${heapMiB}`]);
  const there = repositoryAt(vault.url, join(folder, "cache"));
  const here = { ...there, folder: join(folder, "local"), cache: join(folder, "cache-local") };
  const row = async (name: string, words: readonly string[]) => {
    const local = await seconds(() => well(here, ...words));
    const before = vault.used().cpuSeconds;
    const clock = await seconds(() => well(there, ...words));
    const { cpuSeconds, mostMiB } = vault.used();
    lines.push([
      name,
      `${local.toFixed(1)} s`,
      `${clock.toFixed(1)} s`,
      `${(clock / local).toFixed(2)}`,
      `${(cpuSeconds - before).toFixed(2)} s`,
      `${mostMiB.toFixed(0)} MiB`,
    ]);
  };
  try {
    const { cpuSeconds, mostMiB } = vault.used();
    lines.push(["started, empty", "", "", "", `${cpuSeconds.toFixed(2)} s`, `${mostMiB.toFixed(0)} MiB`]);
    await row("`restic init`", ["init"]);
    await row(`\`restic backup\` of ${files * mibOfFile} MiB`, ["backup", "--host", settings.guest, source]);
    await row("`restic check --read-data`", ["check", "--read-data"]);
    await row("`restic restore`", ["restore", "latest", "--target", join(folder, "back")]);
  } finally {
    await vault.kill();
  }
} finally {
  rmSync(folder, { recursive: true });
}
const head = [
  "step",
  "into a folder",
  "into the vault",
  "ratio",
  "processor of the vault",
  "its memory, at most so far",
];
for (const line of [head, head.map(() => "---"), ...lines]) console.log(`| ${line.join(" | ")} |`);
console.log(
  `\nLoad average at the end: ${loadavg()
    .map((load) => load.toFixed(1))
    .join(", ")}`,
);
