import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { settingsFor, targetOf } from "../../scripts/demo.ts";
import { contextIn, failure, refuseOtherCluster } from "../../scripts/stack.ts";

test("without a context the demo makes its own cluster, whose data may be deleted", () => {
  expect(targetOf({})).toEqual({ kind: "embedded" });
  expect(settingsFor(targetOf({}))).toEqual({ data: "disposable", privatePeers: "10.96.0.80/32" });
});

test("with a context nothing is embedded, and data on that cluster stays protected", () => {
  expect(targetOf({ context: "mairie" })).toEqual({ kind: "context", context: "mairie" });
  expect(settingsFor(targetOf({ context: "mairie" }))).toEqual({ context: "mairie", name: "demo" });
});

test("settings for another cluster than the one asked for are refused", () => {
  const between = (has: string | undefined, asked: string | undefined) => () =>
    refuseOtherCluster("bron", has, asked);
  expect(between(undefined, undefined)).not.toThrow();
  expect(between("mairie", "mairie")).not.toThrow();
  expect(between("mairie", "essai")).toThrow(/are for context mairie, not for context essai/);
  expect(between("mairie", undefined)).toThrow(/for context mairie, not for the current context/);
});

test("settings that name a context are somebody's own", () => {
  const folder = mkdtempSync(join(tmpdir(), "commune-settings-"));
  const file = join(folder, "Pulumi.bron.yaml");
  writeFileSync(file, "encryptionsalt: v1:x\nconfig:\n  commune:context: mairie\n");
  expect(contextIn(file)).toBe("mairie");
  for (const text of ["encryptionsalt: v1:x\n", ""]) {
    writeFileSync(file, text);
    expect(contextIn(file)).toBe(undefined);
  }
  rmSync(folder, { recursive: true });
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
