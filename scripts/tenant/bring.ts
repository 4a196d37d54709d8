import { join } from "node:path";
import { execa } from "execa";
import * as z from "zod";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { namespaceOf } from "../../components/foundation/manifest/labels.ts";
import {
  besideDatabases,
  besideServer,
  exchangeRows,
  markWhole,
  prepareRows,
} from "../../components/platform/mariadb/exchange.ts";
import type { ApplicationDatabase } from "../../components/tenants/applications/application.ts";
import type { Archive } from "../../components/tenants/exit/archive.ts";
import type { Arriving } from "../../components/tenants/exit/arrival.ts";
import type { TenantPlan } from "../../components/tenants/tenant/plan.ts";
import { toolkitTemplate } from "../../local/template.ts";
import { contextIn } from "../export/data.ts";
import type { Kubectl } from "../kubectl.ts";
import { spoken } from "../language.ts";
import { mariadbWords } from "../recovery/mariadb.ts";
import { exchangeRows as exchangePostgresql, loadRows, postgresqlWords, useRows } from "./postgresql.ts";

/** Result of a command that was given a file to read. */
interface Fed {
  exitCode: number;
  /** End of what it printed on standard error. */
  said: string;
}

/** Runs kubectl with a file as its input. */
export type Feed = (words: readonly string[], file: string) => Promise<Fed>;

/** @param environment with which the cluster of a context is asked; undefined stands for the current one. */
export const feedWith =
  (environment: (context: string | undefined) => NodeJS.ProcessEnv): Feed =>
  async (words, file) => {
    const { exitCode, stderr } = await execa("kubectl", words, {
      ...{ env: environment(contextIn(words)), reject: false, stdout: "ignore", inputFile: file },
    });
    return { exitCode: exitCode ?? 1, said: stderr.slice(-4000) };
  };

/** Mark of an import's exchange; those of restore points are numbers. */
const mark = "import";

/**
 * Script for bash beside the database server, as its superuser: reads a dump into a database beside the application's
 * own, and prints the SHA-256 of what arrived. A dump is somebody else's text: it is read by a user who reaches that
 * database alone, and by a client that runs no command of it. Source: `--sandbox` of MariaDB's client.
 */
function loadRowsScript(database: string): string {
  const { coming } = besideDatabases(database, mark);
  return toolkitTemplate("scripts/tenant/load-mariadb.bash", {
    RELEASE: exchangeRows("release", database, mark),
    PREPARE: prepareRows(database, mark, "localhost"),
    CLIENT: besideServer,
    COMING: coming,
  }).trimEnd();
}

/**
 * Script for bash beside the database server: gives the application the tables that were read, in one step, and
 * removes the former ones.
 */
function inUseScript(database: string): string {
  const there = exchangeRows("there", database, mark);
  return markWhole(database, mark) + there + exchangeRows("release", database, mark);
}

/**
 * Script for sh in an application's container: runs the command that restores with the input, and prints the SHA-256
 * of that input. What the command leaves unread is part of it.
 */
export function restoringScript(): string {
  return toolkitTemplate("scripts/tenant/restore.sh").trimEnd();
}

/** The commands of an application's chart, as its Deployment has them. */
const deployment = z.looseObject({
  metadata: z.looseObject({ annotations: z.record(z.string(), z.string()).default({}) }),
  status: z.looseObject({ readyReplicas: z.int().default(0) }).prefault({}),
});
const words = z.array(z.string()).min(1);

/** Tools with which rows and files are brought. */
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

