import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { PinnedPlugin } from "../../../components/services/peertube/plan.ts";

/** A plugin's archive, as `npm pack` makes it, and what a declaration pins of it. */
export function packedPlugin(
  name: string,
  version: string,
  own: object = {},
): { archive: Buffer; plugin: PinnedPlugin } {
  const folder = mkdtempSync(join(tmpdir(), "peertube-plugin-"));
  mkdirSync(join(folder, "package"));
  writeFileSync(join(folder, "package", "package.json"), JSON.stringify({ name, version, ...own }));
  const archive = execFileSync("tar", ["--create", "--gzip", "--directory", folder, "package"]);
  rmSync(folder, { recursive: true });
  const integrity = `sha512-${createHash("sha512").update(archive).digest("base64")}`;
  return { archive, plugin: { version, integrity } };
}
