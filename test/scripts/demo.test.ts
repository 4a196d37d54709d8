import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { settingsFor, targetOf } from "../../scripts/demo.ts";
import {
  failure,
  madeByDemo,
  refuseOtherCluster,
  refuseSomebodyElses,
  settingsIn,
} from "../../scripts/stack.ts";

test("without a context the demo makes its own cluster, whose data may be deleted", () => {
  expect(targetOf({})).toEqual({ kind: "embedded" });
  expect(settingsFor(targetOf({}))).toEqual({ data: "disposable", privatePeers: "10.96.0.80/32" });
});

test("with a context nothing is embedded, and data on that cluster stays protected", () => {
  expect(targetOf({ context: "mairie" })).toEqual({ kind: "context", context: "mairie" });
  expect(settingsFor(targetOf({ context: "mairie" }))).toEqual({ context: "mairie" });
});

test("settings for another cluster than the one asked for are refused", () => {
  const between = (has: string | undefined, asked: string | undefined) => () =>
    refuseOtherCluster("bron", has, asked);
  expect(between(undefined, undefined)).not.toThrow();
  expect(between("mairie", "mairie")).not.toThrow();
  expect(between("mairie", "essai")).toThrow(/are for context mairie, not for context essai/);
  expect(between("mairie", undefined)).toThrow(/for context mairie, not for the current context/);
});

test("a stack that the demo did not make is left alone", () => {
  const refused = (settings: Record<string, string>, resources: number) => () =>
    refuseSomebodyElses("bron", settings, resources);
  expect(refused({}, 0)).not.toThrow();
  expect(refused({ madeBy: "demo", data: "disposable" }, 190)).not.toThrow();
  expect(refused({}, 190)).toThrow(/bron was not made by the demo .* has 190 resources.*Nothing was changed/);
  // Declared, and not applied yet.
  expect(refused({ context: "mairie" }, 0)).toThrow(/was not made by the demo/);
});

test("settings say whose they are and for which cluster, and no secret", () => {
  const folder = mkdtempSync(join(tmpdir(), "commune-settings-"));
  const file = join(folder, "Pulumi.bron.yaml");
  const read = (text: string) => {
    writeFileSync(file, text);
    return settingsIn(file);
  };
  const own = read(
    "encryptionsalt: v1:x\nconfig:\n  commune:context: mairie\n  commune:seed: { secure: v1:y }\n  other:x: y\n",
  );
  expect(own).toEqual({ context: "mairie", seed: "[secret]" });
  expect(madeByDemo(own)).toBe(false);
  expect(madeByDemo(read("config:\n  commune:madeBy: demo\n"))).toBe(true);
  for (const text of ["encryptionsalt: v1:x\n", ""]) expect(read(text)).toEqual({});
  rmSync(folder, { recursive: true });
  expect(settingsIn(file)).toEqual({});
});

test("a failed update tells the reason, not the outputs", () => {
  const output = `Updating (bron):
Diagnostics:
  pulumi:pulumi:Stack (bron):
    warning: Nextcloud is away for a while

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
  expect(told).not.toMatch(/Outputs|addresses|errored|warning/);
  expect(failure("up", "bron", "error: no stack named bron\n")).toContain("error: no stack named bron");
});
