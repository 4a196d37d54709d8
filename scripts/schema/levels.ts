import { join } from "node:path";
import { applicationNames, referencesOf } from "../../components/tenants/applications/list.ts";
import { chartsFolder } from "../../components/tenants/chart/render.ts";
import { knownLevel } from "../../components/tenants/levels/evidence.ts";

/** Returns the table of applications with their level and evidence, from charts/<name>/level.json. */
export function levelsTable(): string {
  const rows = applicationNames().map((name) => {
    const known = knownLevel(join(chartsFolder, name), referencesOf(name));
    if (known.level === undefined || known.void.length > 0)
      return `| \`${name}\` | none that counts | ${known.void.join("; ")} | |`;
    const { steps, images } = known.evidence;
    const origin = new Set(images.map(({ from }) => from));
    const last = steps.at(-1)?.at.slice(0, 10) ?? "";
    return `| \`${name}\` | ${known.level} | ${known.reason ?? "the highest there is"} | ${last}, images ${[...origin].join(" and ")} |`;
  });
  return [
    "## Every application",
    "",
    "| application | level | why no higher | seen |",
    "|---|---|---|---|",
    ...rows,
  ].join("\n");
}
