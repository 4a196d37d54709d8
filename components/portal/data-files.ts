import { catalogue } from "./catalogue.ts";
import { csv } from "./csv.ts";
import {
  cataloguePath,
  type DataFormat,
  type Dataset,
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
    ...sets.flatMap((set) =>
      formatsOf(set).map((format) => ({
        path: pathOf(set, format),
        type: format.type,
        text: written[format.ending](set),
      })),
    ),
    {
      path: cataloguePath,
      type: "application/ld+json; charset=utf-8",
      text: `${JSON.stringify(catalogue(plan.commune, sets), undefined, 2)}\n`,
    },
  ];
}

const written: Record<DataFormat["ending"], (set: Dataset) => string> = {
  csv({ columns, rows }) {
    const names = Object.keys(columns);
    return csv([names, ...rows.map((row) => names.map((name) => row[name]))]);
  },
  json: (set) => `${JSON.stringify(whole(set), undefined, 2)}\n`,
  // RFC 7946. A row without a place is a feature without a geometry.
  geojson(set) {
    const features = whole(set).map(({ [latitude]: north, [longitude]: east, ...properties }) => ({
      type: "Feature",
      geometry: north === null || east === null ? null : { type: "Point", coordinates: [east, north] },
      properties,
    }));
    return `${JSON.stringify({ type: "FeatureCollection", features }, undefined, 2)}\n`;
  },
};

/** Every row with every column, so that none has to be guessed from others. */
function whole({ columns, rows }: Dataset): Record<string, string | number | null>[] {
  return rows.map((row) => Object.fromEntries(Object.keys(columns).map((name) => [name, row[name] ?? null])));
}
