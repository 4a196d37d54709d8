import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import * as z from "zod";
import { checkout } from "../../local/paths.ts";

const packed = z.tuple([z.object({ filename: z.string() })]);
const manifest = z.looseObject({ version: z.string() });

/** A package as `npm pack` made it. */
export interface Archive {
  file: string;
  version: string;
}

/** Packs a folder, as `npm pack` does. */
async function packFolder(folder: string, to: string): Promise<Archive> {
  mkdirSync(to, { recursive: true });
  const words = ["pack", folder, "--ignore-scripts", "--json", "--pack-destination", to];
  const { stdout } = await execa("npm", words, { cwd: to });
  const [{ filename }] = packed.parse(JSON.parse(stdout));
  const { version } = manifest.parse(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")));
  return { file: join(to, filename), version };
}

/** Packs the toolkit of a checkout. */
export async function packToolkit(from: string, to: string): Promise<Archive> {
  await execa("tsx", ["scripts/build.ts"], { cwd: from, preferLocal: true });
  return packFolder(join(from, "dist"), to);
}

/** Writes a commit into a folder, which is the caller's to delete. Its packages are those of this checkout. */
export async function checkoutOf(commit: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "commune-release-"));
  const { stdout } = await execa("git", ["-C", checkout, "archive", commit], {
    encoding: "buffer",
    maxBuffer: 1e9,
  });
  await execa("tar", ["-x", "-C", folder], { input: stdout });
  symlinkSync(join(checkout, "node_modules"), join(folder, "node_modules"));
  return folder;
}

/** Packs the toolkit of a commit under a version that says so: nobody released it. */
export async function packCommit(commit: string, to: string): Promise<Archive> {
  const folder = await checkoutOf(commit);
  try {
    const file = join(folder, "package.json");
    const before = manifest.parse(JSON.parse(readFileSync(file, "utf8")));
    writeFileSync(file, JSON.stringify({ ...before, version: `0.0.0-of-${commit}` }, undefined, 2));
    return await packToolkit(folder, to);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
