import { existsSync, mkdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { debianMirror, hostFetchSettings } from "../../../../local/images/host.ts";
import { installPackages, missingPackages } from "../../../../local/packages.ts";
import { cacheFolder } from "../../../../local/paths.ts";

const version = "1.3.1";
const suite = "trixie";
/** Debian 13 has the openNDS of OpenWrt's feed. */
const packages = ["hostapd", "dnsmasq-base", "signify-openbsd", "nftables", "iproute2", "opennds"];

/** Python with netjsonconfig from PyPI, in an environment of its own in the cache. */
export async function netjsonconfig(): Promise<string> {
  const folder = join(cacheFolder(), "test-tools", `netjsonconfig-${version}`);
  const python = join(folder, "bin", "python");
  if (existsSync(join(folder, "complete"))) return python;
  rmSync(folder, { recursive: true, force: true });
  const made = await execa("python3", ["-m", "venv", folder], { reject: false });
  if (made.failed) {
    await installPackages(["python3-venv"]);
    await execa("python3", ["-m", "venv", folder]);
  }
  await execa(python, ["-m", "pip", "install", "--quiet", `netjsonconfig==${version}`]);
  mkdirSync(join(folder, "complete"));
  return python;
}

/** A root file system of Debian with the programs that points run, in the cache. */
export async function debianRoot(): Promise<string> {
  const folder = join(cacheFolder(), "test-tools", `${suite}-${packages.join("-")}`);
  if (existsSync(folder)) return folder;
  await installPackages(await missingPackages(["mmdebstrap"]));
  const draft = `${folder}.new`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true });
  const source = `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${await debianMirror()} ${suite} main`;
  const settings = (await hostFetchSettings()).map((line) => `--aptopt=${line.replace(/;$/, "")}`);
  const command = ["--mode=root", "--variant=minbase", `--include=${packages.join(",")}`, ...settings];
  await execa("mmdebstrap", [...command, suite, draft, source]);
  renameSync(draft, folder);
  return folder;
}
