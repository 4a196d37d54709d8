import { images, postgisImage, postgresqlImage } from "../../foundation/image/catalogue.ts";
import { checksum } from "../../foundation/manifest/checksum.ts";
import type { Part } from "../../foundation/part/part.ts";
import type { Retirement } from "../../foundation/retirement/declaration.ts";
import { inVersion } from "../../foundation/seed/labels.ts";
import { french } from "./french.ts";
import { type DatabaseSpec, databasePort, databaseServer, serverWorkload } from "./manifests.ts";
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
    databaseServers.map((server) => ({
      ...{ by: "connection", protocol: "tcp", kind: "database", through: "database" },
      ...{ workload: serverWorkload(server), port: databasePort },
    })),
  serverPods: ({ databaseServers = [] }, versions) =>
    Object.fromEntries(
      databaseServers.map((server) => [
        server.server,
        checksum(databaseServer(server, inVersion(superuserPassword(server.server), versions)).spec.template),
      ]),
    ),
};

/** Whether a server is no association's: the name of one that is says so. */
const isCommunes = (server: string) => ownerOfDatabase(server) === undefined;

const newestFirst = <Major extends string>(majors: readonly Major[]): Major[] =>
  [...new Set(majors)].sort((one, other) => Number(other) - Number(one));
