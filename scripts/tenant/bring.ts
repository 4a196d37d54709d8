import { join } from "node:path";
import { execa } from "execa";
import * as z from "zod";
import { namespaceOf } from "../../components/foundation/manifest/labels.ts";
import { mariadbService } from "../../components/platform/mariadb/manifests.ts";
import type { Archive } from "../../components/tenants/exit/archive.ts";
import type { Arriving } from "../../components/tenants/exit/arrival.ts";
import type { TenantPlan } from "../../components/tenants/tenant/plan.ts";
import { contextIn } from "../export/data.ts";
import type { Kubectl } from "../kubectl.ts";
import { mariadbWords } from "./export.ts";

/** What came of a command that was given a file to read. */
export interface Fed {
  exitCode: number;
  /** What it said beside, the end of it. */
  said: string;
}

/** Runs kubectl with a file as its input. */
export type Feed = (words: readonly string[], file: string) => Promise<Fed>;

/** @param environment with which the cluster of a context is asked; nothing stands for the current one. */
export const feedWith =
  (environment: (context: string | undefined) => NodeJS.ProcessEnv): Feed =>
  async (words, file) => {
    const { exitCode, stderr } = await execa("kubectl", words, {
      ...{ env: environment(contextIn(words)), reject: false, stdout: "ignore", inputFile: file },
    });
    return { exitCode: exitCode ?? 1, said: stderr.slice(-4000) };
  };

/** The databases beside an application's own while its rows are exchanged. */
function databasesBeside(database: string): { arriving: string; leaving: string } {
  return { arriving: `${database}_in`, leaving: `${database}_out` };
}

const client = "mariadb --socket=/run/mysqld/mysqld.sock";
const asRoot = `root() { ${client} --user=root --batch --raw --skip-column-names; }`;

/**
 * For bash beside the database server, as its superuser: reads a dump into a database beside the application's own, and
 * says the SHA-256 of what came. A dump is somebody else's text: it is read by a user who reaches that database alone, and
 * by a client that runs no command of it. Source: `--sandbox` of MariaDB's client.
 */
export function loadRowsScript(database: string): string {
  const { arriving, leaving } = databasesBeside(database);
  return `set -euo pipefail
${asRoot}
password=$(head -c 24 /dev/urandom | base64)
root << SQL
DROP DATABASE IF EXISTS ${arriving};
DROP DATABASE IF EXISTS ${leaving};
CREATE DATABASE ${arriving};
CREATE OR REPLACE USER '${arriving}'@localhost IDENTIFIED BY '$password';
GRANT ALL PRIVILEGES ON ${arriving}.* TO '${arriving}'@localhost;
SQL
exec {sum}> >(sha256sum >&2)
tee /dev/fd/$sum | MYSQL_PWD=$password ${client} --sandbox --user=${arriving} ${arriving}
exec {sum}>&-
wait $!
root << SQL
DROP USER '${arriving}'@localhost;
SQL`;
}

/** For bash beside the database server: removes what was read and is not to be exchanged. */
export function forgetRowsScript(database: string): string {
  const { arriving } = databasesBeside(database);
  return `${asRoot}
root << SQL
DROP DATABASE IF EXISTS ${arriving};
DROP USER IF EXISTS '${arriving}'@localhost;
SQL`;
}

/** For bash beside the database server: gives the application the tables that were read, in one step, and removes those of before. */
export function exchangeRowsScript(database: string): string {
  const { arriving, leaving } = databasesBeside(database);
  const quoted = "CONCAT('`', REPLACE(table_name, '`', '``'), '`')";
  return `set -euo pipefail
${asRoot}
rename=$(root << 'SQL'
SET SESSION group_concat_max_len = 16777216;
CREATE DATABASE ${leaving};
SELECT CONCAT('RENAME TABLE ', GROUP_CONCAT(
  CONCAT(table_schema, '.', ${quoted}, ' TO ', IF(table_schema = '${database}', '${leaving}', '${database}'), '.', ${quoted})
  ORDER BY table_schema = '${arriving}'))
  FROM information_schema.tables WHERE table_schema IN ('${database}', '${arriving}') AND table_type = 'BASE TABLE';
SQL
)
[[ $rename == *"RENAME TABLE"*"${arriving}."* ]] || { echo "the dump has no table" >&2; exit 1; }
root << SQL
$rename;
DROP DATABASE ${arriving};
DROP DATABASE ${leaving};
SQL`;
}

/**
 * For sh in an application's container: runs the command that restores with what comes, and says the SHA-256 of that. What
 * the command leaves unread is part of it.
 */
export const restoringScript = `set -eu
folder=$(mktemp -d)
mkfifo "$folder/all"
sha256sum < "$folder/all" >&2 &
tee "$folder/all" | { "$@"; cat > /dev/null; }
wait $!
rm -r "$folder"`;

