import { describe, expect, test } from "vitest";
import {
  answeredWithin,
  counted,
  keptDays,
  readAnswers,
  type Series,
} from "../../../components/federation/answers.ts";

const url = "https://cloud.lyon.test";
const at = (day: string, time = "12:00:00") => new Date(`${day}T${time}Z`);

describe("what a service answered", () => {
  test("is counted by days, those without a question among them", () => {
    let series: Series | undefined;
    for (const [day, answers] of [
      ["2026-11-20", true],
      ["2026-11-20", false],
      ["2026-11-23", true],
      ["2026-11-23", true],
    ] as const) {
      series = counted(series, url, answers, at(day));
    }
    expect(series).toEqual({
      ...{ url, answers: true, since: "2026-11-23T12:00:00.000Z", day: "2026-11-23" },
      days: [
        [2, 2],
        [0, 0],
        [0, 0],
        [2, 1],
      ],
    });
    const within = (days: number, day: string) => series && answeredWithin(series, days, at(day));
    expect(within(1, "2026-11-23")).toEqual({ asked: 2, answered: 2 });
    expect(within(90, "2026-11-23")).toEqual({ asked: 4, answered: 3 });
    // Nobody has asked today.
    expect(within(1, "2026-11-24")).toEqual({ asked: 0, answered: 0 });
    expect(within(4, "2026-11-24")).toEqual({ asked: 2, answered: 2 });
  });

  test("is kept for so many days and no longer", () => {
    let series: Series | undefined;
    for (let day = 0; day < 200; day++) {
      series = counted(series, url, day > 0, new Date(at("2026-01-01").getTime() + day * 86_400_000));
    }
    expect(series?.days).toHaveLength(keptDays);
    expect(series?.since).toBe("2026-01-02T12:00:00.000Z");
    expect(counted(series, url, true, at("2028-01-01")).days).toEqual([
      [1, 1],
      ...Array.from({ length: keptDays - 1 }, () => [0, 0]),
    ]);
  });

  test("starts again at another address, and survives a clock that went back", () => {
    const series = counted(counted(undefined, url, true, at("2026-11-20")), url, true, at("2026-11-21"));
    expect(counted(series, "https://nuage.lyon.test", true, at("2026-11-21")).days).toEqual([[1, 1]]);
    expect(counted(series, url, false, at("2026-11-19"))).toMatchObject({
      day: "2026-11-21",
      days: [
        [2, 1],
        [1, 1],
      ],
    });
  });
});

test("what others say that they have seen is read, or is nothing", () => {
  const own = { documents: counted(undefined, url, true, at("2026-11-20")) };
  const said = { version: 1, id: "lyon", measured: "2026-11-20T12:00:00Z", own, linked: {}, seenBy: {} };
  expect(readAnswers(JSON.stringify(said))).toEqual(said);
  for (const wrong of [
    "",
    "[]",
    JSON.stringify({ ...said, version: 2 }),
    JSON.stringify({ ...said, linked: { "<b>": { domain: "a.test", services: {} } } }),
    JSON.stringify({ ...said, own: { documents: { ...own.documents, url: "javascript:alert(1)" } } }),
  ]) {
    expect(readAnswers(wrong), wrong).toBeUndefined();
  }
});
