import { expect, test } from "vitest";
import { settingsFor, targetOf } from "../../scripts/demo.ts";

test("without a context the demo makes its own cluster, whose data may be deleted", () => {
  expect(targetOf({})).toEqual({ kind: "embedded" });
  expect(settingsFor(targetOf({}))).toEqual({ data: "disposable" });
});

test("with a context nothing is embedded, and data on that cluster stays protected", () => {
  expect(targetOf({ context: "mairie" })).toEqual({ kind: "context", context: "mairie" });
  expect(settingsFor(targetOf({ context: "mairie" }))).toEqual({ context: "mairie", name: "demo" });
});
