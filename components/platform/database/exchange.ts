import { suspendedCronJob } from "../../foundation/manifest/cron-job.ts";
import type { ConfigMap, CronJob } from "../../foundation/manifest/manifest.ts";
import { configMapOf } from "../../foundation/manifest/objects.ts";
import { readTemplate } from "../../foundation/template/template.ts";
import type { DatabaseClient } from "./contract.ts";
import type { ServerName, VersionedServer } from "./manifests.ts";
import { roleWorkload, superuserJobSpec } from "./role.ts";

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

/** The database that a point's rows are brought to, beside the one that is in use. */
export function besideName(database: string, point: string): string {
  return `${database}-point-${point}`;
}

/**
 * `prepare` makes an empty database beside a client's, with its owner, extensions, rights, settings and limit, where the
 * disk has room for it. `there` exchanges the two when the new one was said to be whole, `back` exchanges them again:
 * both renames are one transaction. `release` removes the one that is not in use.
 */
export function exchangeScript(): string {
  return readTemplate("platform/database/pod/exchange.sql", {
    IN_USE_ALREADY: inUseAlready,
    NOT_EXCHANGED: notExchanged,
    WHOLE_MARK: wholeMark,
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
