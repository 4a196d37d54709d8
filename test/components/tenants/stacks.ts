import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach } from "vitest";
import { type LoadedCommune, loadCommune } from "../../../components/commune/load.ts";
import { planCommune } from "../../../components/commune/plan.ts";
import { siteSchema } from "../../../components/foundation/site/settings.ts";
import { siteOf } from "../../../components/foundation/site/site.ts";
import { buildToolchain } from "../../../local/toolchain/index.ts";
import { allPrograms } from "../../../local/toolchain/programs.ts";

const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true });
});

export const room = "tenants: { domain: assos-bron.test }\n";

/** Section with room for tenants and a MariaDB server. */
export const roomWithMariadb = "tenants: { domain: assos-bron.test, mariadb: {} }\n";

/** A commune with room for tenants. */
export const communeText = (more = room) => `id: bron
name: Bron
insee: "69029"
domain: bron.test
population: 42000
contact: numerique@bron.test
${more}`;

/** A tenant's file, as its association reads it. */
export const tenantText = (id: string, more = "applications: { site: {} }\n", plan = "small") => `id: ${id}
name: Chorale des Gratte-Ciel
rna: W691234567
contact: bureau@chorale.test
plan: ${plan}
expires: 2028-06-30
${more}`;

/** A folder with a commune and files of its tenants, by path below the commune's folder. */
export function stacksWith(files: Readonly<Record<string, string>>, commune = communeText()): string {
  const folder = mkdtempSync(join(tmpdir(), "tenants-"));
  folders.push(folder);
  for (const [path, text] of Object.entries({ "commune.yaml": commune, ...files })) {
    const file = join(folder, "bron", path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return folder;
}

/** Loads the commune of {@link stacksWith}; every problem is a line. */
export function loaded(files: Readonly<Record<string, string>>, commune = communeText()) {
  const result = loadCommune(stacksWith(files, commune), "bron");
  return { result, lines: result.ok ? [] : result.error.problems.map(said) };
}

const said = ({
  file,
  line,
  path,
  message,
}: {
  file: string;
  line: number;
  path: readonly unknown[];
  message: string;
}) => `${file.replace(/^.*bron\//, "")}:${line} ${path.join(".")}: ${message}`;

export function valid(files: Readonly<Record<string, string>>, commune = communeText()) {
  const result: LoadedCommune = loadCommune(stacksWith(files, commune), "bron");
  if (!result.ok) throw result.error;
  return result;
}

/** Builds Helm from the toolchain's sources, where the cache does not have it, and lets charts be rendered with it. */
export async function withHelm(): Promise<string> {
  const helm = allPrograms.filter(({ name }) => name === "helm");
  const program = (await buildToolchain({ report: () => undefined, known: helm })).bin("helm");
  process.env.COMMUNE_HELM = program;
  return program;
}

/** A site without settings. */
export const site = siteOf(siteSchema.parse({}));

/** Returns the plan of a commune with these files. */
export function planned(files: Readonly<Record<string, string>>, commune = communeText()) {
  return planCommune(valid(files, commune).declaration, site);
}
