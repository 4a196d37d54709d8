import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { checkout } from "../local/paths.ts";

const read = (name: string) => readFileSync(join(checkout, name), "utf8");

const packageSchema = z.object({
  version: z.string().optional(),
  license: z.string().optional(),
  integrity: z.string().optional(),
  hasInstallScript: z.literal(true).optional(),
});
const lockSchema = z.object({ packages: z.record(z.string(), packageSchema) });

/** Every package that a lock installs, by its name; the folder itself is none. */
const installedBy = (lock: string) =>
  Object.entries(lockSchema.parse(JSON.parse(read(lock))).packages)
    .filter(([path]) => path !== "")
    .map(([path, known]) => ({ name: path.replace(/^.*node_modules\//, ""), ...known }));

const installed = installedBy("package-lock.json");

/** The names in the first column of the table below a heading of docs/dependencies.md. */
function named(heading: string): string[] {
  const [section = ""] = (read("docs/dependencies.md").split(`## ${heading}\n`)[1] ?? "").split("\n## ");
  const rows = [...section.matchAll(/^\| (\S+) \|/gm)].map(([, name = ""]) => name);
  return rows.filter((name) => name !== "package").sort();
}

describe("packages of npm", () => {
  test("run nothing while they are installed, and each that would is named with what is missed", () => {
    expect(read(".npmrc")).toMatch(/^ignore-scripts=true$/m);
    const would = new Set(installed.flatMap((each) => (each.hasInstallScript ? each.name : [])));
    expect([...would].sort()).toEqual(named("What would run when it is installed"));
  });

  /** Free software that may be combined with the EUPL's, by its identifier in SPDX. */
  const free = new Set([
    ...["MIT", "MIT-0", "ISC", "0BSD", "Apache-2.0", "BSD-2-Clause", "BSD-3-Clause", "BlueOak-1.0.0"],
    ...["CC0-1.0", "Unlicense", "Python-2.0", "PSF-2.0", "MPL-2.0", "LGPL-3.0-only", "LGPL-3.0+"],
    ...["MIT OR Apache-2.0", "(Apache-2.0 AND MIT)", "(BSD-3-Clause AND Apache-2.0)"],
  ]);

  test("have a licence of free software, and each that says none of these is named with the one that it has", () => {
    const others = installed.filter(({ license }) => !free.has(license ?? ""));
    expect(others.map(({ name }) => name).sort()).toEqual(
      named("Whose licence is not said in the usual words"),
    );
  });

  test("are what they were when they were chosen: each has its sum", () => {
    expect(installed.length).toBeGreaterThan(300);
    expect(installed.filter(({ integrity = "" }) => !integrity.startsWith("sha512-"))).toEqual([]);
  });

  test("of the registry that a test runs are what they were, too, and run nothing while they are installed", () => {
    const registry = installedBy("test/registry/verdaccio/package-lock.json");
    expect(registry.length).toBeGreaterThan(100);
    const others = registry.filter(
      ({ integrity = "", hasInstallScript }) => hasInstallScript || !integrity.startsWith("sha512-"),
    );
    expect(others).toEqual([]);
  });
});
