import { expect, test } from "vitest";
import { minutesAndSeconds } from "../../../components/foundation/language/numbers.ts";

test.each([
  [0.4, "0 min 0 s"],
  [133, "2 min 13 s"],
  // Never sixty seconds.
  [59.6, "1 min 0 s"],
  [119.7, "2 min 0 s"],
])("%d seconds are %s", (seconds, text) => expect(minutesAndSeconds(seconds)).toBe(text));
