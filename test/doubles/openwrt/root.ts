import {
  chmodSync,
  copyFileSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { execa } from "execa";
import { installPackages, missingPackages } from "../../../local/packages.ts";
import { cutPrograms, programs } from "./programs.ts";

/** Folders in a hotspot's flash and memory: all that differs between two hotspots. */
const own = ["etc", "tmp", "state", "usr/sbin", "usr/lib", "sbin", "rom"];

/**
 * A root folder with BusyBox, signify and the doubles of OpenWrt's programs, in which a point's scripts run as on the
 * point, by `chroot`: needs root. Its packages are Debian's.
 */
export class OpenWrtRoot {
  private readonly kept = new Set<string>();

  private constructor(
    readonly folder: string,
    private readonly folders: readonly string[],
  ) {}

  static async make(): Promise<OpenWrtRoot> {
    await installPackages(await missingPackages(["busybox", "signify-openbsd"]));
    const folder = mkdtempSync(join(tmpdir(), "openwrt-"));
    for (const each of [...own, "bin", "usr/bin", "dev", "etc/config"]) {
      mkdirSync(join(folder, each), { recursive: true });
    }
    writeFileSync(join(folder, "dev/null"), "");
    await copyProgram(folder, process.execPath, "usr/bin/node");
    await copyProgram(folder, "/usr/bin/signify-openbsd", "usr/bin/signify-openbsd");
    await copyProgram(folder, "/bin/busybox", "bin/busybox");
    await execa("chroot", [folder, "/bin/busybox", "--install", "-s"]);
    for (const [path, text] of Object.entries({ ...programs, ...cutPrograms })) {
      const target = join(folder, path);
      mkdirSync(dirname(target), { recursive: true });
      rmSync(target, { force: true });
      writeFileSync(target, path === "etc/rc.common" ? text : `#!/bin/sh\n${text}\n`, { mode: 0o755 });
    }
    await installAgent(folder);
    const root = new OpenWrtRoot(folder, readdirSync(folder));
    root.keep("box");
    return root;
  }

  /** Keeps the point as it is now, under a name. */
  keep(name: string): void {
    for (const each of own) copyFolder(join(this.folder, each), join(`${this.folder}.${name}`, each));
    this.kept.add(name);
  }

  /** Makes it the point that was kept, at first one fresh from its box: what a command left beside is gone as well. */
  reset(kept = "box"): void {
    for (const name of readdirSync(this.folder)) {
      if (!this.folders.includes(name)) rmSync(join(this.folder, name), { recursive: true, force: true });
    }
    for (const each of own) copyFolder(join(`${this.folder}.${kept}`, each), join(this.folder, each));
  }

  remove(): void {
    for (const each of [this.folder, ...[...this.kept].map((name) => `${this.folder}.${name}`)]) {
      rmSync(each, { recursive: true, force: true });
    }
  }
}

/** openwisp-update-config, as a program of the root: what it says first is what Lua's does. */
async function installAgent(folder: string): Promise<void> {
  const main = fileURLToPath(new URL("../openwisp-config/main.ts", import.meta.url));
  const { outputFiles } = await build({
    entryPoints: [main],
    bundle: true,
    write: false,
    platform: "node",
    format: "cjs",
    target: "node20",
    logLevel: "silent",
  });
  const path = join(folder, "usr/sbin/openwisp-update-config");
  writeFileSync(path, `#!/usr/bin/node\n// #!/usr/bin/env lua\n${outputFiles[0]?.text ?? ""}`, {
    mode: 0o755,
  });
}

/** A program and the libraries that it is linked with, each where the loader looks for it. */
async function copyProgram(folder: string, source: string, path: string): Promise<void> {
  const { stdout } = await execa("ldd", [source]);
  const libraries = [...stdout.matchAll(/(\/\S+) \(0x/g)].map(([, library = ""]) => library);
  for (const library of libraries) copy(library, join(folder, library));
  copy(source, join(folder, path));
}

function copy(source: string, target: string): void {
  mkdirSync(dirname(target), { recursive: true });
  copyFileSync(source, target);
  chmodSync(target, 0o755);
}

function copyFolder(source: string, target: string): void {
  rmSync(target, { recursive: true, force: true });
  cpSync(source, target, { recursive: true, verbatimSymlinks: true });
}
