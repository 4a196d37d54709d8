import { describe, expect, test } from "vitest";
import { checkRadio } from "../../../components/places/radio/check.ts";
import { metresTo } from "../../../components/places/radio/distance.ts";
import type { RadioFinding } from "../../../components/places/radio/finding.ts";
import { reachOf } from "../../../components/places/radio/propagation.ts";
import { hotspot, placesFrom, quarter, radioWith, square, type Written, zone } from "./places.ts";

function findings(...features: Written[]): RadioFinding[] {
  return checkRadio(placesFrom(...features)).findings;
}

function messages(...features: Written[]): string[] {
  return findings(...features).map(({ message }) => message);
}

const fiveGigahertz = (fields: Record<string, unknown>) =>
  radioWith({ band: "5 GHz", channel: 100, ...fields });

describe("the law", () => {
  test.each([
    [
      "an indoor channel outdoors",
      { radios: [radioWith({}), fiveGigahertz({ channel: 36 })] },
      "36 at 5 GHz, 20 MHz wide, may only be used indoors. Allowed outdoor: 100, 104",
    ],
    [
      "a channel that does not exist",
      { radios: [radioWith({ channel: 14 })] },
      "14 at 2.4 GHz, 20 MHz wide, is not a channel that the law knows. Allowed outdoor: 1, 2, 3",
    ],
    [
      "too wide a channel",
      { radios: [radioWith({ width: "80 MHz" })] },
      "6 at 2.4 GHz, 80 MHz wide, is not a channel that the law knows. Allowed outdoor: none.",
    ],
    [
      "too much power for the antenna",
      { radios: [radioWith({ power: "20 dBm", gain: "5 dBi" })] },
      "20 dBm and 5 dBi less 0.5 dB are 24.5 dBm sent; channel 6 is allowed 20 dBm outdoor. It complies with power at most 15 dBm.",
    ],
    [
      "an antenna that no power is low enough for",
      { radios: [radioWith({ gain: "24 dBi" })] },
      "Use an antenna with less gain.",
    ],
    [
      "too much power on a weak channel, where strong ones are",
      { radios: [radioWith({}), fiveGigahertz({ channel: 149, power: "20 dBm" })] },
      "channel 149 is allowed 14 dBm outdoor. It complies with power at most 11 dBm, or channel 100, 104",
    ],
    [
      "round the clock on radar channels only",
      { radios: [fiveGigahertz({})] },
      "is open 24/7 on channels that radars interrupt only. Add a radio at 2.4 GHz",
    ],
  ])("refuses %s", (_, properties, message) => {
    expect(messages(quarter(), hotspot(properties)).join("\n")).toContain(message);
  });

  test("allows what it allows: 25 mW in each megahertz outdoors on 100, and a joined channel indoors", () => {
    expect(
      findings(
        quarter(),
        hotspot({ radios: [radioWith({}), fiveGigahertz({ power: "23 dBm", gain: "3 dBi", loss: "0 dB" })] }),
        hotspot(
          { setting: "indoor", radios: [radioWith({}), fiveGigahertz({ channel: 36, width: "160 MHz" })] },
          [4.875, 45.765],
          "bibliotheque",
        ),
      ),
    ).toEqual([]);
  });
});

