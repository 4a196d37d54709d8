import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { execa } from "execa";
import { fillScript } from "../components/platform/database/moment-fill.ts";
import { dumpScript, loadScript } from "../components/recovery/points/rows-scripts.ts";
import { workFiles } from "../components/recovery/points/settings.ts";
import { quarterOf } from "../components/recovery/vault/generation.ts";
import { resticLocation } from "../components/recovery/vault/restic-location.ts";
import { Restic } from "../programs/restore-point/restic.ts";
import { taken } from "../test/cluster/timing.ts";
import { postgresqlOfTheImage } from "../test/programs/keeper/postgresql.ts";
import { Site } from "../test/programs/keeper/site.ts";
import { RowsPod } from "../test/programs/restore-point/rows.ts";
import { makeFiles, noise, randomFiles, type Sizes } from "./recovery/files.ts";
import { report } from "./recovery/report.ts";
import { changeRows, countRows, fillRows } from "./recovery/rows.ts";

/**
 * `npm run bench recovery -- --gib 1,10`: time and bytes of a first copy, of a day of changes, and of each way back.
 * Of a server and of files of so many GiB each, with 1 % changed a day, beside what somebody would do by hand: `pg_dump | restic` and back.
 * `--rows-gib` and `--files-gib` give them sizes of their own. Keeper, vault and PostgreSQL 17 of the local image, copied by
 * increments, are processes of this machine, the way to the vault is plain HTTP, and `fsync` is off. Rows are like those of
 * Nextcloud's `oc_filecache` (recovery/rows.ts). Files are random as far as the disk has room for them, and sparse beyond
 * (recovery/files.ts).
 */
const { values } = parseArgs({
  options: {
    gib: { type: "string", default: "1" },
    "rows-gib": { type: "string" },
    "files-gib": { type: "string" },
  },
});
const numbers = (text = values.gib) => text.split(",").map(Number);
const [rowSizes, fileSizes] = [numbers(values["rows-gib"]), numbers(values["files-gib"])];
if (![...rowSizes, ...fileSizes].every((gib) => gib > 0) || rowSizes.length !== fileSizes.length)
  throw new RangeError("--gib, --rows-gib and --files-gib are numbers above 0, as many of each: 1,10");

const mib = 1024 ** 2;

class Measured {
  private readonly rows: string[][] = [];
  private readonly generation = `files-${quarterOf(new Date())}`;

  private constructor(
    private readonly site: Site,
    private readonly sizes: Sizes,
    private readonly random: number,
    private readonly path: string,
  ) {}

  static async of(sizes: Sizes): Promise<void> {
    const random = randomFiles(sizes, "/tmp");
    const { files, rows } = sizes;
    const quotaBytes = (20 * Math.max(files, rows) + 4) * 1024 * mib;
    const room = { quotaBytes, spoolBytes: (4 * rows + 4) * 1024 * mib };
    const programs = await postgresqlOfTheImage("17");
    const server = ["summarize_wal=on"];
    const site = await Site.start({ turnSeconds: 20, dumpedByPoints: ["town"], programs, server, ...room });
    try {
      const path = `${programs}:${process.env.PATH}`;
      await new Measured(site, sizes, random, path).all();
    } finally {
      await site.end();
    }
  }

  private async all(): Promise<void> {
    const bytes = await this.fill();
    const pod = new RowsPod(this.place("pod"), this.site.restic, this.repository("town"));
    for (const service of ["town", "plain", "pictures"])
      await execa(this.site.restic, ["init", "--quiet"], { env: this.repository(service) });
    const files = makeFiles(this.place("pictures"), Math.round(this.sizes.files * 1024), this.random);

    const base = await this.row("first copy of the server", "database", async () => {
      await this.startKeeper();
      await this.site.until("first copy", ({ shipped, base }) => !!shipped && !!base, 7200);
    });
    const dump = await this.row("first point: rows", "town", () => this.dump(pod, "first"));
    const byHand = await this.row("first copy of rows by hand", "plain", () => this.dumpPlain());
    await this.row("first point: files", "pictures", () => this.copyFiles(files));

    const before = await this.site.sql("SELECT pg_current_wal_lsn()");
    await this.row("1 % of the rows changes, and its log is shipped", "database", async () => {
      await this.site.sql(changeRows, "town");
      await this.shipped();
    });
    const log = await this.site.sql(`SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '${before}') / ${mib}`);
    await this.row("the day's copy of the server", "database", () => this.nextDay());
    await this.row("the day's point: rows", "town", () => this.dump(pod, "second"));
    await this.row("the day's rows by hand", "plain", () => this.dumpPlain());
    for (const name of files.slice(0, Math.ceil(files.length / 100))) writeFileSync(name, noise());
    await this.row("the day's point: files", "pictures", () => this.copyFiles(files));

    await this.back(pod, files.length);
    const copies = { base, dump, byHand };
    const found = { steps: this.rows, bytes, copies, logMiB: Number(log) };
    const told = { ...found, sizes: this.sizes, files: files.length, random: this.random };
    for (const line of report(told)) console.log(line);
  }

