import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { reachOf } from "../../scripts/reach.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "commune-reach-"));
  mkdirSync(join(folder, "stacks"));
  writeFileSync(join(folder, "stacks", "Pulumi.bron.yaml"), "config:\n  commune:context: mairie\n");
  // A state folder in which no cluster was ever up.
  vi.stubEnv("COMMUNE_STATE", folder);
  vi.stubEnv("KUBECONFIG", "");
});
afterEach(() => {
  rmSync(folder, { recursive: true });
  vi.unstubAllEnvs();
});

test("a commune's cluster is the one that is named, else that of its stack's settings", () => {
  expect(reachOf("bron", undefined, folder)).toEqual({ environment: process.env, context: "mairie" });
  expect(reachOf("bron", "essai", folder).context).toBe("essai");
});

test("without either it is the current one of KUBECONFIG, else this machine's own", () => {
  expect(() => reachOf("givors", undefined, folder)).toThrow(/cluster "commune" was never up/);
  vi.stubEnv("KUBECONFIG", "/etc/kubernetes/admin.conf");
  expect(reachOf("givors", undefined, folder)).toEqual({ environment: process.env, context: undefined });
});
