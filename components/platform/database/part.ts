import { images, postgisImage, postgresqlImage } from "../../foundation/image/catalogue.ts";
import { checksum } from "../../foundation/manifest/checksum.ts";
import type { Part } from "../../foundation/part/part.ts";
import type { Watched } from "../../foundation/part/watched.ts";
import type { Retirement } from "../../foundation/retirement/declaration.ts";
import { inVersion, type SecretVersions } from "../../foundation/seed/labels.ts";
import { clusterMetricsPort, databaseCluster } from "./cluster.ts";
import { french } from "./french.ts";
import { type DatabaseSpec, databasePort, databaseServer, serverWorkload, serviceOf } from "./manifests.ts";
import { ownerOfDatabase, type SharedServer, sharedServerName } from "./plan.ts";
import { superuserPassword } from "./secrets.ts";

const kind = "database";

export interface Plans {
  databaseServers?: readonly DatabaseSpec[];
  database?: SharedServer | undefined;
}

/** Fields of a declaration that are read here. */
export interface Around {
  declaration: { database: { retired?: Retirement | undefined } };
}

/** PostgreSQL servers of ours. */
export const databasePart: Part<Plans, Around> = {
  kind,
  whenNodeIsLost:
    "Of three servers another one takes the writes; CloudNativePG's users measured 40 to 80 s. A server that is one waits for its node: its rows are on a volume.",
  french,
  toldElsewhere: ["external", "external.host", "external.port", "upgradeFrom", "drop", "retired"].map(
    (field) => `database.${field}`,
  ),
  retirements: ({ database }) => [[sharedServerName, database.retired]],
  sections: { database: { en: "database server", fr: "serveur de base de données" } },
  thingNamed(name) {
    if (name === sharedServerName) {
      const title = {
        en: "the commune's database server",
        fr: "le serveur de base de données de la commune",
      };
      return { kind, title, retirement: [kind, "retired"] };
    }
    const owner = ownerOfDatabase(name);
    if (owner === undefined) return undefined;
    const title = { en: "the database of the association %", fr: "la base de l’association %" };
    // It goes with its association.
    return { kind, owner, title, isOfAssociations: true };
  },
  servers: [sharedServerName],
  held: ({ databaseServers = [] }) => databaseServers.map(({ server }) => server).filter(isCommunes),
  heldBefore: ({ postgresql }) => Object.keys(postgresql).filter(isCommunes),
  secrets: ({ databaseServers = [] }) => databaseServers.map(({ server }) => superuserPassword(server)),
  software({ databaseServers = [], database }) {
    // Those that data is taken over from are run for that.
    const majors = databaseServers.flatMap(({ major, upgradeFrom }) =>
      upgradeFrom ? [major, upgradeFrom] : [major],
    );
    if (database && "outside" in database) majors.push(database.major);
    const spatial = databaseServers.filter(({ isSpatial }) => isSpatial).map(({ major }) => major);
    return [
      ...newestFirst(majors).map((major) => ({
        name: `postgresql-${major}`,
        image: { ...images.postgresql, reference: postgresqlImage(major) },
      })),
      ...newestFirst(spatial).map((major) => ({
        name: `postgis-${major}`,
        image: { ...images.postgis, reference: postgisImage(major) },
      })),
    ];
  },
  watched: ({ databaseServers = [] }) =>
    databaseServers.flatMap((server): Watched[] => [
      {
        ...{ by: "connection", protocol: "tcp", kind: "database", through: serviceOf(server) },
        ...{ workload: serverWorkload(server), port: databasePort },
      },
      ...(server.availability === "node-loss" ? [clusterMetrics(server)] : []),
    ]),
  serverPods: ({ databaseServers = [] }, versions) =>
    Object.fromEntries(databaseServers.map((server) => [server.server, podOf(server, versions)])),
};

/**
 * Returns a checksum of a server's pod. Of several, it is of what their operator replaces them for, one after another:
 * the one that takes writes last, which is an interruption of seconds too.
 */
function podOf(server: DatabaseSpec, versions: SecretVersions): string {
  if (server.availability !== "node-loss")
    return checksum(
      databaseServer(server, inVersion(superuserPassword(server.server), versions)).spec.template,
    );
  const { imageName, resources, postgresql } = databaseCluster(server).spec;
  return checksum({ imageName, resources, parameters: postgresql.parameters });
}

/** The metrics of several servers, which their operator's program in each pod gives. */
function clusterMetrics(server: DatabaseSpec): Watched {
  return {
    ...{ by: "metrics", job: "postgresql", path: "/metrics", through: undefined, isOpenToSite: false },
    ...{ workload: serverWorkload(server), port: clusterMetricsPort },
    speaker: { "cnpg.io/instanceRole": "primary" },
  };
}

/** Whether a server is no association's: the name of one that is says so. */
const isCommunes = (server: string) => ownerOfDatabase(server) === undefined;

const newestFirst = <Major extends string>(majors: readonly Major[]): Major[] =>
  [...new Set(majors)].sort((one, other) => Number(other) - Number(one));
