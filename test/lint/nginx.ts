import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { execa } from "execa";
import yaml from "js-yaml";
import { cacheFolder, checkout } from "../../local/paths.ts";

/** Debian's nginx and its module for connections, unpacked: installed, it would be started. */
const packages = ["nginx", "nginx-common", "libnginx-mod-stream"];
const unpacked = join(cacheFolder(), "lint", "nginx");
export const program = join(unpacked, "usr/sbin/nginx");

/** Whether nginx is unpacked on this machine. */
export const hasNginx = () => existsSync(program);

/** Unpacks nginx from Debian's packages. Throws what apt-get says. */
export async function unpackNginx(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "lint-nginx-"));
  try {
    const whole = join(folder, "whole");
    // As root apt-get would do it as another user, who may not write here.
    const download = () =>
      execa("apt-get", ["-o", "APT::Sandbox::User=root", "download", ...packages], { cwd: folder });
    // Its lists may be old, or not there yet.
    await download().catch(() => execa("apt-get", ["update"]).then(download));
    await execa("sh", ["-c", 'for file in *.deb; do dpkg-deb --extract "$file" whole; done'], {
      cwd: folder,
    });
    rmSync(unpacked, { recursive: true, force: true });
    mkdirSync(dirname(unpacked), { recursive: true });
    await execa("cp", ["-a", whole, `${unpacked}.${process.pid}`]);
    renameSync(`${unpacked}.${process.pid}`, unpacked);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A configuration with the files that it includes from beside it, by their names. */
export type Configuration = Readonly<Record<string, string>>;

/** Writes a configuration to a folder of this machine: its pods' names are addresses, its ports are sockets there. */
export function writeHere(folder: string, files: Configuration): void {
  const here = (text: string) =>
    text
      .replaceAll("/tmp/", `${folder}/`)
      .replaceAll("/dev/stderr", "stderr")
      .replaceAll(/^\s*listen \[::\].*$/gm, "")
      .replaceAll(/\blisten (\d+)/g, `listen unix:${folder}/$1.sock`)
      .replaceAll(/(_pass "?http:\/\/)[a-z][\w.-]*(?=[:/"])/g, "$1127.0.0.1")
      .replaceAll(/\binclude \/etc\/(?!nginx\/)[\w-]+\//g, `include ${folder}/`)
      .replaceAll(/\binclude (?:\/etc\/nginx\/)?(?=\w)/g, `include ${unpacked}/etc/nginx/`);
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), here(text));
}

/** Returns what `nginx -t` says against a configuration whose file is `nginx.conf`; empty if it is right. */
export async function nginxProblems(files: Configuration): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), "lint-nginx-"));
  try {
    writeHere(folder, files);
    const { exitCode, stderr } = await execa(program, ["-t", "-q", "-c", join(folder, "nginx.conf")], {
      reject: false,
    });
    return exitCode === 0 ? [] : stderr.split("\n");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Every configuration of nginx in a list of registered resources, once. */
export function configurationsIn(text: string): Configuration[] {
  const found = new Map<string, Configuration>();
  const look = (value: unknown): void => {
    if (value === null || typeof value !== "object") return;
    const { data } = value as { data?: Record<string, string> };
    const main = data?.["nginx.conf"];
    if (main !== undefined) {
      const beside = Object.entries(data ?? {}).filter(([name]) => name.endsWith(".conf"));
      found.set(main, Object.fromEntries(beside));
    }
    Object.values(value).forEach(look);
  };
  look(yaml.load(text, { schema: yaml.JSON_SCHEMA }));
  return [...found.values()];
}

/** Returns what is wrong in the fronts of golden files, which have each as it is in its pod. */
export async function goldenProblems(files: readonly string[]): Promise<string[]> {
  const seen = new Set<string>();
  const problems = files.map(async (file) => {
    const configurations = configurationsIn(readFileSync(join(checkout, file), "utf8")).filter((each) => {
      const text = JSON.stringify(each);
      return !seen.has(text) && seen.add(text);
    });
    const said = await Promise.all(configurations.map(nginxProblems));
    return said.flat().map((line) => `${basename(file)}: ${line}`);
  });
  return (await Promise.all(problems)).flat();
}
