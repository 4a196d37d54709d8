import type { DataRow, Dataset } from "../foundation/page/dataset.ts";
import { catalogue } from "./catalogue.ts";
import { csv } from "./csv.ts";
import {
  cataloguePath,
  type DataFormat,
  datasetsOf,
  formatsOf,
  latitude,
  longitude,
  pathOf,
} from "./data.ts";
import type { PortalPlan } from "./plan.ts";

/** Every file of data, and their catalogue. */
export function dataFiles(plan: PortalPlan): { path: string; type: string; text: string }[] {
  const sets = datasetsOf(plan);
  return [
    ...sets.flatMap((set) => {
      const { rows } = set;
      if (rows === undefined) return [];
      return formatsOf(set).map((format) => ({
        path: pathOf(set, format),
        type: format.type,
        text: written(set, rows, format),
      }));
    }),
    {
      path: cataloguePath,
      type: "application/ld+json; charset=utf-8",
      text: `${JSON.stringify(catalogue(plan.commune, sets), undefined, 2)}\n`,
    },
  ];
}

/** The rows of a data set in one form. */
export function written(
  { columns }: Pick<Dataset, "columns">,
  rows: readonly DataRow[],
  { ending }: Pick<DataFormat, "ending">,
): string {
  return writers[ending](Object.keys(columns), rows);
}

const writers: Record<DataFormat["ending"], (names: readonly string[], rows: readonly DataRow[]) => string> =
  {
    csv(names, rows) {
      return csv([names, ...rows.map((row) => names.map((name) => row[name]))]);
    },
    json: (names, rows) => `${JSON.stringify(whole(names, rows), undefined, 2)}\n`,
    // RFC 7946. A row without a place is a feature without a geometry.
    geojson(names, rows) {
      const features = whole(names, rows).map(({ [latitude]: north, [longitude]: east, ...properties }) => ({
        type: "Feature",
        geometry: north === null || east === null ? null : { type: "Point", coordinates: [east, north] },
        properties,
      }));
      return `${JSON.stringify({ type: "FeatureCollection", features }, undefined, 2)}\n`;
    },
  };

/** Every row with every column, so that none has to be guessed from others. */
function whole(names: readonly string[], rows: readonly DataRow[]): Record<string, string | number | null>[] {
  return rows.map((row) => Object.fromEntries(names.map((name) => [name, row[name] ?? null])));
}