  /** Fills the database while nothing copies it. Returns the bytes of its rows and indexes. */
  private async fill(): Promise<number> {
    const { site } = this;
    await Promise.all([site.keeper, site.receiver].map((part) => part.kill()));
    const bytes = await fillRows(site, this.sizes.rows * 1024 * mib);
    await site.sql("SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots; CHECKPOINT");
    return bytes;
  }

  private async startKeeper(): Promise<void> {
    for (const part of [this.site.receiver, this.site.keeper]) part.start();
  }

  private async shipped(): Promise<string> {
    const at = await this.site.sql(
      `SELECT to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`,
    );
    await this.site.sql("INSERT INTO minutes (n) SELECT coalesce(max(n), 0) + 1 FROM minutes", "town");
    await this.site.until("shipped", ({ shipped }) => (shipped?.until ?? "") > at, 7200);
    return at;
  }

  /** Has the keeper take the base copy of another day. */
  private async nextDay(): Promise<void> {
    const { site } = this;
    const before = site.status()?.base?.snapshot;
    await site.keeper.kill();
    const file = join(site.folder, "spool", "state.json");
    const state = JSON.parse(readFileSync(file, "utf8")) as { base: { ended: string } };
    const ended = new Date(Date.parse(state.base.ended) - 24 * 3_600_000).toISOString();
    writeFileSync(file, JSON.stringify({ ...state, base: { ...state.base, ended } }));
    site.keeper.start();
    await site.until("next base", ({ base }) => base !== undefined && base.snapshot !== before, 7200);
    await this.shipped();
  }

  private env(database: string) {
    const { port } = this.site.database;
    return {
      ...{ PATH: this.path, PGHOST: "127.0.0.1", PGPORT: String(port), PGDATABASE: database },
      ...{ PGUSER: "postgres", PGPASSWORD: password, LOADER_PASSWORD: password, POINT: "000042" },
    };
  }

  private async dump(pod: RowsPod, name: string): Promise<void> {
    const { exitCode, said } = await pod.runs(dumpScript(), name, { env: this.env("town") });
    if (exitCode !== 0) throw new Error(said);
  }

  private async dumpPlain(): Promise<void> {
    const line = '"$RESTIC" backup --quiet --stdin --stdin-filename town.dump < <(pg_dump --format=custom)';
    await this.byHand(line, "town");
  }

  private async byHand(line: string, database: string): Promise<void> {
    await execa("bash", ["-euo", "pipefail", "-c", line], {
      env: { ...this.env(database), ...this.repository("plain"), RESTIC: this.site.restic },
    });
  }

  private async copyFiles(files: readonly string[]): Promise<void> {
    const restic = new Restic(this.site.restic, this.repository("pictures"));
    const words = [
      "backup",
      "--quiet",
      "--json",
      "--host",
      "villeurbanne",
      join(this.site.folder, "pictures"),
    ];
    const { snapshot_id } = await restic.json<{ snapshot_id: string }>(words);
    const { files: count } = await restic.readBack(snapshot_id);
    if (count !== files.length) throw new Error(`${count} files of ${files.length} came`);
  }

