import { createHash } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import type { ArchiveMember } from "../../../components/places/hotspots/archive.ts";
import type { AgentVersion } from "../openwisp-config/update-config.ts";
import { cutFolder } from "./programs.ts";
import type { OpenWrtRoot } from "./root.ts";

/** Result of an archive. `cut`: the current failed. */
export interface Outcome {
  result: "applied" | "error" | "cut";
  /** Output of the updater. */
  log: string;
}

/** Channel and power of one radio. */
export type Emitted = { channel: number; dBm: number } | "off";

/** A moment of a week, as a point knows it. */
export interface Moment {
  /** ISO day, 1 is Monday. */
  day: number;
  /** Minutes after midnight. */
  minute: number;
}

const hooks = { reload: "/etc/openwisp/post-reload-hook", start: "/etc/init.d/hotspot-radio" };
const persistent = "etc/openwisp/checksum";
const searchPath = "/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * Steps of the agent with an archive before the updater has seen it, and with what it saved if the updater refuses or
 * the server is not there afterwards. The names are those of the archive, whoever made it; what they name is looked for
 * from the root: `rom/etc/..` is all that the firmware came with, saved under the names that it has in the root.
 * Source: openwisp-config 1.1.0 to 1.3.0a, files/openwisp.agent: fix_uci_config, backup_configuration, restore_backup.
 */
const agent = {
  save: `list=/tmp/openwisp/backup_file_list.conf
/usr/sbin/openwisp-uci-autoname
md5sum /etc/config/* >/tmp/config.md5
{
	tar -ztf /tmp/openwisp/configuration.tar.gz | sed 's/^/\\//'
	find /etc/openwisp/remote/ -type f | sed 's/^\\/etc\\/openwisp\\/remote//'
} >$list.tmp
sort -u $list.tmp >$list
tar -zcf /tmp/openwisp/backup.tar.gz -T $list`,
  putBack: "sysupgrade -r /tmp/openwisp/backup.tar.gz",
  // openwisp-reload-config: of all that reads /etc/config, here the network alone.
  reload: `case $(md5sum -c /tmp/config.md5 2>/dev/null) in */etc/config/wireless:\\ FAILED*)
	wifi up radio0; wifi up radio1 ;;
esac
md5sum /etc/config/* >/tmp/config.md5`,
};

/**
 * A point from its box to its pole: OpenWrt's start, cron, and openwisp-config's agent around an update (backup, update,
 * reload, test, way back), in an {@link OpenWrtRoot}. Written from openwisp-config 1.2.1, files/openwisp.agent; the
 * updater, the hooks and all scripts are the real ones, run by BusyBox.
 */
export class OpenWrtPoint {
  private constructor(readonly root: OpenWrtRoot) {}

  /** One fresh from its box, with the agent installed. */
  static async make(root: OpenWrtRoot, version: AgentVersion): Promise<OpenWrtPoint> {
    root.reset();
    const point = new OpenWrtPoint(root);
    for (const folder of ["state/radios", "etc/openwisp", "tmp/openwisp", "rom/etc/config"])
      point.folder(folder);
    point.write("state/version", version);
    point.clock({ day: 1, minute: 0 });
    for (const [file, text] of Object.entries(factory)) {
      point.write(`etc/config/${file}`, text);
      point.write(`rom/etc/config/${file}`, text);
    }
    point.write("rom/etc/shadow", "root:::0:99999:7:::\n", 0o600);
    point.write("etc/shadow", "root:$1$set$byhand:0:0:99999:7:::\n", 0o600);
    await point.startNetwork();
    return point;
  }

  /** Puts files on it by hand. */
  unpack(members: readonly ArchiveMember[]): void {
    for (const { path, contents, mode } of members) {
      this.folder(path.slice(0, path.lastIndexOf("/")));
      this.write(path, contents, mode);
    }
  }

  /** Sets what its clock says; whether that is right is another matter. */
  clock({ day, minute }: Moment, seconds = 0): void {
    const time = `${String(Math.floor(minute / 60)).padStart(2, "0")}${String(minute % 60).padStart(2, "0")}`;
    this.write("state/now", `${day} ${time} ${seconds}\n`);
  }

  /** Its NTP client has found the time. */
  async timeKnown(): Promise<void> {
    await this.hotplug("ntp", { stratum: "3" });
  }

  /** Does what cron does every minute. */
  async everyMinute(): Promise<void> {
    for (const line of this.read("etc/crontabs/root").split("\n")) {
      if (line.startsWith("* * * * * ")) await this.shell(line.slice("* * * * * ".length));
    }
  }

  /** Current off and on: memory is empty, radios start as the file says, then what is started at boot. */
  async restart(): Promise<void> {
    rmSync(join(this.root.folder, "tmp"), { recursive: true });
    this.folder("tmp/openwisp");
    rmSync(join(this.root.folder, "state/cut"), { force: true });
    await this.startNetwork();
    if (existsSync(join(this.root.folder, "state/enabled"))) await this.shell(`${hooks.start} start`);
    await this.hotplug("openwisp", { ACTION: "bootup" });
  }

  /** Whether the agent would fetch this archive: it has another one, or none. */
  wants(archive: Buffer): boolean {
    return this.read(persistent) !== md5(archive);
  }