describe("a white zone", () => {
  // 62 m west of the zone.
  const near: [Written, Written] = [quarter(), hotspot({}, [4.8832, 45.7745])];

  test("refuses too much, and tells the power, the place that comply", () => {
    const [finding, ...others] = findings(...near, zone());
    expect(others).toEqual([]);
    expect(finding?.rule).toBe("white-zone");
    expect(finding?.message).toMatch(
      /^\(mairie\) brings -61\.\d dBm into white zone "calme" at worst; -70 dBm is its most\. It complies with one of: power at most 3 dBm at 2\.4 GHz; or at \[4\.88\d+, 45\.77\d+\], \d+ m away\.$/,
    );
  });

  test("is content with each of the remedies", () => {
    const [finding] = findings(...near, zone());
    const { powers = [], nearest } = finding?.remedies ?? {};
    const power = `${powers[0]?.dBm} dBm`;
    expect(
      findings(quarter(), hotspot({ radios: [radioWith({ power })] }, [4.8832, 45.7745]), zone()),
    ).toEqual([]);
    expect(findings(quarter(), hotspot({}, nearest?.position), zone())).toEqual([]);
    // And the power is the most: one more is too much.
    const more = `${(powers[0]?.dBm ?? 0) + 1} dBm`;
    expect(
      findings(quarter(), hotspot({ radios: [radioWith({ power: more })] }, [4.8832, 45.7745]), zone()),
    ).toHaveLength(1);
  });

  test("counts all hotspots together, and asks the same of those that bring most", () => {
    const row = [0, 1, 2].map((index) =>
      hotspot(
        { radios: [radioWith({ power: "8 dBm", channel: [1, 6, 11][index] })] },
        [4.8822, 45.7742 + index * 0.0003],
        `point-${index}`,
      ),
    );
    expect(findings(quarter(), ...row.slice(0, 1), zone())).toEqual([]);
    const together = findings(quarter(), ...row, zone());
    expect(together.map(({ id, rule }) => [id, rule])).toEqual(row.map(({ id }) => [id, "white-zone"]));
    expect(together[0]?.message).toContain("all hotspots together -6");
  });

  test("with hours binds in them: a classroom on Tuesday at 10:00", () => {
    const classroom = zone({ reason: "classroom", schedule: "Mo-Tu,Th-Fr 08:20-16:30" });
    const at = (properties: Record<string, unknown>) =>
      hotspot({ quarter: "centre", ...properties }, [4.8832, 45.7745]);
    const always = hotspot({}, [4.872, 45.762], "always");
    const rules = (point: Written) => findings(quarter(), always, point, classroom);
    expect(rules(at({ open: "Mo-Fr 17:00-22:00; Sa-Su 08:00-22:00" }))).toEqual([]);
    expect(rules(at({ open: "We 08:00-20:00" }))).toEqual([]);
    const [finding] = rules(at({ open: "Tu 10:00-10:30" }));
    expect(finding?.message).toContain('into white zone "calme" on Tu 10:00 at worst');
    // No hour would be left of that half hour.
    expect(finding?.remedies.quiet).toBeUndefined();
    const [wider] = rules(at({ open: "Mo-Fr 08:00-20:00" }));
    expect(wider?.message).toContain('or "quiet": "Mo-Tu,Th-Fr 08:20-16:30"');
    expect(rules(at({ open: "Mo-Fr 08:00-20:00", quiet: wider?.remedies.quiet }))).toEqual([]);
  });

  test("around a hotspot leaves it no power", () => {
    const [finding] = findings(quarter(), hotspot({}, [4.8845, 45.7745]), zone());
    expect(finding?.message).not.toContain("power at most");
    expect(finding?.message).toContain("It complies with one of: at [");
  });

  test("over the whole quarter leaves no place", () => {
    const [finding] = findings(quarter(), hotspot(), zone({}, [square(4.87, 45.76, 0.02)]));
    expect(finding?.message).toContain("No power is low enough: close it.");
  });
});

describe("a quarter", () => {
  test("has a point that is open 24/7, as soon as the commune has one", () => {
    expect(findings(quarter())).toEqual([]);
    const south = quarter("sud", [square(4.87, 45.74, 0.02)]);
    expect(messages(quarter(), south, hotspot({ open: "Mo-Su 07:00-22:00" }))).toEqual([
      '(centre) has no point that is open 24/7. Write "open": "24/7" at one of mairie.',
      "(sud) has no point that is open 24/7. Declare a hotspot in it: npx commune wifi plan shows where.",
    ]);
  });
});

describe("neighbours", () => {
  const second = (channel: number, metres: number) =>
    hotspot({ radios: [radioWith({ channel })] }, [4.88, 45.77 + metres / 111_195], "gare");

  test("share no frequencies where both serve", () => {
    expect(messages(quarter(), hotspot(), second(8, 20))).toEqual([
      '(gare) 8 at 2.4 GHz has frequencies in common with "mairie", and both serve the same street. Free here: 1, 11.',
    ]);
    expect(findings(quarter(), hotspot(), second(11, 20))).toEqual([]);
    expect(findings(quarter(), hotspot(), second(6, 200))).toEqual([]);
  });

  test("may share them at different hours", () => {
    const day = hotspot({ open: "Mo-Su 08:00-12:00" }, [4.8801, 45.77], "jour");
    const night = hotspot({ open: "Mo-Su 12:00-20:00" }, [4.8802, 45.77], "soir");
    const always = hotspot({}, [4.872, 45.762], "toujours");
    expect(findings(quarter(), day, night, always)).toEqual([]);
  });
});

test("the street model gives the distances that were worked out by hand", () => {
  const radio = placesFrom(
    quarter(),
    hotspot({ radios: [radioWith({ power: "20 dBm", gain: "0 dBi", loss: "0 dB" })] }),
  ).hotspots[0]?.radios[0];
  if (!radio) throw new Error("no radio");
  // 87 dB = 40 log d + 10.2 + 23.6 log 2.437: 49 m; 7.6 dB less: 32 m; 12 dB less behind a wall.
  expect(reachOf(radio, "outdoor").half).toBeCloseTo(49.1, 0);
  expect(reachOf(radio, "outdoor").sure).toBeCloseTo(31.7, 0);
  expect(reachOf(radio, "indoor").half).toBeCloseTo(24.6, 0);
});

test("distances are to the nearest edge, nothing inside, and to the rim of a hole", () => {
  const ring = square(4.88, 45.77, 0.01);
  const hole = square(4.884, 45.774, 0.002);
  expect(metresTo([4.881, 45.771], [[ring, hole]])).toBe(0);
  expect(metresTo([4.885, 45.775], [[ring, hole]])).toBeCloseTo(
    0.001 * 111_195 * Math.cos((45.775 * Math.PI) / 180),
    0,
  );
  expect(metresTo([4.885, 45.769], [[ring]])).toBeCloseTo(111.2, 0);
});
