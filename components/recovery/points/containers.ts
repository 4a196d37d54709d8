import type { types } from "@pulumi/kubernetes";
import { images, postgresqlImage } from "../../foundation/image/catalogue.ts";
import { type Resources, resourceRequirements } from "../../foundation/manifest/resources.ts";
import { containerSecurity } from "../../foundation/manifest/security.ts";
import { shellWord } from "../../foundation/shell-word.ts";
import { type PointsPlan, type PointsSpec, pointBounds, pointLimitMiB } from "./plan.ts";
import { dumpScript, loadScript, mariadbDumpScript, mariadbLoadScript } from "./rows-scripts.ts";
import { pointsFolders, pointsSecrets } from "./settings.ts";

type Of = Pick<PointsPlan, "beside">;

/** Enough for `npm run campaign relocate`; no script measures it. */
export const resources: Resources = { cpu: 0.05, requestMiB: 128, limitMiB: pointLimitMiB };
const small: Resources = { cpu: 0.01, requestMiB: 32, limitMiB: 128 };

/** Returns the resources of a container; in the namespace of an association, with limits on processors and disk too. */
export function resourcesFor({ beside }: Of, of: Resources): types.input.core.v1.ResourceRequirements {
  const { requests, limits } = resourceRequirements(of);
  if (beside.tenant === undefined) return { requests, limits };
  const bounded = {
    cpu: `${pointBounds.millicores}m`,
    "ephemeral-storage": `${pointBounds.ephemeralMiB}Mi`,
  };
  return { requests, limits: { ...limits, ...bounded } };
}

const { work, tools, secrets } = pointsFolders;

/** Mount path of the volume where copies are made. */
const copying = "/volume";

/** Volume mounts that the containers of these pods share. */
export const mounts = {
  tmp: { name: "tmp", mountPath: "/tmp" },
  tools: { name: "tools", mountPath: tools },
  work: { name: "work", mountPath: work },
} as const;

/** Mounts of these files of the Secret, and of no others. */
export function secretMounts(
  ...names: readonly (keyof typeof pointsSecrets)[]
): types.input.core.v1.VolumeMount[] {
  return names.map((name) => {
    const file = pointsSecrets[name];
    return { name: "secrets", mountPath: `${secrets}/${file}`, subPath: file, readOnly: true };
  });
}

/** Returns the init container that brings restic, a single program, to containers of other images. */
export const toolContainer = (of: Of): types.input.core.v1.Container => ({
  name: "restic",
  image: images.restic.reference,
  command: ["cp", "/usr/bin/restic", `${tools}/restic`],
  resources: resourcesFor(of, small),
  securityContext: containerSecurity,
  volumeMounts: [mounts.tools],
});

/** Folder on a volume for the copies of files that tear, which nothing else has. */
const copiesFolder = ".restore-point";

/**
 * Returns the container in which an application's own program copies the files that would tear; empty if there are none.
 * The copies stay until the next run: the pod that reads them only reads.
 */
export function copyContainers(spec: PointsSpec): types.input.core.v1.Container[] {
  const { copies } = spec.contents;
  if (copies === undefined) return [];
  const folder = `${copying}/${copiesFolder}`;
  const commands = Object.entries(copies.commands).map(([file, words]) => {
    const paths = { "{file}": `${copying}/${file}`, "{copy}": `${folder}/${file}` };
    return words
      .map((word) =>
        shellWord(Object.entries(paths).reduce((text, [of, path]) => text.replaceAll(of, path), word)),
      )
      .join(" ");
  });
  return [
    {
      name: "copies",
      image: copies.image,
      command: ["sh", "-euc", [`rm -rf ${folder}`, `mkdir ${folder}`, ...commands].join("\n")],
      env: [{ name: "TZ", value: "UTC" }],
      resources: resourcesFor(spec, resources),
      securityContext: containerSecurity,
      terminationMessagePolicy: "FallbackToLogsOnError",
      volumeMounts: [mounts.tmp, { name: `of-${copies.volume}`, mountPath: copying }],
    },
  ];
}

