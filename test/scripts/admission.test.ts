import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import yaml from "js-yaml";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ClusterObject } from "../../components/tenants/admission/manifests.ts";
import { admissionCommand } from "../../scripts/admission.ts";

let stacks: string;
let printed: string;
const admission = (...words: string[]) =>
  admissionCommand(stacks).exitOverride().parseAsync(words, { from: "user" });

beforeEach(() => {
  stacks = mkdtempSync(join(tmpdir(), "admission-"));
  mkdirSync(join(stacks, "bron"));
  writeFileSync(join(stacks, "bron", "commune.yaml"), "id: bron\n");
  printed = "";
  vi.spyOn(console, "log").mockImplementation((text: string) => {
    printed += `${text}\n`;
  });
  vi.spyOn(process.stderr, "write").mockImplementation(() => true);
});
afterEach(() => {
  vi.restoreAllMocks();
  rmSync(stacks, { recursive: true });
});

test("prints the rules and those of associations, as kubectl reads them", async () => {
  await admission();
  const objects = yaml.loadAll(printed) as ClusterObject[];
  const names = objects.map(({ kind, metadata: { name } }) => `${kind} ${name}`);
  expect(names).toContain("ValidatingAdmissionPolicy rules-pods-are-restricted-pod.commune.cloud");
  expect(names).toContain("ValidatingAdmissionPolicyBinding tenants-no-priority.commune.cloud");
  printed = "";
  await admission("--json");
  expect(JSON.parse(printed)).toEqual({ apiVersion: "v1", kind: "List", items: objects });
});

test("prints those of one commune, without the catalogue where there is a mirror", async () => {
  await admission("bron", "--mirror");
  expect(printed).toContain("commune.cloud/commune: bron");
  expect(printed).not.toContain("image-in-catalogue");
});

test("knows which communes are declared", async () => {
  await expect(admission("lion")).rejects.toThrow();
  expect(printed).toBe("");
});
