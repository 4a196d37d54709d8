import type { Command } from "commander";

/** Every command of the program with what its `--help` says, a section each, in the order of `commune --help`. */
export function commandsReference(program: Command): string {
  return leavesOf(program)
    .map(({ name, command }) => `## ${name}\n\n\`\`\`\n${helpOf(command)}\n\`\`\`\n`)
    .join("\n");
}

interface Leaf {
  /** `commune site check`. */
  name: string;
  command: Command;
}

/** Commands that do something; those that only have commands below them are left out. */
function leavesOf(command: Command, above = ""): Leaf[] {
  const name = `${above}${command.name()}`;
  if (command.commands.length === 0) return [{ name, command }];
  return command.commands.flatMap((below) => leavesOf(below, `${name} `));
}

function helpOf(command: Command): string {
  let text = "";
  const capture = (part: string) => {
    text += part;
  };
  // The same width for everybody: whoever generates the page has a terminal of some width.
  command.configureOutput({ writeOut: capture, getOutHelpWidth: () => 100, getOutHasColors: () => false });
  command.outputHelp();
  return text.trim();
}
