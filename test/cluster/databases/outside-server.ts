import { execa } from "execa";
import { postgresqlImage } from "../../../components/foundation/image/catalogue.ts";
import { makeTrust } from "../images/mastodon.ts";
import { configMap, pod, service } from "../images/pods.ts";

const extensions = "\\connect peertube\nCREATE EXTENSION pg_trgm; CREATE EXTENSION unaccent;\n";

/** A certificate must be its server's own file, and nobody else's to read. */
const start = `cp /trust/* /tmp/ && chmod 600 /tmp/tls.key && exec docker-entrypoint.sh postgres -c ssl=on \\
  -c ssl_cert_file=/tmp/tls.crt -c ssl_key_file=/tmp/tls.key -c hba_file=/rules/pg_hba.conf -c max_connections=100`;

/**
 * A PostgreSQL that somebody else runs: over TLS only, with a certificate of an authority that a site can name, a role and a
 * database for each service.
 */
export class OutsideServer {
  /** Its name for whoever connects. */
  readonly host: string;

  constructor(
    private readonly environment: NodeJS.ProcessEnv,
    private readonly namespace: string,
    private readonly services: readonly string[],
  ) {
    this.host = `database.${namespace}.svc`;
  }

  passwordOf(service: string): string {
    return `a-long-password-of-${service}`;
  }

  /** Starts it, without anything of an earlier one; returns the certificate of its authority. */
  async open(): Promise<string> {
    await this.close();
    const trust = await makeTrust([this.host]);
    const database = pod({
      name: "database",
      uid: 999,
      scratch: ["run", "data"],
      configs: { trust: "trust", rules: "rules", roles: "roles" },
      containers: [
        {
          name: "main",
          image: postgresqlImage("17"),
          command: ["bash", "-ec", start],
          env: { PGDATA: "/var/lib/postgresql/data/pgdata", POSTGRES_PASSWORD: "of-the-operator" },
          mounts: [
            ...["run:/var/run/postgresql", "data:/var/lib/postgresql/data", "trust:/trust", "rules:/rules"],
            "roles:/docker-entrypoint-initdb.d",
          ],
          ready: ["pg_isready", "--host=127.0.0.1"],
        },
      ],
    });
    const items = [
      configMap("trust", { "tls.crt": trust.certificate, "tls.key": trust.key }),
      configMap("rules", {
        "pg_hba.conf":
          "local all postgres trust\nhostnossl all all 0.0.0.0/0 reject\nhostssl all all 0.0.0.0/0 scram-sha-256\n",
      }),
      configMap("roles", { "1.sql": this.roles() + extensions }),
      database,
      service("database", 5432),
    ];
    const labels = { "pod-security.kubernetes.io/enforce": "restricted" };
    await this.kubectl(["apply", "-f", "-"], {
      apiVersion: "v1",
      kind: "Namespace",
      metadata: { name: this.namespace, labels },
    });
    await this.kubectl(["apply", "-n", this.namespace, "-f", "-"], { apiVersion: "v1", kind: "List", items });
    await this.kubectl([
      ...["wait", "-n", this.namespace, "--for=condition=Ready", "--timeout=180s", "pod/database"],
    ]);
    return trust.certificate;
  }

  /** Statements that its operator runs by docs/database.md. */
  private roles(): string {
    return this.services
      .map(
        (name) =>
          `CREATE ROLE ${name} LOGIN PASSWORD '${this.passwordOf(name)}'; CREATE DATABASE ${name} OWNER ${name};`,
      )
      .join("\n");
  }

  /** Asks as its operator, on its socket. */
  sql(database: string, statement: string): Promise<string> {
    return this.kubectl([
      ...["exec", "-n", this.namespace, "database", "--", "psql", "-U", "postgres", database],
      ...["-Atc", statement],
    ]);
  }

  /** Returns its answer to somebody who has a role and its password over the network, encrypted or not. */
  async answerTo(role: string, sslMode: "require" | "disable"): Promise<string> {
    const script = `PGPASSWORD="$1" psql "host=$(hostname -i) user=$0 dbname=$0 sslmode=$2" -Atc 'SELECT 1' 2>&1 || true`;
    return this.kubectl([
      ...["exec", "-n", this.namespace, "database", "--", "bash", "-c", script],
      ...[role, this.passwordOf(role), sslMode],
    ]);
  }

  async close(): Promise<void> {
    await this.kubectl(["delete", "namespace", this.namespace, "--ignore-not-found", "--timeout=120s"]);
  }

  private async kubectl(words: readonly string[], input?: object): Promise<string> {
    const { stdout } = await execa("kubectl", words, {
      env: this.environment,
      ...(input === undefined ? {} : { input: JSON.stringify(input) }),
    });
    return stdout;
  }
}