/** Asks the cluster whether an application is up, and by which commands it takes what it had. Throws if it is not, or has none. */
export async function readyFor(
  { kubectl, archive, tenant }: Pick<Bringing, "kubectl" | "archive" | "tenant">,
  { application, oldHost }: Arriving,
): Promise<Ready> {
  const { name, release } = application;
  const at = [`--namespace=${namespaceOf(tenant)}`, "--ignore-not-found"];
  const found = await kubectl.text(["get", "deployment", release, ...at, "--output=json"]);
  const read = found.trim() === "" ? undefined : deployment.parse(JSON.parse(found));
  if (read === undefined || read.status.readyReplicas === 0)
    throw new TranslatedError({
      en: `${name} is not up: ${read ? "it has no pod that is ready" : `there is no Deployment ${release}`}. Apply the declaration first (pulumi up). Nothing was changed.`,
      fr: `${name} ne tourne pas : ${read ? "aucun de ses pods n’est prêt" : `il n’y a pas de Deployment ${release}`}. Appliquez d’abord la déclaration (pulumi up). Rien n’a été changé.`,
    });
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
    throw new TranslatedError({
      en: `the chart of ${name} has no command that restores files. Nothing was changed.`,
      fr: `le chart de ${name} n’a pas de commande qui restaure des fichiers. Rien n’a été changé.`,
    });
  return ready;
}

/**
 * Gives an application its rows, its files and its new name. Throws if something fails.
 *
 * @returns what was done, in one line.
 */
export async function bring(
  bringing: Bringing,
  { application, oldHost, restore = [], moveDomain, rows, files }: Ready,
): Promise<string> {
  const { kubectl, tenant } = bringing;
  const { name, release, database, host } = application;
  const at = `--namespace=${namespaceOf(tenant)}`;
  const inside = [at, `deployment/${release}`, `--container=${name}`, "--"];
  if (rows !== undefined && database) {
    const { words, load, release: forget, use } = loadingOf(tenant.commune, database);
    await give(bringing, rows, withInput(words(load))).catch(async (error: unknown) => {
      // Nobody would look for them there.
      await kubectl.text(words(forget));
      throw error;
    });
    await kubectl.text(words(use));
  }
  if (files !== undefined)
    await give(bringing, files, [
      ...["exec", "--stdin", ...inside],
      ...["sh", "-c", restoringScript(), "-", ...restore],
    ]);
  // What it keeps in memory is of before.
  await kubectl.text(["rollout", "restart", `deployment/${release}`, at]);
  const waiting = ["rollout", "status", `deployment/${release}`, at];
  await kubectl.text([...waiting, "--timeout=600s", "--request-timeout=0"]);
  const isMoved = moveDomain !== undefined && oldHost !== host;
  if (isMoved) await kubectl.text(["exec", "--request-timeout=0", ...inside, ...moveDomain, oldHost, host]);
  const done = [
    rows && spoken({ en: "rows", fr: "base" }),
    files && spoken({ en: "files", fr: "fichiers" }),
    isMoved && spoken({ en: `addresses of ${oldHost}`, fr: `adresses de ${oldHost}` }),
  ].filter(Boolean);
  return `${name}: ${done.join(", ") || spoken({ en: "nothing was to be brought", fr: "rien n’était à apporter" })}. https://${host}/`;
}

/**
 * Commands that bring rows into a database: words of `kubectl exec` for a script beside its server, and the scripts.
 */
function loadingOf(commune: string, database: ApplicationDatabase) {
  const server = { commune, server: database.server };
  if (database.engine === "postgresql")
    return {
      words: (script: string) => postgresqlWords(server, script),
      load: loadRows(database),
      release: exchangePostgresql("release", database),
      use: useRows(database),
    };
  const { name } = database;
  return {
    words: (script: string) => mariadbWords(server, script),
    load: loadRowsScript(name),
    release: exchangeRows("release", name, mark),
    use: inUseScript(name),
  };
}

const withInput = ([verb = "", ...rest]: readonly string[]): string[] => [verb, "--stdin", ...rest];

/** Sends a file of the archive to a command that says the sum of what it read. Throws if that is not the file's. */
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
  if (exitCode !== 0)
    throw new Error(
      `${path}: ${said.trim() || spoken({ en: `kubectl ended with ${exitCode}`, fr: `kubectl a fini par ${exitCode}` })}`,
    );
  if (came !== archive.files.find((file) => file.path === path)?.sha256)
    throw new TranslatedError({
      en: `${path}: what came into the cluster is not what is in the archive`,
      fr: `${path} : ce qui est arrivé dans le cluster n’est pas ce qu’a l’archive`,
    });
}
