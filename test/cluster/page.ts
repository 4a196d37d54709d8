import { readFileSync } from "node:fs";
import { execa } from "execa";
import type { Project, Run } from "./project.ts";

/**
 * The commands of a section of a page in docs/, one a line, for another commune than the one that the page names.
 *
 * @param block which of the section's blocks of commands, from 0.
 */
export function commandsOf(page: string, heading: string, commune: string, block = 0): string[] {
  const text = readFileSync(`docs/${page}`, "utf8");
  const section = text.split(/^(?=## )/m).find((part) => part.startsWith(`## ${heading}\n`)) ?? "";
  const [, commands] = [...section.matchAll(/^ *```\n([\s\S]*?)\n *```$/gm)][block] ?? [];
  if (commands === undefined) throw new Error(`docs/${page} has no such commands under "${heading}"`);
  return commands
    .replaceAll("villeurbanne", commune)
    .split("\n")
    .map((line) => line.trim());
}

/** Runs a command of a page as a reader would, in the folder of a project, on its cluster for the page's own. */
export async function asRead(project: Project, command: string): Promise<Run> {
  const here = { cwd: project.folder, env: project.environment };
  const { stdout: context } = await execa("kubectl", ["config", "current-context"], here);
  const typed = command
    .replace("npx pulumi", "pulumi --non-interactive")
    .replaceAll("--context mairie", `--context ${context}`);
  const { exitCode, all } = await execa(typed, { ...here, shell: true, all: true, reject: false });
  return { exitCode: exitCode ?? 1, output: String(all) };
}

/** Starts again as docs/seed.md says, with a stack whose update fails. */
export async function beginAnew(project: Project, stack: string): Promise<void> {
  for (const command of commandsOf("seed.md", "Starting again", stack)) {
    const { exitCode, output } = await asRead(project, command);
    const mayFail = command.includes(" up ");
    if (exitCode !== 0 && !mayFail) throw new Error(`${command}\n${output}`);
  }
}
