import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { otherStacks, refuseToTakeOthers } from "../../scripts/demo/others.ts";

test("communes of somebody's own on the demo's cluster are found, and those that hold nothing are not", () => {
  const backend = mkdtempSync(join(tmpdir(), "commune-backend-"));
  expect(otherStacks(backend, () => false)).toEqual([]);
  const folder = join(backend, ".pulumi", "stacks", "commune-cloud");
  mkdirSync(folder, { recursive: true });
  const state = (count: number) =>
    JSON.stringify({ version: 3, checkpoint: { latest: { resources: Array(count).fill({}) } } });
  writeFileSync(join(folder, "villeurbanne.json"), state(200));
  writeFileSync(join(folder, "bron.json"), state(74));
  writeFileSync(join(folder, "bron.json.bak"), state(70));
  writeFileSync(join(folder, "empty.json"), JSON.stringify({ version: 3, checkpoint: { latest: null } }));
  expect(otherStacks(backend, (id) => id === "villeurbanne")).toEqual([{ stack: "bron", resources: 74 }]);
  rmSync(backend, { recursive: true });
});

const others = [{ stack: "bron", resources: 74 }];
const french = { isSaid: false, language: "fr" } as const;

test("nothing of theirs is taken away before somebody has said yes, in either language", async () => {
  const told = vi.spyOn(console, "error").mockImplementation(() => {});
  const answers = (answer: string) => refuseToTakeOthers(others, french, async () => answer);
  await expect(answers("")).rejects.toThrow("Nothing was changed.");
  await expect(answers("non")).rejects.toThrow("Nothing was changed.");
  for (const yes of ["o", "oui", "Oui", "y", "yes"]) await expect(answers(yes)).resolves.toBeUndefined();
  expect(told.mock.calls[0]?.[0]).toContain("  bron (74 ressources)");
  await expect(refuseToTakeOthers(others, french, undefined)).rejects.toThrow("--yes");
  await expect(refuseToTakeOthers(others, { ...french, isSaid: true }, undefined)).resolves.toBeUndefined();
  await expect(refuseToTakeOthers([], french, undefined)).resolves.toBeUndefined();
  told.mockRestore();
});
