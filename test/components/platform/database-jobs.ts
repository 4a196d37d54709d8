import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import {
  besideName,
  type ExchangeStep,
  exchangeConfigMap,
  exchangeCronJob,
  wholeMark,
} from "../../../components/platform/database/exchange.ts";
import { roleConfigMap, roleJob } from "../../../components/platform/database/role.ts";
import { nextcloudDatabaseClient } from "../../../components/services/nextcloud/database.ts";
import { type OwnPostgresql, ownPostgresql } from "../../postgresql.ts";

const client = {
  ...nextcloudDatabaseClient({ commune: "bron" }),
  database: "cloud",
  extensions: ["pg_trgm"],
};
interface Container {
  command: string[];
  args: string[];
  env: { name: string; value?: string }[];
}
const nothing: Container = { command: [], args: [], env: [] };
const of = { commune: "bron", server: "database", major: "17" } as const;

/** Statements that make `grab()`, and `grabs(int)` which calls it: they do something where a superuser runs them. */
export const grabbing = (does: string) => `CREATE FUNCTION grab() RETURNS int LANGUAGE plpgsql AS $$
BEGIN
  BEGIN EXECUTE 'RESET ROLE'; EXCEPTION WHEN OTHERS THEN NULL; END;
  IF (SELECT rolsuper FROM pg_catalog.pg_roles WHERE rolname = current_user) THEN EXECUTE $d$${does}$d$; END IF;
  RETURN 1;
END $$;
CREATE FUNCTION grabs(int) RETURNS int IMMUTABLE LANGUAGE plpgsql AS $$ BEGIN RETURN public.grab(); END $$;`;
export const grab = grabbing("ALTER ROLE cloud SUPERUSER");

/** Tables on which a look, an entry, or an index runs the code of their owner. */
export const traps = `${grab}
CREATE TABLE looked (n int);
CREATE INDEX ON looked (n) WHERE public.grabs(1) = n;
CREATE TABLE entered (n int CHECK (public.grab() = 1), made int GENERATED ALWAYS AS (public.grabs(1)) STORED);
CREATE TABLE parts (n int) PARTITION BY RANGE ((public.grabs(1) + n));
CREATE TABLE part PARTITION OF parts FOR VALUES FROM (0) TO (10);
INSERT INTO looked VALUES (1);
INSERT INTO entered VALUES (1);
INSERT INTO parts VALUES (1);`;

/** A server with the database of a service, `cloud`, and what Jobs of the superuser do there, as they are in the cluster. */
export class DatabaseJobs {
  private constructor(readonly server: OwnPostgresql) {}

  static async begin(): Promise<DatabaseJobs> {
    const jobs = new DatabaseJobs(await ownPostgresql("scram-sha-256"));
    await jobs.role();
    return jobs;
  }

  sql(database: string, text: string, user?: string): Promise<string> {
    return this.server.sql(database, text, user);
  }

  /** Rows that are beside, as the load leaves them: of its own role, and said to be whole. */
  async load(rows: number, point = "000001"): Promise<void> {
    const beside = besideName("cloud", point);
    await this.sql(beside, `CREATE TABLE minutes AS SELECT generate_series(1, ${rows}) AS id`, beside);
    await this.sql(beside, `COMMENT ON DATABASE "${beside}" IS '${wholeMark}'`, beside);
  }

  async exchange(step: ExchangeStep, { point = "000001", password = "" } = {}): Promise<string> {
    const { spec } = exchangeCronJob(of, client);
    const script = exchangeConfigMap(of).data["exchange.sql"] ?? "";
    const told = { STEP: step, POINT: point, LOADER_PASSWORD: password };
    return this.runs(JSON.parse(JSON.stringify(spec)).jobTemplate.spec, script, told);
  }

  async role(extensions: readonly string[] = ["pg_trgm"]): Promise<string> {
    const { spec } = roleJob(of, { ...client, extensions }, "cloud/database-password/v1");
    const password = join(this.server.folder, "password");
    writeFileSync(password, "of the service");
    const script = roleConfigMap(of).data["role.sql"] ?? "";
    return this.runs(
      JSON.parse(JSON.stringify(spec)),
      script.replace("/run/secrets/client/password", password),
    );
  }

  /** Runs the container of a Job with its own variables, on this server. */
  private async runs(
    spec: { template: { spec: { containers: Container[] } } },
    script: string,
    told: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const file = join(this.server.folder, "script.sql");
    writeFileSync(file, script);
    const [{ command, args, env } = nothing] = spec.template.spec.containers;
    const [program = "", ...words] = [...command, ...args];
    const variables = Object.fromEntries(env.flatMap(({ name, value }) => (value ? [[name, value]] : [])));
    const { stdout, stderr } = await execa(
      program,
      words.map((word) => word.replace(/--file=\S+/, `--file=${file}`)),
      { env: { ...variables, ...told, PGHOST: this.server.folder, PGPORT: String(this.server.port) } },
    );
    return stdout + stderr;
  }
}
