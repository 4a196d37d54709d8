import { parseArgs } from "node:util";
import fc from "fast-check";
import { Parser } from "htmlparser2";
import { json } from "../../components/foundation/declaration/json.ts";
import { readBytes } from "../../components/foundation/declaration/load.ts";
import { mapFiles } from "../../components/places/map/page.ts";
import { placesFindings } from "../../components/places/places/check.ts";
import type { Places } from "../../components/places/places/places.ts";
import { readPlaces } from "../../components/places/places/read.ts";
import { checkRadio } from "../../components/places/radio/check.ts";
import { hostileKinds } from "./hostile-files.ts";
import type { Kind } from "./hostile-outlines.ts";
import { randomOutlines } from "./random-outlines.ts";

/** Counts of a campaign for one kind of file. */
export interface KindTally {
  name: string;
  files: number;
  /** Longest that one took, in milliseconds, reading and checking. */
  longest: number;
}

const commune = { insee: "69029", location: { latitude: 45.77, longitude: 4.88 } };

/** The places of a file, or what is said against it. */
function judged(text: string): { places?: Places; said: string[] } {
  const read = readBytes("places.geojson", Buffer.from(text), json, readPlaces);
  if (!read.ok) return { said: read.problems.map(({ message }) => message) };
  const said = placesFindings(read.declaration, commune).map(({ message }) => message);
  return said.length > 0 ? { said } : { places: read.declaration, said };
}

/** Elements of the map's page and drawing. */
const elements = new Set(
  "html head meta title style link body a header h1 h2 h3 p main figure figcaption svg defs pattern rect path g circle text tspan section script div ul li strong table caption thead tbody tr th td footer".split(
    " ",
  ),
);

/** Throws where a page holds an element or an attribute that a name has brought. */
function expectNoMarkup(file: string, page: string): void {
  let scripts = 0;
  const parser = new Parser({
    onopentag(name, attributes) {
      if (!elements.has(name)) throw new Error(`${file} has <${name}>`);
      if (name === "script") scripts += 1;
      for (const [attribute, value] of Object.entries(attributes)) {
        if (attribute.startsWith("on")) throw new Error(`${file} has ${attribute} at <${name}>`);
        if (/^\s*javascript:/i.test(value)) throw new Error(`${file} has ${attribute}="${value}"`);
      }
    },
  });
  parser.write(page);
  parser.end();
  if (scripts > (file === "index.html" ? 2 : 0)) throw new Error(`${file} has ${scripts} scripts`);
}

function checkFile({ told }: Kind, text: string): void {
  const { places, said } = judged(text);
  if (told) {
    if (!said.some((message) => told.test(message)))
      throw new Error(`Said: ${said.slice(0, 3).join(" ") || "nothing"}`);
    return;
  }
  if (!places) throw new Error(`Said: ${said.slice(0, 3).join(" ")}`);
  checkRadio(places);
  const map = { name: "Bron", contact: "numerique@bron.test", places, spaces: [] };
  const files = mapFiles(map);
  for (const file of ["index.html", "carte.svg"] as const) expectNoMarkup(file, files[file]);
}

/** Generates `count` files of each kind. Throws, with the smallest example found, where one is not told what it should be. */
export function hostileFiles({ seed, count }: { seed: number; count: number }): KindTally[] {
  return hostileKinds.map((kind) => {
    const tally: KindTally = { name: kind.name, files: 0, longest: 0 };
    fc.assert(
      fc.property(kind.file, (text) => {
        tally.files += 1;
        const start = performance.now();
        try {
          checkFile(kind, text);
        } catch (error) {
          // The file may have megabytes: its beginning is enough.
          throw new Error(`${kind.name}: ${String(error)}`);
        }
        tally.longest = Math.max(tally.longest, performance.now() - start);
      }),
      { seed, numRuns: count, verbose: 0 },
    );
    return tally;
  });
}

/** `npm run campaign hostile-places`: files of places that nobody should write, and random outlines by brute force. */
if (import.meta.filename === process.argv[1]) {
  const { values } = parseArgs({
    options: { seed: { type: "string" }, count: { type: "string", default: "20" } },
  });
  const seed = Number(values.seed ?? Date.now() % 2 ** 31);
  const count = Number(values.count);
  console.log(`Seed ${seed}, count ${count}`);
  const kinds = hostileFiles({ seed, count });
  const files = kinds.reduce((sum, kind) => sum + kind.files, 0);
  for (const { name, longest } of [...kinds].sort((one, other) => other.longest - one.longest).slice(0, 5)) {
    console.log(`${name}: ${(longest / 1000).toFixed(2)} s at most`);
  }
  console.log(
    `${files} files of ${kinds.length} kinds: each told what it should be. ${Math.round(process.resourceUsage().maxRSS / 1024)} MiB at most, generators included.`,
  );
  const { outlines, crossed, pairs, overlaps, outside, distances, longest } = randomOutlines({
    seed,
    count: count * 100,
  });
  console.log(
    `${outlines} outlines, ${crossed} of them crossed, ${pairs} pairs, ${overlaps} of them overlapping and ${outside} apart, ${distances} distances: as brute force says. Distances at most ${longest.toFixed(1)} thousandths longer.`,
  );
}
