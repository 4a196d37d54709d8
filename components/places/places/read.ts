import { nearest } from "../../foundation/declaration/choice.ts";
import { type Explained, explainedParse } from "../../foundation/declaration/explain.ts";
import type { Parse } from "../../foundation/declaration/load.ts";
import { oneOf, show, showWord, whatItIs } from "../../foundation/declaration/show.ts";
import { mostCorners } from "./area.ts";
import { collectionSchema, featureSchemas, type Kind, kinds } from "./declaration.ts";
import { cornersIn } from "./geometry.ts";
import { tooFine } from "./outlines.ts";
import { type AnyFeature, type Places, placesOf } from "./places.ts";

type Members = Record<string, unknown>;

function isMembers(value: unknown): value is Members {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

function isKind(value: unknown): value is Kind {
  return kinds.some((kind) => kind === value);
}

/** A feature as its kind wants it, or what is wrong with it. Paths start at the feature. */
function readFeature(value: unknown): ReturnType<Parse<AnyFeature>> {
  const refuse = (path: string[], message: string): ReturnType<Parse<AnyFeature>> => ({
    ok: false,
    problems: [{ path, message, atKey: false }],
  });
  if (!isMembers(value)) return refuse([], `${whatItIs(value)}. Write a feature in { }.`);
  const { properties } = value;
  if (!isMembers(properties)) {
    return refuse(["properties"], `${whatItIs(properties)}. Write an object in { }, with "kind" first.`);
  }
  const { kind } = properties;
  if (!isKind(kind)) {
    const near = typeof kind === "string" ? nearest(kind, kinds) : undefined;
    const fault = typeof kind === "string" ? `${show(kind)} is no kind of place` : whatItIs(kind);
    const hint = near ? ` Did you mean "${near}"?` : "";
    return refuse(["properties", "kind"], `${fault}.${hint} Write ${oneOf(kinds)}.`);
  }
  // A table of a geographic information system has every column for every feature: an empty one says nothing.
  const written = Object.fromEntries(Object.entries(properties).filter(([, inner]) => inner !== null));
  return explainedParse(featureSchemas[kind], { ...value, properties: written });
}

/** Returns the name of a feature in messages: its id, or its number if it has none. */
function called(value: unknown, index: number): string {
  const id = isMembers(value) ? value.id : undefined;
  return typeof id === "string" ? showWord(id) : `feature ${index + 1}`;
}

/** The finest outline is told, when all together are too fine: before anything else is worked out of them. */
function finest(features: readonly unknown[]): Explained | undefined {
  const counted = features.map((feature) => {
    const geometry = isMembers(feature) ? feature.geometry : undefined;
    const coordinates = isMembers(geometry) ? geometry.coordinates : undefined;
    const isArea = Array.isArray(coordinates) && coordinates.some(Array.isArray);
    return isArea ? cornersIn(coordinates) : 0;
  });
  const total = counted.reduce((sum, corners) => sum + corners, 0);
  if (total <= mostCorners) return undefined;
  const corners = counted.reduce((most, count) => Math.max(most, count), 0);
  const index = counted.indexOf(corners);
  const message = `(${called(features[index], index)}) ${tooFine(corners, total)}`;
  return { path: ["features", index, "geometry"], message, atKey: false };
}

/** Understands the content of a `places.geojson`: the places, or everything that is wrong with them. */
export const readPlaces: Parse<Places> = (value) => {
  const collection = explainedParse(collectionSchema, value);
  if (!collection.ok) return collection;
  const fine = finest(collection.declaration.features);
  if (fine) return { ok: false, problems: [fine] };
  const problems: Explained[] = [];
  const features: { feature: AnyFeature; index: number }[] = [];
  for (const [index, written] of collection.declaration.features.entries()) {
    const read = readFeature(written);
    if (read.ok) features.push({ feature: read.declaration, index });
    else {
      for (const { path, message, atKey } of read.problems) {
        const said = `(${called(written, index)}) ${message}`;
        problems.push({ path: ["features", index, ...path], message: said, atKey });
      }
    }
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, declaration: placesOf(features) };
};
