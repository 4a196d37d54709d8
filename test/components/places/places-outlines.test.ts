import { describe, expect, test } from "vitest";
import { showProblems } from "../../../components/foundation/declaration/problem.ts";
import { placesFindings } from "../../../components/places/places/check.ts";
import { Outline } from "../../../components/places/places/outline.ts";
import { fileOf, hotspot, quarter, readText, square, type Written, zone } from "./places.ts";

/** Returns what is wrong with these features, one line each. */
function problems(...features: Written[]): string {
  const read = readText(fileOf(features));
  if (!read.ok) return showProblems(read.problems);
  return showProblems(
    placesFindings(read.declaration).map(({ path, message }) => read.positions.problem(path, message)),
  );
}

const bar = (west: number, south: number, east: number, north: number) => [
  [west, south],
  [east, south],
  [east, north],
  [west, north],
  [west, south],
];

describe("an outline", () => {
  test.each<[string, Written[], RegExp]>([
    [
      "without area: a line there and back",
      [
        quarter(),
        zone({}, [
          [
            [4.884, 45.774],
            [4.885, 45.775],
            [4.886, 45.776],
            [4.884, 45.774],
          ],
        ]),
      ],
      /\(calme\) its outline (covers no ground|runs along itself)/,
    ],
    [
      "without area: one point four times",
      [quarter(), zone({}, [Array.from({ length: 4 }, () => [4.884, 45.774])])],
      /\(calme\) its outline covers no ground \(less than 1 m²\)\. Draw at least three corners that are apart\./,
    ],
    [
      "without area, of a quarter",
      [quarter(), quarter("trait", [bar(4.9, 45.76, 4.9, 45.78)])],
      /\(trait\) its outline (covers no ground|runs along itself)/,
    ],
    [
      "with a spike",
      [
        quarter(),
        zone({}, [
          [
            [4.884, 45.774],
            [4.885, 45.774],
            [4.887, 45.774],
            [4.885, 45.774],
            [4.885, 45.775],
            [4.884, 45.774],
          ],
        ]),
      ],
      /\(calme\) its outline runs along itself at \[4\.88\d+, 45\.774\]\. Take out the corners that go there and back\./,
    ],
    [
      "with a hole outside of it",
      [quarter(), zone({}, [square(4.884, 45.774, 0.001), square(4.886, 45.774, 0.0005)])],
      /\(calme\) a hole is outside its outline at \[4\.886, 45\.774\]\. Draw the hole inside, or as a separate polygon \(MultiPolygon\)\./,
    ],
    [
      "with a hole that crosses it",
      [quarter(), zone({}, [square(4.884, 45.774, 0.001), square(4.8845, 45.7735, 0.001)])],
      /\(calme\) its outline crosses itself at \[4\.88\d+, 45\.77\d+\]/,
    ],
    [
      "that another quarter has too",
      [quarter(), quarter("double")],
      /\(double\) overlaps quarter "centre" around \[4\.8\d+, 45\.7\d+\]\. Each place is in one quarter: draw their common border once\./,
    ],
    [
      "across another quarter, no corner in either",
      [quarter("long", [bar(4.86, 45.768, 4.92, 45.772)]), quarter("large", [bar(4.88, 45.75, 4.89, 45.79)])],
      /\(large\) overlaps quarter "long" around \[4\.88\d*, 45\.7(68|69|7|71|72)\d*\]/,
    ],
    [
      "inside of another quarter",
      [quarter(), quarter("dedans", [square(4.875, 45.765, 0.004)])],
      /\(dedans\) overlaps quarter "centre"/,
    ],
  ])("%s is refused", (_, features, message) => {
    expect(problems(...features)).toMatch(message);
  });

  test.each<[string, Written[]]>([
    ["of a zone that crosses a quarter", [quarter(), zone({}, [bar(4.86, 45.769, 4.9, 45.771)])]],
    ["of a zone around a whole quarter", [quarter(), zone({}, [bar(4.86, 45.75, 4.9, 45.8)])]],
    [
      "with a corner written twice in a row",
      [
        quarter(),
        zone({}, [
          [
            [4.884, 45.774],
            [4.885, 45.774],
            [4.885, 45.774],
            [4.885, 45.775],
            [4.885, 45.775],
            [4.884, 45.775],
            [4.884, 45.774],
          ],
        ]),
      ],
    ],
    [
      "that touches itself in one corner",
      [
        quarter(),
        zone({}, [
          [
            [4.884, 45.774],
            [4.885, 45.7745],
            [4.886, 45.774],
            [4.886, 45.776],
            [4.885, 45.7745],
            [4.884, 45.776],
            [4.884, 45.774],
          ],
        ]),
      ],
    ],
    [
      "that has a border with the next quarter, with more corners on one side of it",
      [
        quarter(),
        quarter("est", [
          [
            [4.89, 45.76],
            [4.91, 45.76],
            [4.91, 45.78],
            [4.89, 45.78],
            [4.88999, 45.77],
            [4.89, 45.765],
            [4.89, 45.76],
          ],
        ]),
      ],
    ],
    [
      "that has a hole in which another quarter is",
      [
        quarter("centre", [square(4.87, 45.76, 0.02), square(4.875, 45.765, 0.004)]),
        quarter("dedans", [square(4.875, 45.765, 0.004)]),
      ],
    ],
  ])("%s is accepted", (_, features) => {
    expect(problems(...features)).toBe("");
  });

  describe("across the antimeridian", () => {
    const point = (longitude: number) => hotspot({ quarter: "date" }, [longitude, -16.8], "borne");
    test.each<[string, Written]>([
      [
        "cut into two, as RFC 7946 wants",
        {
          ...quarter("date"),
          geometry: {
            type: "MultiPolygon",
            coordinates: [[bar(179.98, -16.81, 180, -16.79)], [bar(-180, -16.81, -179.98, -16.79)]],
          },
        },
      ],
      [
        "in one ring",
        quarter("date", [
          [
            [179.98, -16.81],
            [-179.98, -16.81],
            [-179.98, -16.79],
            [179.98, -16.79],
            [179.98, -16.81],
          ],
        ]),
      ],
    ])("%s is accepted, with points on both sides", (_, feature) => {
      expect(problems(feature, point(179.99))).toBe("");
      expect(problems(feature, point(-179.99))).toBe("");
      expect(problems(feature, point(0))).toMatch(/\(borne\).*is outside every quarter/);
    });
  });
});

