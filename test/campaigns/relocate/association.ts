import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import yaml from "js-yaml";
import { databaseName } from "../../../components/tenants/applications/database.ts";
import type { Site } from "./sites.ts";
import type { LostTown } from "./town.ts";

const id = "chorale";
const uploads = "/usr/src/wordpress/wp-content/uploads";

/** An association with a WordPress, which a commune has beside its services: files on a volume, rows in MariaDB. */
export class Association {
  /** Its application, as points and commands name it. */
  readonly service = `t-${id}-wordpress`;
  readonly address: string;
  private readonly database: string;

  constructor(
    private readonly lostTown: LostTown,
    private readonly commune: string,
  ) {
    this.address = `https://${id}.${Association.domain(commune)}/`;
    this.database = databaseName({ commune, id }, "wordpress");
  }

  /** What the commune declares for it. */
  static section(commune: string): object {
    return { domain: Association.domain(commune), mariadb: { memory: "256 MiB", storage: "1 GiB" } };
  }

  static domain(commune: string): string {
    return `assos-${commune}.test`;
  }

  /** Every name that a browser may ask for. */
  static names(commune: string): string[] {
    const domain = Association.domain(commune);
    return [domain, `${id}.${domain}`];
  }

  declare(): void {
    const folder = join(this.lostTown.place().folder, "stacks", this.commune, "tenants");
    mkdirSync(folder, { recursive: true });
    const tenant = {
      ...{ id, name: "Chorale des Gratte-Ciel", contact: `bureau@${id}.test`, plan: "large" },
      ...{ expires: "2028-06-30", applications: { wordpress: {} } },
    };
    writeFileSync(join(folder, `${id}.yaml`), yaml.dump(tenant));
  }

  async fill(site: Site, mib: number): Promise<void> {
    // WordPress writes rows of its own when its page is first asked for, and at its timed jobs: before they are counted.
    const visit = `$_SERVER["HTTP_HOST"] = "${new URL(this.address).host}"; $_SERVER["REQUEST_URI"] = "/"; require "index.php";`;
    await this.inSite(
      site,
      this.commune,
      `cd /usr/src/wordpress && php -r '${visit}' | grep -q '</html>' && php wp-cron.php`,
    );
    const bytes = Math.round((mib * 1024 * 1024) / 100);
    await this.inSite(
      site,
      this.commune,
      `for i in $(seq 100); do head -c ${bytes} /dev/urandom > ${uploads}/$i; done`,
    );
    await this.rows(
      site,
      this.commune,
      "CREATE TABLE minutes AS SELECT seq AS id, MD5(seq) AS text FROM seq_1_to_1000",
    );
  }

  /** Files, their sums and rows, in one line. */
  async contents(site: Site, commune: string): Promise<string> {
    const files = await this.inSite(
      site,
      commune,
      // What a restore writes beside the files to know what it has done, is not the site's.
      `cd ${uploads} && find . -type f -not -path './.restore-*' -exec sha256sum {} + | sort -k 2 | sha256sum && find . -type f -not -path './.restore-*' | wc -l`,
    );
    const rows = await this.rows(
      site,
      commune,
      "SELECT COUNT(*) FROM minutes; CHECKSUM TABLE minutes, wp_users, wp_posts",
    );
    return `${files} ${rows}`.replaceAll(/\s+/g, " ").trim();
  }

  private inSite(site: Site, commune: string, script: string): Promise<string> {
    return this.lostTown.kubectl(
      site,
      ...["-n", `${commune}-t-${id}`, "exec", `deployment/${this.service}`, "--container=wordpress"],
      ...["--", "sh", "-euc", script],
    );
  }

  private rows(site: Site, commune: string, text: string): Promise<string> {
    const client =
      'MYSQL_PWD=$(cat /run/secrets/mariadb/password) mariadb --socket=/run/mysqld/mysqld.sock --user=root --skip-column-names --execute "$@"';
    return this.lostTown.kubectl(
      site,
      ...["-n", `${commune}-mariadb`, "exec", "mariadb-0", "--container=mariadb", "--"],
      ...["bash", "-euc", client, "-", text, this.database],
    );
  }
}
