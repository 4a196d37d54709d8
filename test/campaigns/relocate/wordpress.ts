import { mariadbPod } from "../../../components/platform/mariadb/manifests.ts";
import { databaseName } from "../../../components/tenants/applications/database.ts";
import {
  type Application,
  type AssociationPlace,
  domainOf,
  filesOf,
  type OnSite,
  sumsOf,
} from "./application.ts";
import type { Site } from "./sites.ts";

const uploads = "/usr/src/wordpress/wp-content/uploads";

/** A WordPress: rows in MariaDB, that of all associations or one of its own. */
export class Wordpress implements Application {
  readonly service: string;
  readonly address: string;

  constructor(
    private readonly kubectl: OnSite,
    private readonly place: AssociationPlace,
    /** End of the server's namespace, behind the commune's name. */
    private readonly server: string,
  ) {
    this.service = `t-${place.id}-wordpress`;
    this.address = `https://${place.id}.${domainOf(place.commune)}/`;
  }

  async fill(site: Site, mib: number): Promise<void> {
    const { commune } = this.place;
    // WordPress writes rows of its own when its page is first asked for, and at its timed jobs: before they are counted.
    const visit = `$_SERVER["HTTP_HOST"] = "${new URL(this.address).host}"; $_SERVER["REQUEST_URI"] = "/"; require "index.php";`;
    const first = `cd /usr/src/wordpress && php -r '${visit}' | grep -q '</html>' && php wp-cron.php`;
    await this.inSite(site, commune, first);
    await this.inSite(site, commune, filesOf(uploads, mib));
    const table = "CREATE TABLE minutes AS SELECT seq AS id, MD5(seq) AS text FROM seq_1_to_1000";
    await this.rows(site, commune, table);
  }

  async contents(site: Site, commune: string): Promise<string> {
    const files = await this.inSite(site, commune, sumsOf(uploads));
    const counted = "SELECT COUNT(*) FROM minutes; CHECKSUM TABLE minutes, wp_users, wp_posts";
    return `${files} ${await this.rows(site, commune, counted)}`.replaceAll(/\s+/g, " ").trim();
  }

  private inSite(site: Site, commune: string, script: string): Promise<string> {
    const pod = ["exec", `deployment/${this.service}`, "--container=wordpress", "--"];
    return this.kubectl(site, "-n", `${commune}-t-${this.place.id}`, ...pod, "sh", "-euc", script);
  }

  private rows(site: Site, commune: string, text: string): Promise<string> {
    const client =
      'MYSQL_PWD=$(cat /run/secrets/mariadb/password) mariadb --socket=/run/mysqld/mysqld.sock --user=root --skip-column-names --execute "$@"';
    const pod = ["exec", mariadbPod(this.server), "--container=mariadb", "--", "bash", "-euc", client, "-"];
    return this.kubectl(
      site,
      ...["-n", `${commune}-${this.server}`, ...pod, text, databaseName(this.place, "wordpress")],
    );
  }
}
