import { existsSync, readdirSync, readFileSync } from "node:fs";
import type { Positions } from "../foundation/declaration/positions.ts";
import { type Problem, shownFile } from "../foundation/declaration/problem.ts";
import { inCommune } from "../foundation/declaration/stacks.ts";
import { armsProblem } from "./arms.ts";
import type { PortalDeclaration } from "./declaration.ts";
import { type NewsItem, readNews } from "./news.ts";
import type { PortalFiles } from "./plan.ts";

/** The folder of news, beside `commune.yaml`. */
const newsFolder = "news";

/** Content of a commune's files for its portal, or everything that is wrong with them. */
export type LoadedPortal = { ok: true; files: PortalFiles } | { ok: false; problems: Problem[] };

/**
 * Reads the coat of arms that a portal names, and `<stacks>/<id>/news/*.md`. Contacts nothing and changes nothing.
 *
 * @param positions of the declaration that names the file.
 * @param services what a piece of news can announce an interruption of.
 */
export function loadPortal(
  stacks: string,
  id: string,
  { arms: armsFile }: Pick<PortalDeclaration, "arms">,
  positions: Positions,
  services: readonly string[],
): LoadedPortal {
  const inFolder = (...path: string[]) => inCommune(stacks, id, ...path);
  const problems: Problem[] = [];
  let arms: string | undefined;
  if (armsFile !== undefined) {
    const found = readArms(inFolder, armsFile);
    if ("problem" in found) problems.push(positions.problem(["portal", "arms"], found.problem));
    else arms = found.text;
  }
  const news: NewsItem[] = [];
  for (const name of newsFiles(inFolder(newsFolder))) {
    const file = inFolder(newsFolder, name);
    const read = readNews(name, readFileSync(file, "utf8"));
    const message = "problem" in read ? read.problem : announcementProblem(read, services);
    if (!("problem" in read)) news.push(read);
    if (message !== undefined) {
      problems.push({ file: shownFile(file), path: [], line: 1, column: 1, message });
    }
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, files: { arms, news } };
}

/**
 * Returns what is wrong with the services that a piece of news announces; undefined if it announces services that
 * exist, or none.
 */
function announcementProblem({ announces = [] }: NewsItem, services: readonly string[]): string | undefined {
  const unknown = announces.find((name) => !services.includes(name));
  return unknown === undefined
    ? undefined
    : `it announces "${unknown}", which is no service. Below the title, write "annonce: " and one or several of these, with commas between: ${services.join(", ")}.`;
}

function readArms(inFolder: (name: string) => string, name: string): { text: string } | { problem: string } {
  // A file beside the declaration, and no other one of the machine.
  if (!/^[\w-]+\.svg$/.test(name) || !existsSync(inFolder(name))) {
    return {
      problem: `"${name}" is no SVG file beside commune.yaml. Put it there, and write its name, such as armoiries.svg.`,
    };
  }
  const text = readFileSync(inFolder(name), "utf8");
  const problem = armsProblem(text);
  return problem === undefined ? { text } : { problem: `"${name}" cannot be shown: ${problem}.` };
}

function newsFiles(news: string): string[] {
  return existsSync(news)
    ? readdirSync(news)
        .filter((name) => name.endsWith(".md"))
        .sort()
    : [];
}
