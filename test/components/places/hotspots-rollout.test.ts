import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Emission, emissionOf, emitsLess } from "../../../components/places/hotspots/emission.ts";
import {
  begin,
  nextPoints,
  type PendingPoint,
  rolloutId,
} from "../../../components/places/hotspots/rollout.ts";

const day = 24 * 60 * 60 * 1000;

describe("what a device emits", () => {
  const uci = [
    "package wireless\n",
    "config wifi-device 'radio0'\n\toption channel '6'\n\toption disabled '0'\n\toption txpower '14'\n",
    "config wifi-device 'radio1'\n\toption disabled '1'\n\toption txpower '1'\n",
    "package hotspot\n",
    "config schedule 'schedule'\n\tlist period '12345,2300,2400,radio0,off'\n",
  ].join("\n");

  it("is read out of its UCI text", () => {
    expect(emissionOf(uci)).toEqual({
      radios: { radio0: 14, radio1: null },
      channels: { radio0: 6 },
      periods: ["12345,2300,2400,radio0,off"],
    });
  });

  const emission = (radio0: number | null, periods: string[] = []): Emission => ({
    radios: { radio0 },
    periods,
  });
  const night = "1234567,2200,2400,radio0";

  it.each([
    ["a radio that goes off", emission(14), emission(null), true],
    ["less power", emission(14), emission(13), true],
    ["more power", emission(13), emission(14), false],
    ["the same", emission(14, [`${night},off`]), emission(14, [`${night},off`]), false],
    ["hours that begin to be off", emission(14), emission(14, [`${night},off`]), true],
    ["hours turned down instead of off", emission(14, [`${night},off`]), emission(14, [`${night},8`]), false],
    ["hours off instead of turned down", emission(14, [`${night},8`]), emission(14, [`${night},off`]), true],
    ["more power, and one hour less", emission(14), emission(20, ["7,0000,0100,radio0,off"]), true],
    ["a radio that was off stays off", emission(null), emission(null, [`${night},off`]), false],
  ])("%s", (_, before, now, less) => {
    expect(emitsLess(now, before)).toBe(less);
  });

  it("compares with a radio that is not there any more", () => {
    expect(emitsLess({ radios: {}, periods: [] }, emission(14))).toBe(true);
    expect(emitsLess(emission(14), { radios: {}, periods: [] })).toBe(false);
  });
});

describe("a rollout", () => {
  const points = (count: number, quarter: string): PendingPoint[] =>
    Array.from({ length: count }, (_, index) => ({ uuid: `${quarter}-${index}`, quarter }));
  const policy = { sharePerDay: 20, firstQuarter: "centre", stopAtErrors: 1 };

  it("is another one as soon as one point is to have something else", () => {
    const wanted = new Map([
      ["a", "1"],
      ["b", "2"],
    ]);
    expect(rolloutId(new Map([...wanted].reverse()))).toBe(rolloutId(wanted));
    expect(rolloutId(new Map([...wanted, ["b", "3"]]))).not.toBe(rolloutId(wanted));
  });

  it("without a first quarter takes its share on the first day", () => {
    const all = points(10, "centre");
    const alone = { ...policy, firstQuarter: undefined };
    const rollout = begin("x", all, alone, 0);
    expect(nextPoints(rollout, all, { errors: 0, now: 0, policy: alone })).toHaveLength(2);
  });

  it("stops at the errors that were allowed, the first quarter too", () => {
    const all = [...points(3, "centre"), ...points(5, "sud")];
    const rollout = begin("x", all, policy, 0);
    expect(nextPoints(rollout, all, { errors: 0, now: 0, policy })).toEqual([
      "centre-0",
      "centre-1",
      "centre-2",
    ]);
    expect(nextPoints(rollout, all, { errors: 1, now: 30 * day, policy })).toEqual([]);
  });

  it("never runs ahead of its share, whenever it is looked at, and reaches everybody in the end", () => {
    const moments = fc.array(fc.integer({ min: 0, max: 30 * day }), { minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(
        fc.nat(40),
        fc.nat(5),
        fc.integer({ min: 1, max: 100 }),
        moments,
        (count, first, share, times) => {
          const all = [...points(first, "centre"), ...points(count, "sud")];
          const own = { ...policy, sharePerDay: share };
          const rollout = begin("x", all, own, 0);
          const reached = new Set<string>();
          const look = (now: number) => {
            const pending = all.filter(({ uuid }) => !reached.has(uuid));
            for (const uuid of nextPoints(rollout, pending, { errors: 0, now, policy: own }))
              reached.add(uuid);
          };
          for (const now of times.sort((one, other) => one - other)) {
            look(now);
            const others = [...reached].filter((uuid) => uuid.startsWith("sud"));
            expect(others.length).toBeLessThanOrEqual(
              Math.ceil((count * share * Math.floor(now / day)) / 100),
            );
            expect(reached.size - others.length).toBe(first);
          }
          look(101 * day);
          expect(reached.size).toBe(all.length);
        },
      ),
      { numRuns: 50, seed: 6 },
    );
  });
});
