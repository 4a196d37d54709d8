import { describe, expect, test } from "vitest";
import { allowedChannels, frequencies, limitsOf } from "../../../components/places/radio/regulation.ts";

// That the table behind it is Debian's: wireless-regdb.test.ts.

describe("channels", () => {
  test.each([
    ["2.4 GHz", 1, "20 MHz", 2402, 2422],
    ["2.4 GHz", 13, "20 MHz", 2462, 2482],
    ["2.4 GHz", 3, "40 MHz", 2412, 2452],
    ["2.4 GHz", 11, "40 MHz", 2432, 2472],
    ["5 GHz", 36, "20 MHz", 5170, 5190],
    ["5 GHz", 48, "40 MHz", 5210, 5250],
    ["5 GHz", 104, "80 MHz", 5490, 5570],
    ["5 GHz", 64, "160 MHz", 5170, 5330],
    ["5 GHz", 153, "40 MHz", 5735, 5775],
  ] as const)("%s, %i, %s wide", (band, channel, width, from, to) => {
    expect(frequencies({ band, channel, width })).toEqual({ from, to });
  });

  test("outdoors are what the law leaves", () => {
    const list = (width: "20 MHz" | "80 MHz" | "160 MHz") =>
      allowedChannels({ band: "5 GHz", width }, "outdoor");
    expect(list("20 MHz")).toEqual([
      100, 104, 108, 112, 116, 120, 124, 128, 132, 136, 140, 149, 153, 157, 161, 165, 169, 173,
    ]);
    expect(list("80 MHz")).toEqual([100, 104, 108, 112, 116, 120, 124, 128, 149, 153, 157, 161]);
    expect(list("160 MHz")).toEqual([100, 104, 108, 112, 116, 120, 124, 128]);
    expect(allowedChannels({ band: "2.4 GHz", width: "20 MHz" }, "outdoor")).toHaveLength(13);
  });

  test("across two ranges obey the stricter of both", () => {
    expect(limitsOf({ band: "5 GHz", channel: 36, width: "160 MHz" })).toEqual({
      // 5 mW in each of the 16.6 MHz of a beacon, 83 mW: less than the 100 mW for all of it.
      eirp: expect.closeTo(19.18, 2),
      density: 5,
      indoorOnly: true,
      radars: true,
    });
  });

  test("that reach out of their range do not exist", () => {
    expect(limitsOf({ band: "5 GHz", channel: 144, width: "20 MHz" })).toBeUndefined();
    expect(limitsOf({ band: "5 GHz", channel: 132, width: "80 MHz" })).toBeUndefined();
    expect(limitsOf({ band: "2.4 GHz", channel: 6, width: "80 MHz" })).toBeUndefined();
    expect(limitsOf({ band: "5 GHz", channel: 38, width: "20 MHz" })).toBeUndefined();
  });
});
