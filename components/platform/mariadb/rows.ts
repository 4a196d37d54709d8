import type { types } from "@pulumi/kubernetes";
import { images } from "../../foundation/image/catalogue.ts";
import type { Workload } from "../../foundation/manifest/labels.ts";
import type { ConfigMap } from "../../foundation/manifest/manifest.ts";
import { configMapOf } from "../../foundation/manifest/objects.ts";
import { resourceRequirements } from "../../foundation/manifest/resources.ts";
import { containerSecurity } from "../../foundation/manifest/security.ts";
import { readTemplate } from "../../foundation/template/template.ts";
import { besideServer } from "./exchange.ts";
import type { MariadbName, MariadbPlan } from "./plan.ts";
import { dataFolder } from "./prepare.ts";
import { changingRights, growingRights } from "./rights.ts";
import { oldVersionsMiB, shareMiB } from "./sizing.ts";

/** Share of one database in a server's volume, together with the others of its owner. */
export interface RowsShare {
  database: string;
  /** Its owner: the id of an association. */
  owner: string;
  /** The most that all databases of that owner may take, MiB; undefined if nothing limits them. */
  rowsMiB: number | undefined;
}

/** File of the last measurement in the server's pod: a line for each owner, of four words (readMeasured). */
export const measuredFile = "/run/mysqld/measured";

/** Command for a shell beside the server: prints the last measurement; empty if there was none. */
export const readMeasuredCommand = `cat ${measuredFile} 2> /dev/null || true`;

/** From which part of a share on it is told that it ends. */
const alarm = 0.8;

/** Space that an owner of databases takes on a server's volume. */
export interface MeasuredRows {
  /** The id of an association; `*` for the volume as a whole. */
  owner: string;
  takenMiB: number;
  mostMiB: number;
  state: "room" | "soon" | "full" | "closed";
}

/** Reads what was measured last. Lines that are none of it are left out. */
export function readMeasured(text: string): MeasuredRows[] {
  return text.split("\n").flatMap((line) => {
    const [, owner = "", taken, most, grade] = /^(\S+) (\d+) (\d+) ([012])$/.exec(line) ?? [];
    if (owner === "") return [];
    const [takenMiB, mostMiB] = [Number(taken) / 1024, Number(most) / 1024];
    const open = takenMiB >= alarm * mostMiB ? "soon" : "room";
    return [{ owner, takenMiB, mostMiB, state: grade === "2" ? "closed" : grade === "1" ? "full" : open }];
  });
}

const sharesFolder = "/etc/rows";

/** The ConfigMap of a server, and its volume in the pod: it changes while the pod runs, and restarts nobody. */
export const sharesName = ({ server }: MariadbName) => `${server}-rows`;

/** The shares of all databases on a server: lines of database, owner and KiB. */
export function rowsShares(server: MariadbName, workload: Workload, shares: readonly RowsShare[]): ConfigMap {
  const lines = shares.flatMap(({ database, owner, rowsMiB }) =>
    rowsMiB === undefined ? [] : [`${database} ${owner} ${rowsMiB * 1024}\n`],
  );
  return configMapOf(workload, sharesName(server), { rows: lines.join("") });
}

/**
 * For awk: decides who loses which rights. What a table says of its size follows from statistics that its owner may switch off: sizes
 * are those of folders. Rows that come from a restore point or an archive (exchange.ts) are beside those that are there, and
 * may be twice the share. Where the volume itself ends, nobody keeps more than an equal part of four fifths of it, so that
 * shares may be more than the volume together.
 */
function judge(): string {
  return readTemplate("platform/mariadb/pod/judge.awk").trimEnd();
}

/**
 * For bash beside the server, while it runs: measures every few seconds, and takes from whoever has more than their share the
 * right to add rows, a tenth above it that to change them too. Reading, deleting and dropping stay. A connection keeps the
 * rights that it began with, so that each change ends those of the user. Below nine tenths all comes back: files of tables
 * do not shrink by themselves, and are written anew for who deleted. The rights themselves are what it remembers.
 * Source: https://mariadb.com/kb/en/grant/, https://mariadb.com/kb/en/innodb-file-per-table-tablespaces/
 */
function rowsScript(storageGiB: number): string {
  const [growing, changing] = [growingRights.join(", "), changingRights.join(", ")];
  return readTemplate("platform/mariadb/pod/rows.bash", {
    DATA_FOLDER: dataFolder,
    STORAGE_GIB: storageGiB,
    BESIDE_SERVER: besideServer,
    OLD_VERSIONS_KIB: oldVersionsMiB(storageGiB) * 1024,
    GROWING: growing,
    CHANGING: changing,
    ALARM_PERCENT: alarm * 100,
    JUDGE: judge(),
    SHARES_FOLDER: sharesFolder,
    MEASURED_FILE: measuredFile,
  }).trimEnd();
}

/** Holds each owner of databases to their share, in the server's pod. `run`, `data`, `root` and `rows` are its volumes. */
export function rowsContainer({ storageGiB }: MariadbPlan): types.input.core.v1.Container {
  return {
    name: "rows",
    image: images.mariadb.reference,
    command: ["bash", "-euo", "pipefail", "-c", rowsScript(storageGiB)],
    resources: resourceRequirements({ cpu: 0.01, requestMiB: 8, limitMiB: shareMiB }),
    securityContext: containerSecurity,
    volumeMounts: [
      { name: "data", mountPath: "/var/lib/mysql", readOnly: true },
      { name: "root", mountPath: "/run/secrets/mariadb", readOnly: true },
      { name: "run", mountPath: "/run/mysqld" },
      { name: "rows", mountPath: sharesFolder, readOnly: true },
    ],
  };
}
