import { postgresql, type Release } from "../postgres/recipe.ts";
import type { Recipe } from "../recipe.ts";

/** The recipe of a PostgreSQL with Debian's PostGIS, under the name of the project's own image. */
export function postgis({ series, ...release }: Release & { series: string }, systemPath: string): Recipe {
  const plain = postgresql(release, systemPath);
  return {
    ...plain,
    names: [`docker.io/postgis/postgis:${release.major}-${series}`],
    layer: {
      ...plain.layer,
      packages: [...(plain.layer?.packages ?? []), `postgresql-${release.major}-postgis-3`],
    },
    files: [
      ...plain.files,
      { path: "/docker-entrypoint-initdb.d/10_postgis.sh", source: "postgis/initdb.sh", mode: 0o755 },
    ],
  };
}