/** The commands of an application's chart, as its Deployment has them. */
const deployment = z.looseObject({
  metadata: z.looseObject({ annotations: z.record(z.string(), z.string()).default({}) }),
  status: z.looseObject({ readyReplicas: z.int().default(0) }).prefault({}),
});
const words = z.array(z.string()).min(1);

/** What rows and files are brought with. */
export interface Bringing {
  kubectl: Pick<Kubectl, "text" | "json">;
  feed: Feed;
  context: string | undefined;
  /** Folder of the archive, which is whole and as it was signed. */
  folder: string;
  archive: Archive;
  tenant: TenantPlan;
}

/** An application that is up and can be given what it had. */
export interface Ready extends Arriving {
  restore: string[] | undefined;
  moveDomain: string[] | undefined;
  /** Files of the archive: its rows, and what was on its volume. */
  rows: string | undefined;
  files: string | undefined;
}

/** Asks the cluster whether an application is up, and by which commands it takes what it had. Throws where it is not, or has none. */
export async function readyFor(
  { kubectl, archive, tenant }: Pick<Bringing, "kubectl" | "archive" | "tenant">,
  { application, oldHost }: Arriving,
): Promise<Ready> {
  const { name, release } = application;
  const at = [`--namespace=${namespaceOf(tenant)}`, "--ignore-not-found"];
  const found = await kubectl.text(["get", "deployment", release, ...at, "--output=json"]);
  const read = found.trim() === "" ? undefined : deployment.parse(JSON.parse(found));
  if (read === undefined || read.status.readyReplicas === 0)
    throw new Error(
      `${name} is not up: ${read ? "it has no pod that is ready" : `there is no Deployment ${release}`}. Apply the declaration first (pulumi up). Nothing was changed.`,
    );
  const command = (verb: string) => {
    const said = read.metadata.annotations[`commune.cloud/${verb}`];
    return said === undefined ? undefined : words.parse(JSON.parse(said));
  };
  const inArchive = (path: string) => (archive.files.some((file) => file.path === path) ? path : undefined);
  const ready = {
    ...{ application, oldHost, restore: command("restore"), moveDomain: command("move-domain") },
    rows: application.database && inArchive(`${name}/base.sql`),
    files: inArchive(`${name}/fichiers.tar`),
  };
  if (ready.files !== undefined && ready.restore === undefined)
    throw new Error(`the chart of ${name} has no command that restores files. Nothing was changed.`);
  return ready;
}

/** Gives an application its rows, its files and its new name. Throws what went wrong. @returns what was done, in one line. */
export async function bring(
  bringing: Bringing,
  { application, oldHost, restore = [], moveDomain, rows, files }: Ready,
): Promise<string> {
  const { kubectl, tenant } = bringing;
  const { name, release, database, host } = application;
  const at = `--namespace=${namespaceOf(tenant)}`;
  const inside = [at, `deployment/${release}`, `--container=${name}`, "--"];
  if (rows !== undefined && database) {
    const server = namespaceOf({ commune: tenant.commune, service: mariadbService });
    await give(bringing, rows, withInput(mariadbWords(server, loadRowsScript(database.name)))).catch(
      async (error: unknown) => {
        // Nobody would look for them there.
        await kubectl.text(mariadbWords(server, forgetRowsScript(database.name)));
        throw error;
      },
    );
    await kubectl.text(mariadbWords(server, exchangeRowsScript(database.name)));
  }
  if (files !== undefined)
    await give(bringing, files, [
      ...["exec", "--stdin", ...inside],
      ...["sh", "-c", restoringScript, "-", ...restore],
    ]);
  // What it keeps in memory is of before.
  await kubectl.text(["rollout", "restart", `deployment/${release}`, at]);
  const waiting = ["rollout", "status", `deployment/${release}`, at];
  await kubectl.text([...waiting, "--timeout=600s", "--request-timeout=0"]);
  const isMoved = moveDomain !== undefined && oldHost !== host;
  if (isMoved) await kubectl.text(["exec", "--request-timeout=0", ...inside, ...moveDomain, oldHost, host]);
  const done = [rows && "rows", files && "files", isMoved && `addresses of ${oldHost}`].filter(Boolean);
  return `${name}: ${done.join(", ") || "nothing was to be brought"}. https://${host}/`;
}

const withInput = ([verb = "", ...rest]: readonly string[]): string[] => [verb, "--stdin", ...rest];

/** Sends a file of the archive to a command that says the sum of what it read. Throws where that is not the file's. */
async function give(
  { feed, context, folder, archive }: Bringing,
  path: string,
  command: readonly string[],
): Promise<void> {
  const { exitCode, said } = await feed(
    [...(context === undefined ? [] : [`--context=${context}`]), ...command],
    join(folder, path),
  );
  const came = /^([0-9a-f]{64}) {2}-$/m.exec(said)?.[1];
  if (exitCode !== 0) throw new Error(`${path}: ${said.trim() || `kubectl ended with ${exitCode}`}`);
  if (came !== archive.files.find((file) => file.path === path)?.sha256)
    throw new Error(`${path}: what came into the cluster is not what is in the archive`);
}
