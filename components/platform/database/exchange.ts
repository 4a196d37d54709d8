import { suspendedCronJob } from "../../foundation/manifest/cron-job.ts";
import type { ConfigMap, CronJob } from "../../foundation/manifest/manifest.ts";
import { configMapOf } from "../../foundation/manifest/objects.ts";
import { readTemplate } from "../../foundation/template/template.ts";
import type { DatabaseClient } from "./contract.ts";
import type { ServerName, VersionedServer } from "./manifests.ts";
import { roleWorkload, superuserJobSpec } from "./role.ts";
import { copiesServer, makesExtension } from "./superuser.ts";

const scriptName = "database-exchange";

/** Name of the CronJob that exchanges a client's database. */
export const exchangeName = (database: string) => `${scriptName}-${database}`;

/** Operations on the databases of one restore. */
const exchangeSteps = ["prepare", "there", "back", "release"] as const;
export type ExchangeStep = (typeof exchangeSteps)[number];

/** Said of a database that is whole: nothing else is ever put in another one's place. */
export const wholeMark = "whole";

/** Said where a point's rows are in use, and nothing is to be brought. */
export const inUseAlready = "the rows of this point are in use already";

/** Said where there is nothing to take back. */
export const notExchanged = "the rows of before are in place";

/** Variable in which the step that makes the role that brings rows, and the load, find its password. */
export const loaderPassword = "LOADER_PASSWORD";

/** The database that a point's rows are brought to, beside the one that is in use, and the role that brings them. */
export function besideName(database: string, point: string): string {
  return `${database}-point-${point}`;
}

/**
 * `prepare` makes an empty database beside a client's, where the disk has room for it, with its extensions, and a role of
 * the same name, which brings the rows: the client itself does not get in before they are in use. `there` exchanges the two
 * when the new one was said to be whole: who owns it, its limit, rights and settings are those of the client's. `back`
 * exchanges them again. Either is one transaction. `release` removes the one that is not in use, and that role.
 */
export function exchangeScript(): string {
  return readTemplate("platform/database/pod/exchange.sql", {
    IN_USE_ALREADY: inUseAlready,
    NOT_EXCHANGED: notExchanged,
    WHOLE_MARK: wholeMark,
    COPIES_SERVER: copiesServer,
    MAKES_EXTENSION: makesExtension,
  });
}

/** The script of all exchanges on a server. */
export function exchangeConfigMap(server: ServerName): ConfigMap {
  return configMapOf(roleWorkload(server), scriptName, { "exchange.sql": exchangeScript() });
}

/**
 * Returns the CronJob that runs a person's restore of a client's rows as the superuser, step by step. It is suspended:
 * it runs on request only.
 */
export function exchangeCronJob(server: VersionedServer, client: DatabaseClient): CronJob {
  const spec = superuserJobSpec(server, {
    name: "exchange",
    script: "/etc/exchange/exchange.sql",
    database: client.database,
    variables: { extensions: client.extensions.join(","), step: "", point: "" },
    mounts: [{ name: "script", mountPath: "/etc/exchange", readOnly: true }],
    volumes: [{ name: "script", configMap: { name: scriptName } }],
  });
  return suspendedCronJob(roleWorkload(server), exchangeName(client.database), {
    ...spec,
    // Dropping a large database takes a while.
    activeDeadlineSeconds: 3600,
  });
}
