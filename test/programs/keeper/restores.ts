import { mkdirSync, readdirSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { bundle } from "../../../components/foundation/program/bundle.ts";
import {
  type RestoreSettings,
  restoreSecretFiles,
} from "../../../components/recovery/database-restore/settings.ts";
import { type KeeperStatus, secretFiles } from "../../../components/recovery/keeper/settings.ts";
import { readPosition, readSegment } from "../../../components/recovery/keeper/wal.ts";
import type { RehearsalSettings } from "../../../components/recovery/rehearsal/settings.ts";
import { resticLocation } from "../../../components/recovery/vault/restic-location.ts";
import { asPostgres } from "./server.ts";
import type { SiteStore } from "./stores.ts";

/** Result of a program that restores: its exit code, and its messages. */
interface Ended {
  code: number | undefined;
  said: string;
}

/** Ways back of a site's server from one of its vaults, and what whoever restores does there. */
export class Restores {
  constructor(
    private readonly place: { folder: string; programs: string; restic: string },
    private readonly store: Pick<SiteStore, "host" | "access">,
  ) {}

  /**
   * Restores to a moment into a volume of its own, from the vault alone.
   *
   * @param databases those that are brought out of it; all of the server without any.
   */
  async to(at: RestoreSettings["at"], ...databases: string[]): Promise<Ended & { volume: string }> {
    const name = typeof at === "string" ? at.replaceAll(":", "") : "after";
    const volume = join(this.place.folder, "restored", this.store.host, name);
    const restoring: RestoreSettings = {
      ...{ commune: "villeurbanne", server: "database", vault: this.store.host, at, name },
      ...(databases.length > 0 && { databases }),
    };
    const secrets = { [restoreSecretFiles.vault]: JSON.stringify(this.store.access) };
    return { ...(await this.inPod("database-restore", restoring, secrets, volume)), volume };
  }

  /** Brings the server back from the vault as it does every week. Returns also what is left on its volume. */
  async rehearse(): Promise<Ended & { left: string[] }> {
    const { host, access } = this.store;
    const volume = join(this.place.folder, "restored", host, "rehearsal");
    const settings: RehearsalSettings = { commune: "villeurbanne", server: "database", vaults: [host] };
    const secrets = { [secretFiles.vaults]: JSON.stringify({ [host]: access }) };
    return { ...(await this.inPod("rehearsal", settings, secrets, volume)), left: readdirSync(volume) };
  }

  /** Runs restic as whoever restores. */
  async restic(generation: string, ...words: string[]): Promise<string> {
    const { folder, restic } = this.place;
    const { repository, environment } = resticLocation(this.store.access, `database/${generation}`);
    mkdirSync(join(folder, "damaged"), { recursive: true });
    const { stdout } = await execa(restic, ["--no-cache", ...words], {
      cwd: join(folder, "damaged"),
      env: {
        ...environment,
        RESTIC_REPOSITORY: repository,
        RESTIC_PASSWORD_FILE: join(folder, "secrets", secretFiles.repository),
      },
      maxBuffer: 1024 ** 3,
    });
    return stdout;
  }

  /**
   * Ships the newest log once more, first in the order of its shipments, with nothing but zeros in it from a position on: as a
   * disk leaves a file that lost its power.
   */
  async shipDamaged({ shipped }: KeeperStatus, from: string): Promise<void> {
    if (shipped === undefined) throw new Error("nothing was shipped");
    const { generation, snapshot } = shipped;
    const target = join(this.place.folder, "damaged", "wal");
    await this.restic(generation, "restore", `${snapshot}:/wal`, "--target", target);
    const bytes = 16 * 1024 ** 2;
    for (const name of readdirSync(target)) {
      const segment = readSegment(name, bytes);
      if (segment === undefined) continue;
      const kept = Math.max(0, Number(readPosition(from) - segment.start));
      truncateSync(join(target, name), Math.min(bytes, kept));
      truncateSync(join(target, name), bytes);
    }
    const found = JSON.parse(await this.restic(generation, "snapshots", "--json", snapshot)) as {
      tags: string[];
    }[];
    const tags = (found[0]?.tags ?? []).map((tag) => tag.replace(/^sequence=.*/, "sequence=1"));
    const words = tags.flatMap((tag) => ["--tag", tag]);
    await this.restic(generation, "backup", ...words, "wal");
  }

  /** Runs a program that restores, with its settings and secrets as its pod has them. */
  private async inPod(
    name: string,
    settings: object,
    secrets: Readonly<Record<string, string>>,
    volume: string,
  ): Promise<Ended> {
    const { folder, programs, restic } = this.place;
    const of = (each: string) => join(folder, "restore", each);
    for (const each of [of("settings"), of("secrets"), of("run"), volume])
      mkdirSync(each, { recursive: true });
    writeFileSync(join(of("settings"), "settings.json"), JSON.stringify(settings));
    const all = { ...secrets, [restoreSecretFiles.repository]: "of the repositories" };
    for (const [file, text] of Object.entries(all)) writeFileSync(join(of("secrets"), file), text);
    writeFileSync(join(folder, "restore.mjs"), bundle(name).text);
    if (asPostgres.length > 0) {
      await execa("chown", ["-R", "postgres", join(folder, "restore"), join(folder, "restored")]);
    }
    const [program = "", ...words] = [...asPostgres, process.execPath, join(folder, "restore.mjs")];
    const { exitCode, all: said } = await execa(program, words, {
      env: {
        ...{ PATH: `${programs}:${process.env.PATH}`, HOME: of("run") },
        ...{ RESTORE_SETTINGS: of("settings"), RESTORE_SECRETS: of("secrets"), RESTORE_RUN: of("run") },
        ...{ RESTORE_VOLUME: volume, RESTORE_CACHE: join(of("run"), "cache"), RESTORE_SOCKETS: of("run") },
        RESTORE_RESTIC: restic,
      },
      all: true,
      reject: false,
    });
    return { code: exitCode, said };
  }
}
