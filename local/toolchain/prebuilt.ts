import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import * as z from "zod";
import { toolkitFile } from "../../components/foundation/toolkit.ts";
import { keyOf } from "./key.ts";
import type { GoModule, ProgramGroup } from "./programs.ts";

/** The npm package with the programs of a release, for Linux on amd64. Nobody needs it: without it they are compiled. */
export const programsPackage = "@commune-cloud/programs-linux-x64";

/** Name of the file with the checksums, in the toolkit and in the package of programs. */
export const checksumsName = "checksums.json";

/** The checksums that this toolkit was released with. */
export const checksumsFile = toolkitFile(`local/toolchain/${checksumsName}`);

/** Identity of the programs of a release: the Go that compiled them, the key of each group, the SHA-256 of each program. */
const checksumsSchema = z.strictObject({
  go: z.string(),
  groups: z.record(
    z.string(),
    z.strictObject({
      key: z.string(),
      programs: z.record(z.string(), z.string().regex(/^[0-9a-f]{64}$/)),
    }),
  ),
});

export type Checksums = z.output<typeof checksumsSchema>;

/** The checksums of this toolkit, and the package of programs if it is installed. */
export interface Prebuilt {
  checksums: Checksums;
  /** Folder of the package, and the checksums that it says of itself. */
  installed?: { folder: string; checksums: Checksums };
}

/** A program as a release built it. */
export interface PrebuiltProgram {
  file: string;
  /** SHA-256 that the toolkit expects. */
  sha256: string;
}

/** Returns checksums out of a file; undefined if there is none. Throws a sentence if it is of another form. */
function readChecksums(file: string): Checksums | undefined {
  if (!existsSync(file)) return undefined;
  try {
    return checksumsSchema.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (cause) {
    throw new Error(`${file} is no list of checksums: install its package again.`, { cause });
  }
}

/** Returns the folder of the package of programs, beside the toolkit; undefined if it is not installed. */
function installedFolder(): string | undefined {
  try {
    return dirname(createRequire(toolkitFile("package.json")).resolve(`${programsPackage}/package.json`));
  } catch {
    return undefined;
  }
}

/** Returns what is known of built programs; undefined if this toolkit has no checksums, so that nothing could be trusted. */
export function readPrebuilt(
  file: string = checksumsFile,
  folder: string | undefined = installedFolder(),
): Prebuilt | undefined {
  const checksums = readChecksums(file);
  if (checksums === undefined) return undefined;
  const own = folder === undefined ? undefined : readChecksums(join(folder, checksumsName));
  return { checksums, ...(folder !== undefined && own && { installed: { folder, checksums: own } }) };
}

/** Returns the key of a group in the checksums; undefined if its sources are others by now, or it is not in them. */
export function releasedKey(
  { checksums }: Prebuilt,
  module: GoModule,
  group: ProgramGroup,
): string | undefined {
  const released = checksums.groups[group.name];
  return released?.key === keyOf(module, group, checksums.go) ? released.key : undefined;
}

/** Returns a program of the installed package; undefined if the package has none that was made of the same sources. */
export function prebuiltProgram(
  { checksums, installed }: Prebuilt,
  group: string,
  program: string,
): PrebuiltProgram | undefined {
  const released = checksums.groups[group];
  const sha256 = released?.programs[program];
  if (installed === undefined || sha256 === undefined) return undefined;
  if (installed.checksums.groups[group]?.key !== released?.key) return undefined;
  const file = join(installed.folder, "bin", program);
  return existsSync(file) ? { file, sha256 } : undefined;
}
