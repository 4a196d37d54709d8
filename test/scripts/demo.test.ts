import { expect, test } from "vitest";
import { settingsFor, targetOf } from "../../scripts/demo.ts";
import { failure } from "../../scripts/stack.ts";

test("without a context the demo makes its own cluster, whose data may be deleted", () => {
  expect(targetOf({})).toEqual({ kind: "embedded" });
  expect(settingsFor(targetOf({}))).toEqual({ data: "disposable", privatePeers: "10.96.0.80/32" });
});

test("with a context nothing is embedded, and data on that cluster stays protected", () => {
  expect(targetOf({ context: "mairie" })).toEqual({ kind: "context", context: "mairie" });
  expect(settingsFor(targetOf({ context: "mairie" }))).toEqual({ context: "mairie", name: "demo" });
});

test("a failed update tells the reason, not the outputs", () => {
  const output = `Updating (bron):
Diagnostics:
  kubernetes:batch/v1:Job (bron-peertube-scripts):
    error: the Job failed

Outputs:
    addresses: {}

Resources:
    2 errored
`;
  const told = failure("up", "bron", output);
  expect(told).toContain("error: the Job failed");
  expect(told).not.toMatch(/Outputs|addresses|errored/);
  expect(failure("up", "bron", "error: no stack named bron\n")).toContain("error: no stack named bron");
});
