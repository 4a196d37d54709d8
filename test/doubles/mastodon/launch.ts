import { Refusal } from "./refusal.ts";

/** A command line of the image, parsed. */
export type Command =
  | { kind: "web"; bind?: string; port?: string }
  | { kind: "sidekiq"; args: string[] }
  | { kind: "task"; names: string[]; env: Record<string, string> }
  | { kind: "runner"; args: string[] }
  | { kind: "feeds" };

/**
 * Reads a command line. The first word is the program that was called: `bundle`, `rails`, `rake` or `tootctl`. Throws
 * Refusal, with bundler's exit code, for what the image does not have; of `tootctl` the double has `feeds build --all`.
 */
export function parseCommand(words: string[]): Command {
  const [program = "", ...args] = words;
  const name = program.replace(/^(\.\/)?(.*\/)?bin\//, "");
  if (name === "bundle") return parseBundle(args);
  if (name === "rails") return parseRails(args);
  if (name === "rake") return parseTasks(args);
  if (name === "tootctl") return parseTootctl(args);
  throw new Refusal(`bundler: command not found: ${program}`, 127);
}

function parseBundle([verb, ...args]: string[]): Command {
  if (verb !== "exec") throw new Refusal(`Could not find command "${verb ?? ""}".`, 15);
  const [program = "", ...rest] = args;
  if (program === "") throw new Refusal("bundler: exec needs a command to run", 128);
  if (program === "puma") return parsePuma(rest);
  if (program === "sidekiq") return { kind: "sidekiq", args: rest };
  if (program === "bundle") throw new Refusal(`bundler: command not found: ${program}`, 127);
  return parseCommand(args);
}

function parsePuma(args: string[]): Command {
  const command: Command = { kind: "web" };
  const rest = [...args];
  for (let flag = rest.shift(); flag !== undefined; flag = rest.shift()) {
    const value = rest.shift();
    if (value === undefined) throw new Refusal(`missing argument: ${flag}`);
    if (flag === "-p" || flag === "--port") command.port = value;
    else if (flag === "-b" || flag === "--bind") command.bind = value;
    else if ((flag === "-C" || flag === "--config") && value !== "config/puma.rb") {
      throw new Refusal(`Errno::ENOENT: No such file or directory @ rb_sysopen - ${value}`);
    } else if (!["-C", "--config", "-e", "--environment"].includes(flag)) {
      throw new Refusal(`invalid option: ${flag} (the double's puma takes -C, -p, -b and -e)`);
    }
  }
  return command;
}

function parseRails(args: string[]): Command {
  const [name = ""] = args;
  if (name === "runner" || name === "r") return { kind: "runner", args: args.slice(1) };
  if (["server", "s", "console", "c", "dbconsole", "generate"].includes(name)) {
    throw new Refusal(
      `rails ${name}: the double has no such command; the web server is \`bundle exec puma\`.`,
    );
  }
  return parseTasks(args);
}

function parseTootctl(args: string[]): Command {
  if (args.join(" ") !== "feeds build --all")
    throw new Refusal(`tootctl ${args.join(" ")}: the double has \`feeds build --all\` alone.`);
  return { kind: "feeds" };
}

/** Tasks, and the `NAME=value` words that rake puts into the environment. */
function parseTasks(words: string[]): Command {
  const assigned = /^([A-Z_][A-Z0-9_]*)=(.*)$/s;
  const env: Record<string, string> = {};
  const names: string[] = [];
  for (const word of words) {
    const [, name, value] = word.match(assigned) ?? [];
    if (name !== undefined && value !== undefined) env[name] = value;
    else if (word !== "--trace") names.push(word);
  }
  if (names.length === 0) throw new Refusal("no task is named, such as db:migrate");
  return { kind: "task", names, env };
}
