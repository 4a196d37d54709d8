import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { identifierFrom } from "../../foundation/declaration/identifier.ts";
import { loadYaml } from "../../foundation/declaration/load.ts";
import type { Positions } from "../../foundation/declaration/positions.ts";
import { type FieldProblem, type Problem, shownFile } from "../../foundation/declaration/problem.ts";
import { show } from "../../foundation/declaration/show.ts";
import { inCommune, tenantsFolder } from "../../foundation/declaration/stacks.ts";
import { pagesFolder } from "../applications/list.ts";
import { firstPage, type Pages, readPages } from "../applications/pages.ts";
import { sectionProblems, tenantProblems } from "./check.ts";
import { type Tenant, type TenantDeclaration, tenantSchema } from "./declaration.ts";
import type { TenantsSubject } from "./plan.ts";

/** The associations of a commune from their files, each with the position of every value, and all problems. */
export interface LoadedTenants {
  tenants: Readonly<Record<string, Tenant>>;
  positions: Readonly<Record<string, Positions>>;
  /** Problems of the associations' files. */
  problems: readonly Problem[];
  /** Problems at the commune's own file. */
  atCommune: readonly FieldProblem[];
}

const ending = ".yaml";

/**
 * Reads `<stacks>/<commune>/tenants/*.yaml`, and the pages of their sites. Contacts nothing and changes nothing.
 *
 * @param subject the commune's declaration; undefined if it has problems itself.
 */
export function loadTenants(stacks: string, commune: string, subject?: TenantsSubject): LoadedTenants {
  const folder = inCommune(stacks, commune, tenantsFolder);
  const files = existsSync(folder)
    ? readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isFile())
    : [];
  const problems: Problem[] = files
    .filter(({ name }) => !name.endsWith(ending) && /\.(yml|json)$/i.test(name))
    .map(({ name }) =>
      atFile(
        join(folder, name),
        `is no tenant: the file of one is called ${show(`<id>${ending}`)}. Rename it.`,
      ),
    );
  const tenants: Record<string, Tenant> = {};
  const positions: Record<string, Positions> = {};
  for (const { name } of files.filter(({ name }) => name.endsWith(ending))) {
    const loaded = loadYaml(join(folder, name), tenantSchema());
    if (!loaded.ok) {
      problems.push(...loaded.problems);
      continue;
    }
    const { declaration } = loaded;
    const named = wrongName(declaration, name.slice(0, -ending.length));
    const pages = pagesOf(stacks, commune, declaration);
    const own = [...named, ...("problems" in pages ? pages.problems : [])];
    problems.push(...own.map(({ field, message }) => loaded.positions.problem(field, message)));
    if (own.length > 0 || "problems" in pages) continue;
    tenants[declaration.id] = { ...declaration, pages };
    positions[declaration.id] = loaded.positions;
  }
  if (subject === undefined) return { tenants, positions, problems, atCommune: [] };
  return { tenants, positions, ...judged(subject, { tenants, positions, problems }) };
}

function judged(
  subject: TenantsSubject,
  { tenants, positions, problems }: Pick<LoadedTenants, "tenants" | "positions" | "problems">,
): Pick<LoadedTenants, "problems" | "atCommune"> {
  const all = Object.values(tenants);
  const { tenants: section } = subject;
  if (section === undefined) {
    const lost = Object.values(positions).map(({ file }) =>
      atFile(
        file,
        "is of a tenant, and the commune declares no room for any. Write tenants: { domain: … } in its commune.yaml (docs/tenants.md), or move the file away.",
      ),
    );
    return { problems: [...problems, ...lost], atCommune: [] };
  }
  const found = all.flatMap((tenant, index) =>
    tenantProblems({ ...subject, tenants: section }, tenant, all.slice(0, index)).flatMap(
      ({ field, message }) => positions[tenant.id]?.problem(field, message) ?? [],
    ),
  );
  return { problems: [...problems, ...found], atCommune: sectionProblems(subject, all) };
}

function atFile(file: string, message: string): Problem {
  return { file: shownFile(file), line: 1, column: 1, path: [], message: `this ${message}` };
}

function wrongName({ id }: TenantDeclaration, file: string): FieldProblem[] {
  if (id === file) return [];
  const advice =
    identifierFrom(file) === file ? `Write ${show(file)}, or rename the file.` : "Rename the file.";
  return [
    {
      field: ["id"],
      message: `${show(id)} is not the name of its file (${show(`${file}${ending}`)}). ${advice}`,
    },
  ];
}

function pagesOf(
  stacks: string,
  commune: string,
  tenant: TenantDeclaration,
): Pages | { problems: FieldProblem[] } {
  const own = pagesFolder(tenant.applications);
  if (own === undefined) return firstPage(tenant);
  const { field, folder } = own;
  const read = readPages(shownFile(inCommune(stacks, commune, tenantsFolder, folder)));
  if (!("problems" in read)) return read;
  return { problems: read.problems.map((message) => ({ field, message })) };
}
