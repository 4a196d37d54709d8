import type { types } from "@pulumi/kubernetes";
import type { PostgresqlMajor } from "../../foundation/image/catalogue.ts";
import { readTemplate } from "../../foundation/template/template.ts";

/** The role that reads a server's log of changes and every row, to keep copies of them. */
export const copyingRole = "keeper";

const folder = "/etc/postgresql-access";

/**
 * Returns the rules of access: what the image writes at its first start, and the copying role's replication, which
 * `all` does not include. Source: docker-library/postgres, docker-entrypoint.sh;
 * https://www.postgresql.org/docs/17/auth-pg-hba-conf.html
 */
export function hostAccess(): string {
  return readTemplate("platform/database/pod/pg_hba.conf", { COPYING_ROLE: copyingRole });
}

/** Name of the ConfigMap that says so. */
export const accessName = "database-access";

/** Its file there. */
export const accessFile = "pg_hba.conf";

export const accessVolume: types.input.core.v1.Volume = { name: "access", configMap: { name: accessName } };
export const accessMount: types.input.core.v1.VolumeMount = {
  name: "access",
  mountPath: folder,
  readOnly: true,
};

/** The first version that remembers which pages change. */
const summarizing = 17;

/** Settings of a server of one pod whose log is copied. */
export function replicationSettings(storageGiB: number, major: PostgresqlMajor): Record<string, string> {
  return { hba_file: `${folder}/${accessFile}`, ...keptForCopies(storageGiB, major) };
}

/**
 * Settings of any server whose log is copied. From PostgreSQL 17 on it remembers which pages change, so that a daily copy is
 * of those alone. What was not fetched keeps its place on the volume up to a quarter of it: beyond that the slot is lost, and
 * the server lives on. Source: https://www.postgresql.org/docs/17/runtime-config-replication.html
 */
export function keptForCopies(storageGiB: number, major: PostgresqlMajor): Record<string, string> {
  return {
    ...(Number(major) >= summarizing && { summarize_wal: "on" }),
    max_slot_wal_keep_size: `${storageGiB * 256}MB`,
  };
}
