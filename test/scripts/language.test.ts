import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { applyCommand } from "../../scripts/apply.ts";
import { sentences as drill } from "../../scripts/drill/sentences.ts";
import { sentences as restore } from "../../scripts/recovery/restore-sentences.ts";
import { sentences as relocate } from "../../scripts/relocate/sentences.ts";
import { restoreCommand } from "../../scripts/restore.ts";
import { sentences as undo } from "../../scripts/undo/sentences.ts";

/** Verbs that somebody types at night, in the language of whoever reads them. */
beforeEach(() => {
  vi.stubEnv("COMMUNE_LANG", "fr");
});

afterEach(() => {
  vi.unstubAllEnvs();
});

test("a restore refuses in French what is no restore point", async () => {
  const words = ["bron", "--service", "nextcloud", "--point", "latest"];
  await expect(restoreCommand().parseAsync(words, { from: "user" })).rejects.toThrow(
    '"latest" n’est pas un point de restauration. Écrivez son identifiant',
  );
});

test("a change without its report is not applied, and French says so", async () => {
  const words = ["bron", "--report", "/nowhere/report.json"];
  await expect(applyCommand().parseAsync(words, { from: "user" })).rejects.toThrow(
    "/nowhere/report.json n’existe pas. Nommez le rapport approuvé",
  );
});

test.each([
  ["drill", drill],
  ["relocate", relocate],
  ["restore", restore],
  ["undo", undo],
])("every fixed sentence of %s has a French of its own", (_, { fr, en }) => {
  const english = new Map<string, unknown>(Object.entries(en));
  for (const [name, text] of Object.entries(fr))
    if (typeof text === "string") expect(text, name).not.toBe(english.get(name));
});

test("what is about to happen is said with its figures", () => {
  expect(restore.fr.away("nextcloud", 2, ["les applications"])).toBe(
    "nextcloud s’arrête environ 2 minutes, et jusqu’à ce que ceci soit fait : les applications.",
  );
  expect(relocate.fr.service("nextcloud", true, "P-1", 4, false)).toBe(
    "nextcloud avec ses fichiers et sa base de P-1 : ce qui a été écrit depuis, il y a 4 min, manque",
  );
  expect(undo.fr.otherPoint("P-1", "nextcloud", "33.0.7", undefined)).toContain("n’avait pas ce service");
  expect(drill.fr.passed("7 min 41 s", "4 min 0 s")).toBe(
    "Revenue en 7 min 41 s ; 4 min 0 s auraient été perdues.",
  );
});