/** Mounts of these copies in the place of their files. */
export function copyMounts({ contents: { copies } }: PointsSpec): types.input.core.v1.VolumeMount[] {
  if (copies === undefined) return [];
  return Object.keys(copies.commands).map((file) => ({
    name: `of-${copies.volume}`,
    mountPath: `${pointsFolders.volumes}/${copies.volume}/${file}`,
    subPath: `${copiesFolder}/${file}`,
    readOnly: true,
  }));
}

/** Returns the containers that dump the rows; empty if there are none. */
export function dumpContainers(spec: PointsSpec): types.input.core.v1.Container[] {
  if (spec.rows === undefined) return [];
  return [
    spec.rows.engine === "mariadb"
      ? mariadbContainer(spec, { name: "dump", script: mariadbDumpScript(), mounts: ownPassword })
      : postgresqlContainer(spec, { name: "dump", script: dumpScript(), mounts: ownPassword }),
  ];
}

/**
 * Returns the container that loads the rows of a restore point into a database beside the service's. A run gets the password
 * with which it does (scripts/recovery/runs.ts); the service's own opens nothing there.
 */
export function loadContainer(spec: PointsSpec): types.input.core.v1.Container {
  return spec.rows?.engine === "mariadb"
    ? mariadbContainer(spec, { name: "load", script: mariadbLoadScript() })
    : postgresqlContainer(spec, { name: "load", script: loadScript() });
}

interface RowsProgram {
  name: string;
  script: string;
  mounts?: types.input.core.v1.VolumeMount[];
}

const ownPassword = secretMounts("databasePassword");

/** Runs PostgreSQL's own programs. */
function postgresqlContainer(spec: PointsSpec, program: RowsProgram): types.input.core.v1.Container {
  const { connection, rows } = spec;
  if (rows?.engine !== "postgresql" || connection === undefined)
    throw new Error(`${spec.service} has no rows on PostgreSQL.`);
  return rowsContainer(spec, {
    ...program,
    image: postgresqlImage(rows.major),
    env: [
      { name: "PGHOST", value: connection.host },
      { name: "PGPORT", value: String(connection.port) },
      { name: "PGDATABASE", value: connection.database },
      { name: "PGUSER", value: connection.database },
      { name: "PGSSLMODE", value: connection.sslMode },
      ...(connection.sslMode === "verify-full"
        ? [{ name: "PGSSLROOTCERT", value: `${work}/roots.pem` }]
        : []),
    ],
  });
}

/** Runs MariaDB's own programs. */
function mariadbContainer(spec: PointsSpec, program: RowsProgram): types.input.core.v1.Container {
  const { connection } = spec;
  if (connection === undefined) throw new Error(`${spec.service} has no rows on MariaDB.`);
  return rowsContainer(spec, {
    ...program,
    image: images.mariadb.reference,
    env: [
      { name: "HOST", value: connection.host },
      { name: "DATABASE", value: connection.database },
    ],
  });
}

/** Runs a database's own programs, with restic beside them. */
function rowsContainer(
  spec: PointsSpec,
  {
    name,
    image,
    script,
    env,
    mounts: own = [],
  }: RowsProgram & { image: string; env: { name: string; value: string }[] },
): types.input.core.v1.Container {
  return {
    name,
    image,
    command: ["bash", "-euo", "pipefail", "-c", script],
    env: [
      { name: "COMMUNE", value: spec.commune },
      ...env,
      { name: "HOME", value: "/tmp" },
      { name: "TZ", value: "UTC" },
    ],
    resources: resourcesFor(spec, resources),
    securityContext: containerSecurity,
    terminationMessagePolicy: "FallbackToLogsOnError",
    volumeMounts: [
      // The credentials of the repository are in the folder `work`.
      ...own,
      mounts.work,
      mounts.tmp,
      { ...mounts.tools, readOnly: true },
    ],
  };
}
