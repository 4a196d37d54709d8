import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { installPackages, missingPackages } from "../../local/packages.ts";

let folder: string;

function program(name: string, script: string): void {
  writeFileSync(join(folder, name), `#!/bin/bash\n${script}\n`);
  chmodSync(join(folder, name), 0o755);
}

const asUser = (id: number) => vi.spyOn(process as { getuid(): number }, "getuid").mockReturnValue(id);

const calls = () => readFileSync(join(folder, "calls"), "utf8").trim().split("\n");

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "packages-"));
  vi.stubEnv("PATH", `${folder}:${process.env.PATH}`);
  asUser(0);
});

afterEach(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  rmSync(folder, { recursive: true, force: true });
});

describe("packages", () => {
  it("are missing unless dpkg says that they are installed", async () => {
    program(
      "dpkg-query",
      'echo "installed runc"; echo "config-files s6"; echo "no packages found" >&2; exit 1',
    );
    expect(await missingPackages(["runc", "s6", "zstd"])).toEqual(["s6", "zstd"]);
  });

  it("are installed at once, and after an update of the lists when that fails", async () => {
    program(
      "apt-get",
      `echo "$1" >> ${folder}/calls; [ "$1" = update ] && touch ${folder}/updated; [ -e ${folder}/updated ]`,
    );
    await installPackages(["s6"]);
    expect(calls()).toEqual(["install", "update", "install"]);
    await installPackages(["s6"]);
    expect(calls()).toHaveLength(4);
    await installPackages([]);
    expect(calls()).toHaveLength(4);
  });

  it("name themselves when they cannot be installed", async () => {
    program("apt-get", "exit 100");
    await expect(installPackages(["s6", "zstd"])).rejects.toThrow(/apt-get could not install s6, zstd/);
    asUser(1000);
    await expect(installPackages(["s6"])).rejects.toThrow(/needs root: apt-get install s6/);
  });

  it("need dpkg", async () => {
    vi.stubEnv("PATH", folder);
    await expect(missingPackages(["runc"])).rejects.toThrow(/needs Debian/);
  });
});
