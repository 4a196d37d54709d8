import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import {
  dataFolder,
  scriptsFolder,
  secretsFolder,
} from "../../../components/services/nextcloud/configuration.ts";
import { phpConfig } from "../../../components/services/nextcloud/php.ts";
import { serverScripts } from "../../../components/services/nextcloud/scripts.ts";
import { installPackages, missingPackages } from "../../../local/packages.ts";
import { type OwnPostgresql, ownPostgresql } from "../../postgresql.ts";
import { versionText } from "../nextcloud/recipe.ts";

/** A program that copies a folder as `rsync --delete` does in these scripts. */
const rsync = `#!/bin/sh
for word in "$@"; do from=$to to=$word; done
find "$to" -mindepth 1 -maxdepth 1 ! -name config ! -name custom_apps -exec rm -rf {} +
for each in "$from"*; do
  case $each in */config | */custom_apps) ;; *) cp -r "$each" "$to" ;; esac
done
`;

/** The part of the image's entry point that installs. */
const entrypoint = `#!/bin/sh
set -eu
cp __IMAGE__/version.php version.php
php occ maintenance:install --database=pgsql --database-name="$POSTGRES_DB" --database-user="$POSTGRES_USER" \\
  --database-pass=unused --database-host="$POSTGRES_HOST" --admin-user=admin --admin-pass="$(cat __SECRETS__/admin-password)" \\
  --data-dir="$NEXTCLOUD_DATA_DIR"
`;

/** Stands in for the bucket, which the double does not know: it has no archives, and files of before if they say so. */
const archives = `<?php
if ($argv[1] === 'new' && is_file('__FOLDER__/used')) {
  fwrite(STDERR, "The bucket has files.\\n");
  exit(1);
}
`;

/**
 * Servers of the double without volumes, as processes of this machine that share a PostgreSQL. The double keeps files on
 * disk, so each of these has its own: nothing of them is looked at.
 */
export class ServersOnHost {
  private constructor(
    private readonly folder: string,
    private readonly postgresql: OwnPostgresql,
  ) {}

  static async open(...versions: readonly string[]): Promise<ServersOnHost> {
    await installPackages(await missingPackages(["php-cli", "php-pgsql", "php-mbstring", "php-xml"]));
    const folder = mkdtempSync("/tmp/nextcloud-servers-");
    chmodSync(folder, 0o755);
    const server = fileURLToPath(new URL("../nextcloud/server", import.meta.url));
    for (const version of versions) {
      const image = join(folder, `image-${version}`);
      cpSync(server, image, { recursive: true });
      for (const name of ["apcu", "redis", "s3", "smtp", "reverse-proxy"])
        rmSync(join(image, "config", `${name}.config.php`));
      mkdirSync(join(image, "apps"), { recursive: true });
      writeFileSync(join(image, "version.php"), versionText(version));
    }
    mkdirSync(join(folder, "secrets"));
    for (const [name, text] of Object.entries({
      "admin-password": "le mot de passe des essais",
      "federation-password": "un autre mot de passe des essais",
      "database-password": "unused",
    }))
      writeFileSync(join(folder, "secrets", name), text);
    return new ServersOnHost(folder, await ownPostgresql());
  }

