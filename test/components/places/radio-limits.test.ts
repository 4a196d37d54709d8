import { describe, expect, test } from "vitest";
import { mapFiles } from "../../../components/places/map/page.ts";
import { checkRadio } from "../../../components/places/radio/check.ts";
import { reach } from "../../../components/places/radio/propagation.ts";
import { hotspot, placesFrom, quarter, radioWith, type Written, zone } from "./places.ts";

function messages(...features: Written[]): string[] {
  return checkRadio(placesFrom(...features)).findings.map(({ message }) => message);
}

const inside: [number, number] = [4.8842, 45.7745];
const fiveGigahertz = (fields: Record<string, unknown>) =>
  radioWith({ band: "5 GHz", channel: 100, power: "20 dBm", gain: "0 dBi", loss: "0 dB", ...fields });
const always = radioWith({ power: "0 dBm" });

describe("inside a white zone", () => {
  const strong = { threshold: "-30 dBm" };

  test("of a crèche no power is allowed, whatever its threshold", () => {
    const [message, ...others] = messages(
      quarter(),
      hotspot({ radios: [radioWith({ power: "0 dBm", gain: "0 dBi" })] }, inside),
      zone({ ...strong, reason: "creche" }),
    );
    expect(others).toEqual([]);
    expect(message).toMatch(
      /^\(mairie\) stands in white zone "calme", a crèche: no power is allowed there \(law 2015-136, article 7: no wireless equipment where children under three are\)\. Move it to \[4\.88\d+, 45\.77\d+\], \d+ m away, or take it out\.$/,
    );
  });

  test("of a crèche that fills its quarter, it is taken out", () => {
    expect(
      messages(
        quarter(),
        hotspot({}, inside),
        zone({ ...strong, reason: "creche" }, quarter().geometry.coordinates),
      ),
    ).toEqual([
      expect.stringMatching(/no power is allowed there .*\. Move it out of the zone, or take it out\.$/),
    ]);
  });

  test("of others, and nearer than a metre, no level can be promised", () => {
    const weak = { radios: [radioWith({ power: "0 dBm", gain: "0 dBi" })] };
    expect(messages(quarter(), hotspot(weak, inside), zone(strong))).toEqual([
      expect.stringMatching(
        /^\(mairie\) stands in white zone "calme": nearer than 1 m no level can be promised, and -30 dBm is its most\. It complies with one of: at \[4\.88\d+, 45\.77\d+\], \d+ m away\.$/,
      ),
    ]);
    // Half a metre west of it, and two metres.
    const metre = 1 / (111_195 * Math.cos((45.7745 * Math.PI) / 180));
    expect(messages(quarter(), hotspot(weak, [4.884 - 0.5 * metre, 45.7745]), zone(strong))).toEqual([
      expect.stringMatching(/^\(mairie\) stands 0\.5 m from white zone "calme": nearer than 1 m no level/),
    ]);
    expect(messages(quarter(), hotspot(weak, [4.884 - 2 * metre, 45.7745]), zone(strong))).toEqual([]);
  });

  test("it may be while the zone does not hold", () => {
    const classroom = zone({ ...strong, reason: "classroom", schedule: "Mo-Tu,Th-Fr 08:20-16:30" });
    const elsewhere = hotspot({}, [4.872, 45.762], "toujours");
    const evening = hotspot({ open: "Mo-Fr 17:00-22:00" }, inside);
    expect(messages(quarter(), elsewhere, evening, classroom)).toEqual([]);
    expect(messages(quarter(), elsewhere, hotspot({ open: "Mo-Fr 08:00-22:00" }, inside), classroom)).toEqual(
      [expect.stringContaining('or "quiet": "Mo-Tu,Th-Fr 08:20-16:30"')],
    );
  });
});

describe("the law counts", () => {
  test("what beamforming adds", () => {
    const two = { power: "16 dBm", gain: "3 dBi", loss: "0.5 dB", beamforming: "3 dB" };
    expect(messages(quarter(), hotspot({ radios: [radioWith(two)] }))).toEqual([
      "(mairie) 16 dBm and 3 dBi and 3 dB of beamforming less 0.5 dB are 21.5 dBm sent; channel 6 is allowed 20 dBm outdoor. It complies with power at most 14 dBm.",
    ]);
    expect(messages(quarter(), hotspot({ radios: [radioWith({ ...two, power: "14 dBm" })] }))).toEqual([]);
    expect(messages(quarter(), hotspot({ radios: [radioWith({ ...two, beamforming: "6 dB" })] }))).toEqual([
      expect.stringContaining("It complies with power at most 11 dBm."),
    ]);
    // It reaches into white zones too.
    const near: [number, number] = [4.8832, 45.7745];
    const power = (beamforming: string) => {
      const [message = ""] = messages(
        quarter(),
        hotspot({ radios: [radioWith({ beamforming })] }, near),
        zone(),
      );
      return Number(/power at most (\d+) dBm/.exec(message)?.[1]);
    };
    expect(power("0 dB")).toBe(3);
    expect(power("3 dB")).toBe(0);
  });

  test.each([
    ["10 mW/MHz", "indoor", 36, "22 dBm", "23 dBm", "22.2 dBm"],
    ["5 mW/MHz", "indoor", 52, "19 dBm", "20 dBm", "19.2 dBm"],
    ["25 mW/MHz", "outdoor", 100, "26 dBm", "27 dBm", "26.2 dBm"],
  ])("power in each megahertz: %s %s on %i", (density, setting, channel, power, more, allowed) => {
    const point = (dBm: string) =>
      hotspot({ setting, radios: [always, fiveGigahertz({ channel, power: dBm })] }, [4.872, 45.762]);
    expect(messages(quarter(), point(power))).toEqual([]);
    expect(messages(quarter(), point(more))).toEqual([
      expect.stringContaining(
        `are ${more} sent; channel ${channel} is allowed ${allowed} ${setting} (${density} in frames of 20 MHz). It complies with power at most ${power}`,
      ),
    ]);
  });
});

describe("the street model", () => {
  const at = (power: string) => {
    const places = placesFrom(
      quarter(),
      hotspot({ radios: [radioWith({ power, gain: "0 dBi", loss: "0 dB" })] }),
    );
    const [point] = places.hotspots;
    if (!point) throw new Error("no point");
    return { places, ...reach(point) };
  };

  test("says where it does not hold: nearer than 30 m", () => {
    expect(at("20 dBm")).toMatchObject({ modelled: true });
    expect(at("10 dBm")).toMatchObject({ modelled: false });
  });

  test("never reaches farther than in line of sight", () => {
    // 4 dBm: 71 dB less 7.6 = 40 log d + 10.2 + 23.6 log 2.437, 12.5 m; -20 dBm in line of sight, 5.06 dB less: 2.1 m.
    expect(at("4 dBm").sure).toBeCloseTo(12.6, 0);
  });

  test("says so on the page, of the point and of the model", () => {
    const page = (power: string) => {
      const map = { name: "Bron", contact: "numerique@bron.test", places: at(power).places, spaces: [] };
      return mapFiles(map)["index.html"];
    };
    expect(page("20 dBm")).toMatch(/jusqu(&#39;|'|’)à 32 m environ/);
    expect(page("10 dBm")).toContain("à moins de 30 m (18 m en prolongeant le modèle)");
    expect(page("10 dBm")).toContain("de 30 à 715 m");
  });
});
