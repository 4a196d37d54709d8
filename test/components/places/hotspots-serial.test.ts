import { expect, test } from "vitest";
import { readPublished } from "../../../components/commune/published.ts";
import { signedAs } from "../../../components/places/hotspots/serial.ts";
import { planOf, points } from "../../programs/hotspots/mounted.ts";
import { radioWith } from "./places.ts";

const seconds = Date.UTC(2026, 10, 25) / 1000;
/** Time of the record's last change, as Kubernetes writes it. */
const at = (second: number) => [new Date(second * 1000).toISOString().replace(".000", "")];

test("a content's serial is the second in which its record was changed last, by whomever", () => {
  expect(signedAs("a", undefined, at(seconds))).toEqual({ content: "a", serial: seconds });
  expect(signedAs("a", undefined, [...at(seconds + 5), ...at(seconds)]).serial).toBe(seconds + 5);
});

test("what an update that failed had applied is followed by a greater one, the content of before too", () => {
  const first = signedAs("a", undefined, at(seconds));
  const failed = signedAs("b", first, at(seconds + 60));
  const again = signedAs("a", first, at(seconds + 90));
  expect([failed.serial, again.serial]).toEqual([seconds + 60, seconds + 90]);
});

test("the same content keeps its serial, another gets a greater one, also by a clock that was set back", () => {
  const first = signedAs("a", undefined, at(seconds));
  expect(signedAs("a", first, at(seconds))).toEqual(first);
  const second = signedAs("b", first, at(seconds - 3600));
  expect(second.serial).toBe(first.serial + 1);
  expect(signedAs("b", second, at(seconds - 3600))).toEqual(second);
  expect(signedAs("a", first, at(seconds - 3600))).toEqual(first);
});

test("nothing is signed under a serial that is no number", () => {
  expect(() => signedAs("a", undefined, [])).toThrow("does not say when it was changed");
  expect(() => signedAs("a", undefined, ["yesterday"])).toThrow('["yesterday"]');
});

test("a change of any point, or of what all have, is another content", () => {
  const before = planOf(points(2));
  expect(planOf(points(2)).content).toBe(before.content);
  const louder = points(2, (index) => (index === 3 ? { radios: [radioWith({ power: "13 dBm" })] } : {}));
  const fewer = { ...points(2), hotspots: points(2).hotspots.slice(1) };
  const contents = [louder, fewer].map((places) => planOf(places).content);
  const records = planOf(points(2), { connectionRecords: "none" }).content;
  expect(new Set([before.content, ...contents, records]).size).toBe(4);
});

test("a stack says what it signed last, and one of before that it does not know", () => {
  const signed = signedAs("a", undefined, at(seconds));
  const known = { services: {}, volumes: {}, postgresql: {}, names: {}, seed: "00ff" };
  expect(readPublished({ ...known, signed })?.signed).toEqual(signed);
  expect(readPublished(known)?.signed).toBeUndefined();
});
