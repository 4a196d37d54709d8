/** A cluster on which kubectl runs. */
export interface OnCluster {
  kubectl(...words: readonly string[]): Promise<string>;
}

/** Folders of services' files, and the containers that write them. */
const holders = [
  { service: "nextcloud", deployment: "nextcloud", container: "php", folder: "/var/www/data/anna/files" },
  {
    ...{ service: "mastodon", deployment: "mastodon-web", container: "puma" },
    folder: "/opt/mastodon/public/system/media",
  },
];

/** Files and rows of a commune's services that a campaign wrote, and reads again. */
export class Filled {
  constructor(
    private readonly cluster: OnCluster,
    private readonly commune: string,
  ) {}

  /** Writes 200 files and 1,000 rows for each service. */
  async fill(): Promise<void> {
    for (const { folder, ...holder } of holders) {
      await this.inService(
        holder,
        `mkdir -p ${folder}; for i in $(seq 200); do head -c 5000 /dev/urandom > ${folder}/$i; done`,
      );
      const rows = "SELECT id, md5(id::text) AS text FROM generate_series(1, 1000) AS id";
      await this.sql(holder.service, `SET ROLE ${holder.service}; CREATE TABLE minutes AS ${rows}`);
    }
  }

  /** Files and rows of each service, in one line each. */
  async contents(): Promise<string[]> {
    return Promise.all(
      holders.map(async ({ folder, ...holder }) => {
        const files = await this.inService(
          holder,
          `cd ${folder} && find . -type f -exec sha256sum {} + | sort -k 2 | sha256sum && find . -type f | wc -l`,
        );
        const rows = await this.sql(holder.service, "SELECT count(*), sum(hashtext(text)) FROM minutes");
        return `${holder.service} ${files.replaceAll(/\s+/g, " ")}${rows.trim()}`;
      }),
    );
  }

  private inService(
    { service, deployment, container }: Omit<(typeof holders)[number], "folder">,
    script: string,
  ) {
    return this.cluster.kubectl(
      ...["-n", `${this.commune}-${service}`, "exec", `deployment/${deployment}`],
      ...[`--container=${container}`, "--", "sh", "-euc", script],
    );
  }

  private sql(database: string, text: string): Promise<string> {
    return this.cluster.kubectl(
      ...["-n", `${this.commune}-database`, "exec", "database-0", "--container=postgresql", "--", "psql"],
      ...["--username=postgres", "--tuples-only", "--no-align", `--dbname=${database}`, "--command", text],
    );
  }
}
