import { copiedTypes, type OpenVault } from "../../../components/recovery/vault/open-vault.ts";

/** One question to a vault: whose address, with the password at which, and what is asked. */
export interface Asked {
  vault: string;
  /** Address, where it is not that of the vault. */
  address?: string;
  password?: string;
  user?: string;
  method: string;
  path: string;
  body?: string;
}

interface Container {
  name: string;
  command?: string[];
  args?: string[];
  volumeMounts: { name: string; mountPath: string; readOnly?: boolean }[];
}
interface Template {
  metadata: { labels: Record<string, string> };
  spec: { initContainers: Container[]; containers: Container[]; [field: string]: unknown };
}

/** Files that a vault has of a repository. */
export interface Lying {
  repository: string;
  /** Names of its files, locks apart, by kind. */
  files: Readonly<Record<string, readonly string[]>>;
}

/** Everything that lies at a vault of what a guest brought, locks apart. */
export async function lyingAt(vault: OpenVault): Promise<{ once: readonly string[]; repositories: Lying[] }> {
  const { generations } = await vault.status();
  const repositories = generations.map(async ({ name }) => {
    const kinds = copiedTypes.map(
      async (kind) => [kind, [...(await vault.list(name, kind)).keys()]] as const,
    );
    return { repository: name, files: Object.fromEntries(await Promise.all(kinds)) };
  });
  return { once: await vault.once(), repositories: await Promise.all(repositories) };
}

/** Requests that a guest may not make about what it brought itself, and the answers that say so. */
export function takingAway(vault: string, once: string, lying: readonly Lying[]): [Asked, number[]][] {
  const of = (method: string, path: string, body?: string): Asked => ({
    ...{ vault, method, path },
    ...(body !== undefined && { body }),
  });
  const inRepositories = lying.flatMap(({ repository, files }): [Asked, number[]][] => [
    ...Object.entries(files).map(([kind, [name]]): [Asked, number[]] => [
      of("DELETE", `/${repository}/${kind}/${name}`),
      [403],
    ]),
    ...["config", "until", "complete", ""].map((what): [Asked, number[]] => [
      of("DELETE", `/${repository}/${what}`),
      [403],
    ]),
    [of("POST", `/${repository}/data/${files.data?.[0]}`, "other"), [400, 403]],
    [of("POST", `/${repository}/config`, "other"), [403]],
    [of("POST", `/${repository}/until`, "2026-01-01"), [403]],
  ]);
  return [
    ...inRepositories,
    [of("DELETE", `/once/${once}`), [403]],
    [of("POST", `/once/${once}`, "other"), [403]],
    [of("POST", "/once/incarnation-2", "other"), [403]],
  ];
}

/** The containers of the pod: Node with all that a point has, and PostgreSQL's programs with restic. */
const held = ["finish", "dump"];

/**
 * The pod of a service's restore points, its labels, secrets, volumes and ways as they are, which does nothing: what can
 * be done with them is for whoever got hold of it.
 */
function heldPod(name: string, namespace: string, { metadata, spec }: Template): object {
  const all = [...spec.initContainers, ...spec.containers];
  const containers = all
    .filter((each) => held.includes(each.name))
    .map((each) => ({
      ...each,
      command: ["sleep", "900"],
      args: [],
    }));
  return {
    ...{ apiVersion: "v1", kind: "Pod" },
    metadata: { name, namespace, labels: metadata.labels },
    spec: {
      ...spec,
      terminationGracePeriodSeconds: 0,
      initContainers: spec.initContainers.filter((each) => each.name === "restic"),
      containers,
    },
  };
}

/** Asks everything, with the passwords of the pod's own file, and tries some ways; prints what was answered. */
const asking = `
const { connect } = require("node:net");
const vaults = JSON.parse(require("node:fs").readFileSync("/run/secrets/restore-point/vaults.json", "utf8"));
const { asked, ways } = JSON.parse(process.argv[1]);
const ask = async ({ vault, address, password = vault, user = vaults[vault].user, method, path, body }) => {
  const authorization = "Basic " + Buffer.from(user + ":" + vaults[password].password).toString("base64");
  const answer = await fetch((address ?? vaults[vault].address) + path, { method, body, headers: { authorization } });
  await answer.text();
  return answer.status;
};
const isOpen = ([host, port]) => new Promise((done) => {
  const socket = connect({ host, port });
  const end = (found) => { socket.destroy(); done(found); };
  socket.setTimeout(4000, () => end(false));
  socket.on("connect", () => end(true));
  socket.on("error", () => end(false));
});
Promise.all([Promise.all(ways.map(isOpen)), (async () => {
  const found = [];
  for (const each of asked) found.push(await ask(each));
  return found;
})()]).then(([open, answers]) => console.log(JSON.stringify({ open, answers })));
`;

