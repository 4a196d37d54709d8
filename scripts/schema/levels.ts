import { join } from "node:path";
import { catalogue, referencesOf } from "../../components/tenants/applications/list.ts";
import { chartsFolder } from "../../components/tenants/chart/render.ts";
import { knownLevel } from "../../components/tenants/levels/evidence.ts";

const engineNames = { mariadb: "MariaDB", postgresql: "PostgreSQL" } as const;

/** Returns the table of applications with their level and evidence, from charts/<name>/level.json. */
export function levelsTable(): string {
  const rows = catalogue().map(({ name, rows: engine }) => {
    const on = engine === undefined ? "files alone" : engineNames[engine];
    const known = knownLevel(join(chartsFolder, name), referencesOf(name));
    if (known.level === undefined || known.void.length > 0)
      return `| \`${name}\` | none that counts | ${known.void.join("; ")} | | ${on} |`;
    const { steps, images } = known.evidence;
    const origin = new Set(images.map(({ from }) => from));
    const last = steps.at(-1)?.at.slice(0, 10) ?? "";
    return `| \`${name}\` | ${known.level} | ${known.reason ?? "the highest there is"} | ${last}, images ${[...origin].join(" and ")} | ${on} |`;
  });
  return [
    "## Every application",
    "",
    "| application | level | why no higher | seen | keeps rows on |",
    "|---|---|---|---|---|",
    ...rows,
  ].join("\n");
}
