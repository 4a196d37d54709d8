import { type ChildProcess, spawn } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { execa } from "execa";
import { vi } from "vitest";
import type { AfterRestore } from "../../../components/foundation/restore-point/contract.ts";
import { dataFolder, scriptsFolder } from "../../../components/services/nextcloud/configuration.ts";
import { podScripts } from "../../../components/services/nextcloud/scripts.ts";
import { installPackages, missingPackages } from "../../../local/packages.ts";
import { freePort } from "../../free-port.ts";
import { postgresqlPrograms } from "../../postgresql.ts";
import { versionText } from "../nextcloud/recipe.ts";

const html = "/var/www/html";
const password = "le mot de passe des essais";

/** The part of the pod's web server beside PHP: names that clients ask first, and pages without a file. */
const router = `<?php
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if (preg_match('#^/\\.well-known/(cal|card)dav#', $path)) {
  header('Location: /remote.php/dav/', true, 301);
  exit;
}
return false;
`;

/** Ends a process and those that it started. */
function ended(child: ChildProcess | undefined): void {
  if (child?.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

/** The double of Nextcloud as processes of this machine: PHP's own web server, and a PostgreSQL of its own. */
export class OnHost {
  private database: ChildProcess | undefined;
  private web: ChildProcess | undefined;

  private constructor(
    readonly folder: string,
    readonly port: number,
    private readonly postgresql: { programs: string; port: number },
  ) {}

  static async open(version = "33.0.7"): Promise<OnHost> {
    await installPackages(await missingPackages(["php-cli", "php-pgsql", "php-mbstring", "php-xml"]));
    const folder = mkdtempSync("/tmp/nextcloud-");
    chmodSync(folder, 0o777);
    const postgresql = { programs: await postgresqlPrograms(), port: await freePort() };
    const host = new OnHost(folder, await freePort(), postgresql);
    await host.begin(version);
    return host;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  get data(): string {
    return join(this.folder, "data");
  }

  private async begin(version: string): Promise<void> {
    const { folder } = this;
    await this.startDatabase();
    cpSync(fileURLToPath(new URL("../nextcloud/server", import.meta.url)), join(folder, "html"), {
      recursive: true,
    });
    for (const name of [
      "data",
      "html/custom_apps/groupfolders/appinfo",
      "html/apps",
      "html/themes",
      "scripts",
    ])
      mkdirSync(join(folder, name), { recursive: true });
    const config = join(folder, "html", "config");
    for (const name of ["apcu", "redis", "s3", "smtp", "reverse-proxy"])
      rmSync(join(config, `${name}.config.php`));
    writeFileSync(join(folder, "html", "version.php"), versionText(version));
    writeFileSync(
      join(folder, "html/custom_apps/groupfolders/appinfo/info.xml"),
      `<info><id>groupfolders</id><version>1.0.0</version><dependencies><nextcloud min-version="30" max-version="40"/></dependencies></info>`,
    );
    writeFileSync(join(folder, "router.php"), router);
    // As in the pod, where a program that fails says so on its output alone.
    writeFileSync(join(folder, "php.ini"), "display_errors = 1\nlog_errors = 0\n");
    writeFileSync(join(folder, "password"), "unused");
    writeFileSync(join(folder, "scripts", "database.php"), podScripts()["database.php"]);
    writeFileSync(join(folder, "scripts", "zz-commune.config.php"), "<?php\n$CONFIG = [];\n");
    await this.occ(
      ...["maintenance:install", "--database=pgsql", "--database-name=cloud", "--database-user=postgres"],
      ...["--database-pass=unused", `--database-host=127.0.0.1:${this.postgresql.port}`],
      ...["--admin-user=admin", `--admin-pass=${password}`, `--data-dir=${this.data}`],
    );
    await this.occ("app:enable", "groupfolders");
    await this.serve();
  }

  /** Lets people in. */
  async serve(): Promise<void> {
    const words = [
      "-S",
      `127.0.0.1:${this.port}`,
      "-t",
      join(this.folder, "html"),
      join(this.folder, "router.php"),
    ];
    const env = { ...process.env, PHP_CLI_SERVER_WORKERS: "4" };
    this.web = spawn("php", words, { stdio: "ignore", env, detached: true });
    await vi.waitFor(() => fetch(`${this.url}/status.php`), { timeout: 20_000, interval: 100 });
  }

  /** Nobody comes in. */
  shut(): void {
    ended(this.web);
    this.web = undefined;
  }

  private async startDatabase(): Promise<void> {
    const { folder, postgresql } = this;
    const own =
      process.getuid?.() === 0 ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [];
    const [init = "", ...words] = [
      ...[...own, join(postgresql.programs, "initdb"), "-D", join(folder, "pgdata"), "-U", "postgres"],
      ...["--locale=C.UTF-8", "--no-sync", "--auth=trust"],
    ];
    await execa(init, words, { cwd: folder });
    const [start = "", ...rest] = [
      ...[...own, join(postgresql.programs, "postgres"), "-D", join(folder, "pgdata"), "-k", folder],
      ...["-p", String(postgresql.port), "-c", "listen_addresses=127.0.0.1", "-c", "fsync=off"],
    ];
    this.database = spawn(start, rest, { cwd: folder, stdio: "ignore", detached: true });
    await vi.waitFor(() => this.sql("SELECT 1", "postgres"), { timeout: 60_000, interval: 200 });
    await this.sql("CREATE DATABASE cloud", "postgres");
  }

  async close(): Promise<void> {
    this.shut();
    ended(this.database);
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }

  /** Returns the database's answer. */
  async sql(text: string, database = "cloud"): Promise<string> {
    const where = ["--host=127.0.0.1", `--port=${this.postgresql.port}`, "--username=postgres"];
    const form = ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"];
    return (await execa("psql", [...where, ...form, `--dbname=${database}`, "--command", text])).stdout;
  }

  /** Keeps the rows of now, as a restore point does. */
  async keepRows(point = "point"): Promise<void> {
    await this.sql(`DROP DATABASE IF EXISTS ${point}`, "postgres");
    await this.alone(`CREATE DATABASE ${point} TEMPLATE cloud`);
  }

  /** Puts the rows that were kept in the place of those of now. */
  async rowsBack(point = "point"): Promise<void> {
    await this.alone("DROP DATABASE cloud");
    await this.sql(`CREATE DATABASE cloud TEMPLATE ${point}`, "postgres");
  }

  /** Runs a statement for which nobody may be in the database. */
  private async alone(statement: string): Promise<void> {
    const end = "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity WHERE datname = 'cloud'";
    const once = async () => {
      await this.sql(end, "postgres");
      await this.sql(statement, "postgres");
    };
    await vi.waitFor(once, { timeout: 20_000, interval: 100 });
  }

  /** Keeps files of now, without what a restore point leaves out. */
  keepFiles(point = "point"): void {
    const kept = join(this.folder, `${point}-files`);
    rmSync(kept, { recursive: true, force: true });
    cpSync(this.data, kept, {
      recursive: true,
      preserveTimestamps: true,
      filter: (path) => !/appdata_[^/]+\/preview$/.test(path),
    });
  }

  /** Puts the files that were kept in the place of those of now; one path of them alone, where it is named. */
  filesBack(point = "point", only = ""): void {
    rmSync(join(this.data, only), { recursive: true, force: true });
    cpSync(join(this.folder, `${point}-files`, only), join(this.data, only), {
      recursive: true,
      preserveTimestamps: true,
    });
  }

  async occ(...words: readonly string[]): Promise<string> {
    return (await execa("php", ["occ", ...words], { cwd: join(this.folder, "html") })).stdout;
  }

  /** An account, and a password for its devices. */
  async account(uid: string): Promise<string> {
    const env = { OC_PASS: password };
    const cwd = join(this.folder, "html");
    await execa("php", ["occ", "user:add", "--password-from-env", uid], { cwd, env });
    return this.token(uid);
  }

  /** Another password for a device. */
  async token(uid: string): Promise<string> {
    return (await this.occ("user:auth-tokens:add", uid)).trim().split("\n").at(-1) ?? "";
  }

  /** Runs what a service is told after a restore, as its Job would. */
  async tell(told: readonly AfterRestore[], path = ""): Promise<string> {
    let said = "";
    for (const { command } of told) {
      const [program = "", ...words] = command.map((word) =>
        word
          .replaceAll("{path}", () => path)
          .replaceAll(html, join(this.folder, "html"))
          .replaceAll(dataFolder, this.data)
          .replaceAll(scriptsFolder, join(this.folder, "scripts")),
      );
      const env = {
        POSTGRES_HOST: `127.0.0.1:${this.postgresql.port}`,
        POSTGRES_DB: "cloud",
        POSTGRES_USER: "postgres",
        POSTGRES_PASSWORD_FILE: join(this.folder, "password"),
        PHPRC: join(this.folder, "php.ini"),
      };
      said += (await execa(program, words, { env, all: true })).all;
    }
    return said;
  }

  /** Returns what is written in one of the account's files on disk. */
  file(path: string): string {
    return readFileSync(join(this.data, path), "utf8");
  }
}
