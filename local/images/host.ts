import { existsSync, readFileSync } from "node:fs";
import { access, constants, readFile } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { execa } from "execa";

/** The programs that a build runs, and the Debian package that brings each. */
const programs = {
  mmdebstrap: "mmdebstrap",
  zstd: "zstd",
  tar: "tar",
  setpriv: "util-linux",
  unshare: "util-linux",
  apt: "apt",
} as const;

const sourceFiles = ["/etc/apt/sources.list.d/debian.sources", "/etc/apt/sources.list"];

/** Failure of a build, in one sentence. */
export class ImageError extends Error {
  override name = "ImageError";
}

/** Throws an ImageError unless this process may and can build images. */
export async function requireHost(): Promise<void> {
  if (process.platform !== "linux" || process.getuid?.() !== 0) {
    throw new ImageError(
      "Building images needs root on Linux (it mounts file systems): run the same command with sudo.",
    );
  }
  const folders = (process.env.PATH ?? "").split(delimiter);
  for (const [program, debianPackage] of Object.entries(programs)) {
    const found = await Promise.any(
      folders.map((folder) => access(join(folder, program), constants.X_OK)),
    ).then(
      () => true,
      () => false,
    );
    if (!found) {
      throw new ImageError(
        `Building images needs the program ${program}: run "apt-get install ${debianPackage}".`,
      );
    }
  }
}

/** The first mirror named in the text of an apt source file, of either format; undefined if it has none. */
export function mirrorIn(text: string): string | undefined {
  for (const line of text.split("\n")) {
    const uri =
      line.match(/^URIs:\s*(\S+)/i)?.[1] ?? line.match(/^deb\s+(?:\[[^\]]*\]\s+)?(https?:\/\/\S+)/)?.[1];
    if (uri && /\/debian\/?$/.test(uri)) return uri;
  }
  return undefined;
}

/** The Debian mirror that this machine itself uses; COMMUNE_DEBIAN_MIRROR wins. */
export async function debianMirror(environment: NodeJS.ProcessEnv = process.env): Promise<string> {
  if (environment.COMMUNE_DEBIAN_MIRROR) return environment.COMMUNE_DEBIAN_MIRROR;
  for (const file of sourceFiles.filter((candidate) => existsSync(candidate))) {
    const mirror = mirrorIn(await readFile(file, "utf8"));
    if (mirror) return mirror;
  }
  throw new ImageError(
    `No Debian mirror in ${sourceFiles.join(" or ")}: set COMMUNE_DEBIAN_MIRROR to the address of one.`,
  );
}

/**
 * The machine's own apt settings that decide how packages are fetched (proxies, certificates, checks of
 * dates), as apt.conf lines, from the output of `apt-config dump`.
 */
export function fetchSettings(dump: string): string[] {
  return dump
    .split("\n")
    .filter((line) => /^Acquire::(https?(::|\s)|Check-|Retries)/.test(line) && !/ "";$/.test(line));
}

/** Reads fetchSettings of this machine. */
export async function hostFetchSettings(): Promise<string[]> {
  const { stdout } = await execa("apt-config", ["dump"]);
  return fetchSettings(stdout);
}

/** The host's bundle of certificate authorities, for a mirror behind https. */
export const hostCertificates = "/etc/ssl/certs/ca-certificates.crt";

/** One sentence for what the builder of an image printed before it failed. */
export function explain(what: string, output: string): string {
  const missing = output.match(/Unable to locate package (\S+)/)?.[1];
  if (missing) return `${what}: Debian has no package ${missing}; correct local/images/images.ts.`;
  if (/No space left on device/.test(output)) {
    return `${what}: the disk is full; free some space and run the same command again, finished layers are kept.`;
  }
  if (/Could not (resolve|connect)|Temporary failure resolving|Connection (refused|timed out)/.test(output)) {
    return `${what}: the Debian mirror does not answer; check the network or set COMMUNE_DEBIAN_MIRROR.`;
  }
  const lines = output.split("\n").filter((line) => line.trim() !== "");
  const last = lines.filter((line) => /^(E:|error|mount|unshare)/i.test(line)).pop() ?? lines.pop() ?? "";
  return `${what} failed: ${last.trim()}`;
}

/** Whether a process with this id lives. */
export function alive(pid: number): boolean {
  return existsSync(`/proc/${pid}`) && !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
}