/** Statements of a role that may only use its own database, against the server and whoever copies it. */
export const statements = [
  "SELECT pg_drop_replication_slot('keeper')",
  "SELECT pg_terminate_backend(pid) FROM pg_stat_replication",
  "SELECT pg_create_physical_replication_slot('mine')",
  "ALTER SYSTEM SET max_slot_wal_keep_size = '1MB'",
  "SELECT rolpassword FROM pg_authid",
  "SELECT pg_read_file('/etc/passwd')",
  "COPY (SELECT 1) TO PROGRAM 'id'",
  "SET ROLE keeper",
  "ALTER ROLE CURRENT_USER SUPERUSER",
  "ALTER ROLE postgres SET search_path = evil",
  'CREATE ROLE "nextcloud-point-000001" LOGIN',
  'CREATE DATABASE "nextcloud-point-000001"',
] as const;

/** Runs each, and the log itself; prints which of them the server refused. */
const inDatabase = `
PGPASSWORD=$(cat /run/secrets/restore-point/database-password)
export PGPASSWORD
psql --quiet --command "SELECT 1" > /dev/null || echo "the database does not let in"
for statement in "$@"; do
  if psql --quiet --command "$statement" > /dev/null 2>&1; then echo "done: $statement"; else echo "refused: $statement"; fi
done
if psql "dbname=$PGDATABASE replication=true" --command IDENTIFY_SYSTEM > /dev/null 2>&1; then echo "done: log"; else echo "refused: log"; fi
`;

/** Opens a repository, whose address comes on the input, with the password of the service's own. */
const opening = `
read -r RESTIC_REPOSITORY
export RESTIC_REPOSITORY RESTIC_PASSWORD_FILE=/run/secrets/restore-point/repository-password
/tools/restic --cacert /etc/restore-point/authority.pem --no-cache --no-lock snapshots 2>&1 > /dev/null | head -n 3
echo "ended with \${PIPESTATUS[0]}"
`;

/** Runs kubectl, and says what it printed. */
type Kubectl = (words: string[], input?: string) => Promise<string>;

/** A pod with everything that the pods of a service's restore points have, in somebody else's hands. */
export class Held {
  private readonly pod = "held";

  constructor(
    private readonly kubectl: Kubectl,
    private readonly namespace: string,
  ) {}

  /** @param open ways that lead somewhere: a new pod's policy takes a moment, in which all are closed. */
  async begin(open: readonly (readonly [string, number])[]): Promise<void> {
    const cron = ["get", "cronjob/restore-point", "-o", "jsonpath={.spec.jobTemplate.spec.template}"];
    const template = JSON.parse(await this.kubectl(["-n", this.namespace, ...cron])) as Template;
    const pod = heldPod(this.pod, this.namespace, template);
    await this.kubectl(["apply", "--filename=-"], JSON.stringify(pod));
    const ready = [`pod/${this.pod}`, "--for=condition=Ready", "--timeout=120s"];
    await this.kubectl(["-n", this.namespace, "wait", ...ready]);
    const knocks = open.map(
      ([host, port]) => `until timeout 4 bash -c ': < /dev/tcp/${host}/${port}'; do sleep 1; done`,
    );
    await this.run("dump", ["timeout", "120", "bash", "-c", knocks.join("\n")]);
  }

  async end(): Promise<void> {
    await this.kubectl(["-n", this.namespace, "delete", "pod", this.pod, "--wait=false"]);
  }

  /** Returns what vaults answer, and which ways lead somewhere. */
  async ask(
    asked: readonly Asked[],
    ways: readonly (readonly [string, number])[],
  ): Promise<{ answers: number[]; open: boolean[] }> {
    const told = JSON.stringify({ asked, ways });
    return JSON.parse(await this.run("finish", ["node", "-e", asking, told])) as {
      answers: number[];
      open: boolean[];
    };
  }

  /** Opens a repository whose address has a password in it. Returns how that ends. */
  opens(address: string): Promise<string> {
    return this.run("finish", ["bash", "-c", opening], `${address}\n`);
  }

  /** Returns which of the {@link statements}, and whether the log, the database's server refused. */
  async inDatabase(): Promise<string[]> {
    return (await this.run("dump", ["bash", "-c", inDatabase, "bash", ...statements])).split("\n");
  }

  /** Lists what is at the root of its file system, and beside its secrets. */
  async sees(): Promise<string[]> {
    return (await this.run("dump", ["ls", "/", "/run/secrets"])).split("\n");
  }

  private run(container: string, words: readonly string[], input?: string): Promise<string> {
    const exec = ["exec", "--stdin", this.pod, `--container=${container}`, "--", ...words];
    return this.kubectl(["-n", this.namespace, ...exec], input);
  }
}
