import {
  images,
  type PostgresqlMajor,
  postgisImage,
  postgresqlImage,
} from "../../foundation/image/catalogue.ts";
import type { Part } from "../../foundation/part/part.ts";
import type { DatabaseSpec } from "./manifests.ts";
import { superuserPassword } from "./secrets.ts";

/** PostgreSQL servers of ours. */
export const databasePart: Part<{
  databaseServers?: readonly DatabaseSpec[];
  /** The server that services share: one outside is asked by programs of its version. */
  database?: object | { outside: object; major: PostgresqlMajor } | undefined;
}> = {
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
};

const newestFirst = <Major extends string>(majors: readonly Major[]): Major[] =>
  [...new Set(majors)].sort((one, other) => Number(other) - Number(one));
