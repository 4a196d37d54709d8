import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { isObject, type Json } from "../../components/foundation/manifest/pod-template.ts";
import { chartDigest } from "../../components/tenants/chart/render.ts";

/** A chart as it was before. */
export interface Before {
  /** Folder with it and the library, as charts/ has them. */
  charts: string;
  /** Origin of the chart, in words. */
  from: string;
}

/**
 * The chart of the last revision in the history of charts/ that differs from the present one, unpacked in a temporary
 * folder; undefined if it never differed. Its images are the present ones: the history has none.
 *
 * @param root of the checkout.
 */
export async function chartBefore(root: string, chart: string): Promise<Before | undefined> {
  const git = (...words: string[]) => execa("git", ["-C", root, ...words], { encoding: "buffer" });
  const now = chartDigest(join(root, "charts", chart));
  const own = [`charts/${chart}`, "charts/app"];
  const { stdout } = await git("log", "--format=%H", "--", ...own);
  for (const commit of Buffer.from(stdout).toString().split("\n").filter(Boolean)) {
    const listed = await git("ls-tree", commit, "--", `charts/${chart}`);
    if (listed.stdout.length === 0) return undefined;
    const folder = mkdtempSync(join(tmpdir(), "chart-before-"));
    const archive = await git("archive", commit, "--", ...own);
    await execa("tar", ["-x", "-C", folder], { input: archive.stdout });
    const digest = chartDigest(join(folder, "charts", chart));
    if (digest !== now)
      return {
        charts: join(folder, "charts"),
        from: `the chart before in the history (${digest.slice(0, 12)}), with the same images`,
      };
    rmSync(folder, { recursive: true });
  }
  return undefined;
}

/** The values that a chart knows: one from before refuses those that came later, in a section of its values too. */
export function knownValues(folder: string, values: Json): Json {
  const file = join(folder, "values.schema.json");
  return existsSync(file) ? known(JSON.parse(readFileSync(file, "utf8")), values) : values;
}

function known(schema: unknown, values: Json): Json {
  if (!isObject(schema) || schema.additionalProperties !== false || !isObject(schema.properties))
    return values;
  const { properties } = schema;
  return Object.fromEntries(
    Object.entries(values)
      .filter(([key]) => key in properties)
      .map(([key, value]) => [key, isObject(value) ? known(properties[key], value) : value]),
  );
}