  private async back(pod: RowsPod, files: number): Promise<void> {
    const { site } = this;
    const at = await this.shipped();
    const rows = await site.sql(countRows, "town");
    const whole = async (...databases: string[]) => {
      const result = await site.restores.to(at, ...databases);
      if (result.code !== 0) throw new Error(result.said);
      return result;
    };
    await this.row("back: the whole server to a moment", undefined, async () => {
      const { said, volume } = await whole();
      if ((await site.database.askRestored(volume, countRows)) !== rows)
        throw new Error("other rows came back");
      return /"times":(\{[^}]*\})/.exec(said)?.[1];
    });
    execFileSync("rm", ["-rf", join(site.folder, "restored")]);
    await this.row("back: one database to a moment", undefined, async () => {
      const { volume } = await whole("town");
      const moment = at.replaceAll(":", "");
      await site.sql(`CREATE ROLE town LOGIN PASSWORD '${password}'; GRANT pg_read_all_data TO town`);
      await this.beside(moment);
      // Programs of the image have rights over the files of whoever runs them alone, and the dump is the server's.
      execFileSync("chown", ["--recursive", `${process.getuid?.() ?? 0}`, join(volume, "moments")]);
      await site.database.runs(fillScript(), volume, "town", moment);
      await site.sql(`DROP DATABASE "town-point-${moment}"`);
    });
    const left = (name: string) => readFileSync(join(site.folder, "pod", "second", name), "utf8");
    const { snapshot_id } = JSON.parse(left(workFiles.dump)) as { snapshot_id: string };
    const given = { [workFiles.snapshot]: snapshot_id, [workFiles.expected]: left(workFiles.rows) };
    await this.beside("000042");
    await this.row("back: rows of a point, counted", undefined, async () => {
      const { exitCode, said } = await pod.runs(loadScript(), "load", {
        ...{ env: this.env("town"), files: given },
      });
      if (exitCode !== 0) throw new Error(said);
    });
    await site.sql('DROP DATABASE "town-point-000042"; CREATE DATABASE plain');
    await this.row("back: rows by hand, not counted", undefined, () =>
      this.byHand('"$RESTIC" dump latest town.dump | pg_restore --exit-on-error --dbname=plain', "plain"),
    );
    await site.sql("DROP DATABASE plain");
    const restic = new Restic(site.restic, this.repository("pictures"));
    const folder = join(site.folder, "pictures");
    const place = { snapshot: "latest", folder, into: this.place("pictures-back") };
    const words = [
      ...["restore", "--no-lock", `latest:${folder}`, "--target", place.into, "--quiet"],
      ...(this.random < files ? ["--sparse"] : []),
    ];
    await this.row("back: files of a point", undefined, () => restic.run(words));
    await this.row("back: files of a point, compared", undefined, async () => {
      const { other } = await restic.compare(place);
      if (other.length > 0) throw new Error("other files came back");
    });
  }

  /** Makes an empty database for rows that come back, and the role that brings them. */
  private async beside(point: string): Promise<void> {
    const name = `town-point-${point}`;
    await this.site.sql(
      `CREATE ROLE "${name}" LOGIN PASSWORD '${password}'; CREATE DATABASE "${name}" OWNER "${name}"`,
    );
  }

  /** Measures one step: seconds, and the bytes that a service has more at the vault, which it returns. */
  private async row(
    name: string,
    service: string | undefined,
    step: () => Promise<unknown>,
  ): Promise<number> {
    const before = service === undefined ? 0 : this.bytesOf(service);
    let said: string | undefined;
    const { clock } = await taken(async () => {
      const result = await step();
      if (typeof result === "string") said = result;
    });
    const bytes = service === undefined ? 0 : this.bytesOf(service) - before;
    const more = service === undefined ? "" : `${(bytes / mib).toFixed(0)} MiB`;
    this.rows.push([name, `${clock.toFixed(1)} s`, more]);
    console.log(
      JSON.stringify({ ...this.sizes, step: name, seconds: Math.round(clock * 10) / 10, more, said }),
    );
    return bytes;
  }

  private bytesOf(service: string): number {
    const folder = join(this.site.folder, "volume", service);
    // The keeper begins its repositories with the first copy.
    if (!existsSync(folder)) return 0;
    return Number(
      execFileSync("du", ["--summarize", "--bytes", folder], { encoding: "utf8" }).split("\t")[0],
    );
  }

  private repository(service: string): Record<string, string> {
    const { repository } = resticLocation(this.site.store.access, `${service}/${this.generation}`);
    return {
      ...{ RESTIC_REPOSITORY: repository, RESTIC_PASSWORD: "of the repository", TZ: "UTC" },
      RESTIC_CACHE_DIR: join(this.site.folder, "cache-of-points"),
    };
  }

  private place(name: string): string {
    const folder = join(this.site.folder, name);
    mkdirSync(folder, { recursive: true });
    return folder;
  }
}

/** Password of every role of the site's server here. */
const password = "of the superuser";

for (const [index, rows] of rowSizes.entries()) await Measured.of({ rows, files: fileSizes[index] ?? rows });