  async close(): Promise<void> {
    await this.postgresql.close();
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Begins without pods, and with an empty database or with the rows that were kept. */
  async begin(rows: "no rows" | "kept rows"): Promise<void> {
    for (const pod of ["nextcloud-0", "nextcloud-1"])
      rmSync(join(this.folder, pod), { recursive: true, force: true });
    await this.end();
    await this.postgresql.sql("postgres", "DROP DATABASE IF EXISTS cloud");
    const template = rows === "no rows" ? "template1" : "kept";
    await this.postgresql.sql("postgres", `CREATE DATABASE cloud TEMPLATE ${template}`);
  }

  /** Keeps the rows of now. */
  async keep(): Promise<void> {
    await this.end();
    await this.postgresql.sql("postgres", "CREATE DATABASE kept TEMPLATE cloud");
  }

  private async end(): Promise<void> {
    const all = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = 'cloud'";
    await this.postgresql.sql("postgres", all);
  }

  /** Says whether the bucket has files of before. */
  useBucket(isUsed: boolean): void {
    const mark = join(this.folder, "used");
    if (isUsed) writeFileSync(mark, "");
    else rmSync(mark, { force: true });
  }

  sql(text: string): Promise<string> {
    return this.postgresql.sql("cloud", text);
  }

  /** A file of a pod. */
  file(pod: string, path: string): string {
    return readFileSync(join(this.folder, pod, path), "utf8");
  }

  /**
   * Makes a pod anew, as its controller does.
   *
   * @param settings of the declaration: others are set again.
   */
  make(pod: string, version: string, settings = "first"): void {
    const at = join(this.folder, pod);
    rmSync(at, { recursive: true, force: true });
    for (const name of ["html", "data", "scripts", "bin"]) mkdirSync(join(at, name), { recursive: true });
    const major = version.replace(/\..*/, "");
    const texts: Record<string, string> = {
      ...serverScripts(settings),
      "archives.php": archives.replace("__FOLDER__", this.folder),
      "apps.txt": "calendar\n",
      "sharing.txt": "no\nfalse\n",
      "zz-commune.config.php": phpConfig({
        ...{
          dbtype: "pgsql",
          dbname: "cloud",
          dbuser: "postgres",
          dbpassword: "unused",
          dbtableprefix: "oc_",
        },
        ...{ dbhost: this.host, datadirectory: join(at, "data"), check_data_directory_permissions: false },
        ...{ instanceid: "ocbron", secret: "of the seed", passwordsalt: "of the seed too" },
      }),
      quota: "5 GB",
      major,
      release: version,
    };
    for (const [name, text] of Object.entries(texts))
      writeFileSync(join(at, "scripts", name), this.inPod(at, version, text));
    const inBin = (name: string, text: string) => {
      writeFileSync(join(at, "bin", name), text);
      chmodSync(join(at, "bin", name), 0o755);
    };
    inBin("rsync", rsync);
    inBin(
      "entrypoint.sh",
      entrypoint
        .replace("__IMAGE__", this.image(version))
        .replace("__SECRETS__", join(this.folder, "secrets")),
    );
  }

  /** Runs the init container of a pod; with the words of a fault, a process of it ends itself there. */
  async start(pod: string, version: string, fault?: string) {
    return this.run(pod, ["sh", join(this.folder, pod, "scripts", "ship.sh"), version], fault);
  }

  /** Runs a command in a pod, in a process group of its own. */
  async run(pod: string, [program = "", ...words]: readonly string[], fault?: string) {
    const env = { ...this.environment(pod), ...(fault !== undefined && { DOUBLE_KILL_AT: fault }) };
    const cwd = join(this.folder, pod, "html");
    const { exitCode, all } = await execa(program, words, {
      env,
      cwd,
      all: true,
      reject: false,
      detached: true,
    });
    return { code: exitCode, output: all };
  }

  /** Starts what goes on until it is ended. */
  goOn(pod: string, script: string, ...words: readonly string[]): ChildProcess {
    const php = ["php", join(this.folder, pod, "scripts", script), ...words];
    const cwd = join(this.folder, pod, "html");
    return spawn("setsid", php, { stdio: "ignore", env: { ...process.env, ...this.environment(pod) }, cwd });
  }

  private get host(): string {
    return `127.0.0.1:${this.postgresql.port}`;
  }

  private image(version: string): string {
    return join(this.folder, `image-${version}`);
  }

  private environment(pod: string): Record<string, string> {
    const at = join(this.folder, pod);
    return {
      PATH: `${join(at, "bin")}:${process.env.PATH}`,
      POD: pod,
      POSTGRES_HOST: this.host,
      POSTGRES_DB: "cloud",
      POSTGRES_USER: "postgres",
      POSTGRES_PASSWORD_FILE: join(this.folder, "secrets", "database-password"),
      NEXTCLOUD_DATA_DIR: join(at, "data"),
      NC_setup_create_db_user: "false",
      NC_check_data_directory_permissions: "0",
    };
  }

  private inPod(at: string, version: string, text: string): string {
    return text
      .replaceAll("/usr/src/nextcloud", this.image(version))
      .replaceAll("/var/www/html", join(at, "html"))
      .replaceAll(dataFolder, join(at, "data"))
      .replaceAll(scriptsFolder, join(at, "scripts"))
      .replaceAll(secretsFolder, join(this.folder, "secrets"))
      .replaceAll("/entrypoint.sh", join(at, "bin", "entrypoint.sh"));
  }
}
