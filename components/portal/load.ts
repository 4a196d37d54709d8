import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { shownFile } from "../foundation/declaration/load.ts";
import type { Positions } from "../foundation/declaration/positions.ts";
import type { Problem } from "../foundation/declaration/problem.ts";
import { armsProblem } from "./arms.ts";
import type { PortalDeclaration } from "./declaration.ts";
import { type NewsItem, readNews } from "./news.ts";
import type { PortalFiles } from "./plan.ts";

/** The folder of news, beside `commune.yaml`. */
const newsFolder = "news";

/** What the files of a commune give its portal; or everything that is wrong with them. */
export type LoadedPortal = { ok: true; files: PortalFiles } | { ok: false; problems: Problem[] };

/**
 * Reads the coat of arms that a portal names, and `<stacks>/<id>/news/*.md`. Contacts nothing and changes nothing.
 *
 * @param positions of the declaration that names the file.
 */
export function loadPortal(
  stacks: string,
  id: string,
  { arms: armsFile }: Pick<PortalDeclaration, "arms">,
  positions: Positions,
): LoadedPortal {
  const folder = join(stacks, id);
  const problems: Problem[] = [];
  let arms: string | undefined;
  if (armsFile !== undefined) {
    const found = readArms(folder, armsFile);
    if ("problem" in found) problems.push(positions.problem(["portal", "arms"], found.problem));
    else arms = found.text;
  }
  const news: NewsItem[] = [];
  for (const file of newsFiles(folder)) {
    const read = readNews(file, readFileSync(join(folder, newsFolder, file), "utf8"));
    if (!("problem" in read)) news.push(read);
    else {
      const shown = shownFile(join(folder, newsFolder, file));
      problems.push({ file: shown, path: [], line: 1, column: 1, message: read.problem });
    }
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, files: { arms, news } };
}

function readArms(folder: string, name: string): { text: string } | { problem: string } {
  // A file beside the declaration, and no other one of the machine.
  if (!/^[\w-]+\.svg$/.test(name) || !existsSync(join(folder, name))) {
    return {
      problem: `"${name}" is no SVG file beside commune.yaml. Put it there, and write its name, such as armoiries.svg.`,
    };
  }
  const text = readFileSync(join(folder, name), "utf8");
  const problem = armsProblem(text);
  return problem === undefined ? { text } : { problem: `"${name}" cannot be shown: ${problem}.` };
}

function newsFiles(folder: string): string[] {
  const news = join(folder, newsFolder);
  return existsSync(news)
    ? readdirSync(news)
        .filter((name) => name.endsWith(".md"))
        .sort()
    : [];
}