  /**
   * One update, as the agent does it.
   *
   * @param reachable whether the server is there afterwards.
   * @param cutAfter how many steps that change something come before the current fails, or the program before which it does.
   */
  async update(
    archive: Buffer,
    { reachable = true, cutAfter }: { reachable?: boolean; cutAfter?: number | string | undefined } = {},
  ): Promise<Outcome> {
    this.folder("tmp/openwisp");
    writeFileSync(join(this.root.folder, "tmp/openwisp/configuration.tar.gz"), archive);
    this.write("state/log", "");
    await this.shell(agent.save);
    const { exitCode, all } = await this.apply(cutAfter);
    const log = `${this.read("state/log")}${all}`;
    rmSync(join(this.root.folder, "state/cut-after"), { force: true });
    if (existsSync(join(this.root.folder, "state/cut"))) return { result: "cut", log };
    if (exitCode === 0) {
      await this.hotplug("openwisp", { ACTION: "pre-reload" });
      await this.reload({ ACTION: "post-reload" });
    }
    const kept = exitCode === 0 && reachable;
    if (!kept) {
      await this.shell(agent.putBack);
      await this.reload();
      await this.hotplug("openwisp", { ACTION: "config-restored" });
    }
    if (exitCode === 0) rmSync(join(this.root.folder, "tmp/openwisp/backup.tar.gz"), { force: true });
    if (kept) {
      await this.hotplug("openwisp", { ACTION: "config-applied" });
      this.write(persistent, md5(archive));
    }
    await this.hotplug("openwisp", { ACTION: "end-of-cycle" });
    return { result: kept ? "applied" : "error", log };
  }

  /** Returns what the radios emit now. */
  radios(): Record<string, Emitted> {
    const folder = join(this.root.folder, "state/radios");
    return Object.fromEntries(
      readdirSync(folder).map((name) => {
        const [channel = "", power] = readFileSync(join(folder, name), "utf8").trim().split(" ");
        return [name, channel === "off" ? "off" : { channel: Number(channel), dBm: Number(power) / 100 }];
      }),
    );
  }

  /** A file's text; empty if it is not there. */
  read(path: string): string {
    const file = join(this.root.folder, path);
    return existsSync(file) ? readFileSync(file, "utf8") : "";
  }

  /** Runs a line in the point's shell, as root there. */
  async shell(
    line: string,
    environment: Record<string, string> = {},
  ): Promise<{ exitCode: number | undefined; all: string }> {
    const { exitCode, all } = await execa("chroot", [this.root.folder, "/bin/sh", "-c", line], {
      env: { PATH: searchPath, ...environment },
      extendEnv: false,
      reject: false,
      all: true,
      stdin: "ignore",
    });
    return { exitCode, all };
  }

  write(path: string, contents: string | Buffer, mode = 0o644): void {
    const file = join(this.root.folder, path);
    writeFileSync(file, contents);
    chmodSync(file, mode);
  }

  /** Calls the updater as the agent does; a session of its own ends with the current. */
  private async apply(cutAfter: number | string | undefined) {
    const line = "/usr/sbin/openwisp-update-config --conf=/tmp/openwisp/configuration.tar.gz --merge=1";
    if (cutAfter === undefined) return this.shell(line);
    this.write("state/cut-after", `${cutAfter}\n`);
    return this.shell(`exec setsid sh -c '${line}'`, { PATH: `${cutFolder}:${searchPath}` });
  }

  private async hotplug(kind: string, environment: Record<string, string>): Promise<void> {
    await this.shell(`/sbin/hotplug-call ${kind}`, environment);
  }

  /** Reads again what has changed, then calls the hook. The event comes before it, after an update alone. */
  private async reload(event?: Record<string, string>): Promise<void> {
    await this.shell(agent.reload);
    if (event) await this.hotplug("openwisp", event);
    if (this.read(hooks.reload) !== "") await this.shell(hooks.reload);
  }

  /** netifd starts the radios of the file. */
  private async startNetwork(): Promise<void> {
    await this.shell("wifi up radio0; wifi up radio1");
  }

  private folder(path: string): void {
    mkdirSync(join(this.root.folder, path), { recursive: true });
  }
}

/** Configuration that OpenWrt writes at the first start of a router with two radios: both off. */
const factoryWireless = ["radio0", "radio1"]
  .map(
    (name, index) =>
      `config wifi-device '${name}'\n\toption type 'mac80211'\n\toption path 'platform/soc/${index}.wifi'\n\toption channel '${index ? 36 : 1}'\n\toption band '${index ? 5 : 2}g'\n\toption disabled '1'\n`,
  )
  .join("\n");

const factory = {
  wireless: factoryWireless,
  system: "config system\n\toption hostname 'OpenWrt'\n",
  network: "config interface 'wan'\n\toption device 'eth0'\n\toption proto 'dhcp'\n",
  dhcp: "config dnsmasq\n\toption domainneeded '1'\n",
  firewall: "config defaults\n\toption input 'REJECT'\n",
  openwisp: "config controller 'http'\n\toption uuid ''\n\toption key ''\n",
  opennds: "config opennds\n\toption enabled '1'\n",
};

function md5(bytes: Buffer): string {
  return createHash("md5").update(bytes).digest("hex");
}