describe("hours", () => {
  test("of a point that are all quiet are refused: it would never emit", () => {
    const never = hotspot({ open: "Mo-Fr 08:00-18:00", quiet: "Mo-Fr 08:00-18:00" });
    expect(problems(quarter(), never)).toContain(
      '(mairie) "Mo-Fr 08:00-18:00" leaves no minute of its hours: it would never emit. Write fewer quiet hours, or take the point out.',
    );
  });

  test.each(["10:00-10:00", "Mo 10:00-10:00", "Mo-Fr 08:00-12:00,14:00-14:00"])(
    "%s, which end where they begin, are refused",
    (open) => {
      expect(problems(quarter(), hotspot({ open }))).toContain(
        "has hours that end when they begin (always is 24/7, the rest of a day 10:00-24:00). Write hours such as",
      );
    },
  );
});

describe("outlines with many corners", () => {
  const circle = (corners: number, radius = (_: number) => 0.009) => {
    const ring = Array.from({ length: corners }, (_, index) => {
      const angle = (2 * Math.PI * index) / corners;
      return [4.88 + radius(index) * Math.cos(angle), 45.77 + radius(index) * Math.sin(angle)];
    });
    return [[...ring, ...ring.slice(0, 1)]];
  };

  test("are read up to 30,000 corners, spikes included", () => {
    expect(problems(quarter("centre", circle(29_000)))).toBe("");
    expect(
      problems(
        quarter(
          "centre",
          circle(29_000, (index) => (index % 2 ? 0.009 : 0.0001)),
        ),
      ),
    ).toBe("");
  });

  test("are told to be simplified above that, before anything is worked out of them", () => {
    expect(problems(quarter(), zone({}, circle(29_996)))).toMatch(
      /\(calme\) its outline has 29997 corners of 30002 in this file, and 30000 are the most\. Simplify outlines/,
    );
  });
});

test("many positions asked at once are inside as each alone is: with a hole, a spike and a second polygon over the first", () => {
  const outline = new Outline([
    [
      [
        [0, 0],
        [8, 0],
        [8, 3],
        [12, 3.1],
        [8, 3.2],
        [8, 8],
        [0, 8],
        [0, 0],
      ],
      bar(2, 2, 5, 5),
    ],
    [bar(3, 3, 10, 10)],
  ]);
  const along = Array.from({ length: 50 }, (_, index) => -1 + 0.2601 * index);
  const counts = along.map((y) => {
    const alone = along.filter((x) => outline.contains([x, y]));
    expect(outline.insideAt(y, along)).toEqual(alone);
    return alone.length;
  });
  expect(Math.max(...counts)).toBeGreaterThan(30);
  expect(counts[0]).toBe(0);
});
