import { appendFileSync, existsSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { installPackages, missingPackages } from "../../../local/packages.ts";
import { cacheFolder } from "../../../local/paths.ts";

/** Folder that keeps the clean Debian and the packages that were fetched between runs. */
const cache = join(cacheFolder(), "kit");

/** Settings of a run: its user, what is around it, and whether its failure is one of the campaign. */
export interface Running {
  user?: string;
  /** Sees no process of the machine around, and takes all of its own with it when it ends. */
  alone?: true;
  env?: Record<string, string>;
  reject?: boolean;
}

/** A clean Debian in a folder: a machine as far as packages and programs go, without systemd and a kernel of its own. */
export class DebianRoot {
  readonly folder: string;
  private readonly suite: string;

  constructor(folder: string, suite: "bookworm" | "trixie" = "bookworm") {
    this.folder = folder;
    this.suite = suite;
  }

  async make(): Promise<void> {
    await installPackages(await missingPackages(["mmdebstrap"]));
    const base = join(cache, `base-${this.suite}.tar`);
    mkdirSync(join(cache, "archives", "partial"), { recursive: true });
    if (!existsSync(base)) {
      const source = `deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian ${this.suite} main`;
      const words = ["--variant=apt", "--include=ca-certificates", this.suite, `${base}.part.tar`, source];
      await execa("mmdebstrap", words);
      await execa("mv", [`${base}.part.tar`, base]);
    }
    mkdirSync(this.folder, { recursive: true });
    await execa("tar", ["-xf", base, "-C", this.folder]);
    await execa("cp", ["--dereference", "/etc/resolv.conf", join(this.folder, "etc/resolv.conf")]);
    // Without an init, nothing is to be started.
    writeFileSync(join(this.folder, "usr/sbin/policy-rc.d"), "#!/bin/sh\nexit 101\n", { mode: 0o755 });
    // A folder that is thrown away need not survive a power cut.
    writeFileSync(join(this.folder, "etc/dpkg/dpkg.cfg.d/unsafe-io"), "force-unsafe-io\n");
    await this.mount("--bind", join(cache, "archives"), "var/cache/apt/archives");
    await this.mount("--bind", "/dev", "dev");
    await this.mount("-t", "proc", "proc", "proc");
    writeFileSync(
      join(this.folder, "etc/apt/apt.conf.d/90keep"),
      'Binary::apt::APT::Keep-Downloaded-Packages "true";\n',
    );
    await this.run(["apt-get", "update"]);
  }

  private mount(...words: string[]) {
    const target = join(this.folder, words.pop() ?? "");
    mkdirSync(target, { recursive: true });
    return execa("mount", [...words, target]);
  }

  /** Runs a program in it, as root or as `user`. */
  run(words: readonly string[], { user, env, alone, reject = true }: Running = {}) {
    const as = user === undefined ? [] : ["setpriv", `--reuid=${user}`, `--regid=${user}`, "--init-groups"];
    const namespace = ["unshare", "--pid", "--fork", "--kill-child", `--mount-proc=${this.folder}/proc`];
    const [program = "", ...rest] = [...(alone ? namespace : []), "chroot", this.folder, ...as, ...words];
    return execa(program, rest, {
      reject,
      env: { DEBIAN_FRONTEND: "noninteractive", LC_ALL: "C.UTF-8", ...env },
    });
  }

  install(...packages: string[]) {
    return this.run(["apt-get", "install", "--yes", "--no-install-recommends", ...packages]);
  }

  /** Has a name found at an address, and believes in the authority of its certificate. */
  async introduce(host: string, address: string, certificate: string): Promise<void> {
    const own = `127.0.0.1 localhost\n127.0.1.1 ${hostname()}\n`;
    appendFileSync(join(this.folder, "etc/hosts"), `${own}${address} ${host}\n`);
    writeFileSync(join(this.folder, "usr/local/share/ca-certificates/commune.crt"), certificate);
    await this.run(["update-ca-certificates"]);
  }

  /** Asks every other name of a server that counts them, and finds none. */
  isolate(address: string): void {
    writeFileSync(join(this.folder, "etc/resolv.conf"), `nameserver ${address}\n`);
  }

  async remove(): Promise<void> {
    for (const below of ["proc", "dev", "var/cache/apt/archives"]) {
      await execa("umount", ["--lazy", join(this.folder, below)], { reject: false });
    }
    const mounted = await execa("grep", ["-c", this.folder, "/proc/self/mounts"], { reject: false });
    if (mounted.stdout.trim() !== "0") throw new Error(`${this.folder} has mounts left: remove it by hand.`);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
