import { Command, CommanderError } from "commander";
import { repositoryProblem } from "../components/foundation/repository.ts";
import manifest from "../package.json" with { type: "json" };
import { examples } from "./examples.ts";

/** Heading of `commune --help`, in the order of the first verb of each. */
type Group = "Declare" | "Apply" | "Copies" | "Associations" | "Places" | "Toolkit";

/** One verb: its line in `commune --help`, and where its command is. Loaded only when it is asked for. */
interface Verb {
  /** Heading below which it stands. */
  group: Group;
  summary: string;
  /** Former names, which go on working. */
  aliases?: readonly string[];
  /** Whether it runs outside of a repository of communes; others are refused there. */
  anywhere?: true;
  load(): Promise<Command>;
}

const verbs: Record<string, Verb> = {
  new: {
    group: "Declare",
    summary: "Make a repository for the declarations of communes",
    anywhere: true,
    load: async () => (await import("./new.ts")).newCommand(),
  },
  init: {
    group: "Declare",
    summary: "Write the first declaration of a commune",
    load: async () => (await import("./init.ts")).initCommand(),
  },
  check: {
    group: "Declare",
    summary: "Check declarations and list every problem",
    load: async () => (await import("./check.ts")).checkCommand(),
  },
  size: {
    group: "Declare",
    summary: "Say what a commune asks of a machine, and its energy",
    load: async () => (await import("./size.ts")).sizeCommand(),
  },
  pin: {
    group: "Declare",
    summary: "Write which build of each image runs, by its digest in the registry",
    load: async () => (await import("./pin.ts")).pinCommand(),
  },
  updates: {
    group: "Declare",
    summary: "Say what is newer than what runs: versions, security notices, ends of life",
    load: async () => (await import("./updates.ts")).updatesCommand(),
  },
  dns: {
    group: "Declare",
    summary: "Print every DNS record of a commune",
    load: async () => (await import("./dns.ts")).dnsCommand(),
  },
  site: {
    group: "Declare",
    summary: "Ask a cluster what it can do for a commune, and which settings fit it",
    load: async () => (await import("./site.ts")).siteCommand(),
  },
  admission: {
    group: "Declare",
    summary: "Print what a cluster refuses in the namespaces of communes, for kubectl apply",
    load: async () => (await import("./admission.ts")).admissionCommand(),
  },
  federation: {
    group: "Declare",
    summary: "Say which links of a commune are open, and why others are not",
    load: async () => (await import("./federation.ts")).federationCommand(),
  },
  publish: {
    group: "Declare",
    summary: "Publish news on the commune's own pages first, then on its Mastodon",
    load: async () => (await import("./publish.ts")).publishCommand(),
  },
  report: {
    group: "Apply",
    aliases: ["audit"],
    summary: "Write a report of what a declaration would change, as anybody can read it",
    load: async () => (await import("./audit.ts")).auditCommand(),
  },
  propose: {
    group: "Apply",
    summary: "Sign the report of a change as its author",
    load: async () => (await import("./propose.ts")).proposeCommand(),
  },
  approve: {
    group: "Apply",
    summary: "Sign the report of a change that somebody else has proposed",
    load: async () => (await import("./approve.ts")).approveCommand(),
  },
  except: {
    group: "Apply",
    summary: "Sign the exceptions of rules that a commune has written",
    load: async () => (await import("./except.ts")).exceptCommand(),
  },
  apply: {
    group: "Apply",
    summary: "Apply a change that was approved, and nothing else",
    load: async () => (await import("./apply.ts")).applyCommand(),
  },
  undo: {
    group: "Apply",
    summary: "Go back to before the last update: declaration, versions, and data where needed",
    load: async () => (await import("./undo.ts")).undoCommand(),
  },
  status: {
    group: "Apply",
    summary: "Say what runs for a commune and whether it is ready",
    load: async () => (await import("./status.ts")).statusCommand(),
  },
  drift: {
    group: "Apply",
    summary: "Write a report of what was changed on a commune's cluster by hand",
    load: async () => (await import("./drift.ts")).driftCommand(),
  },
  node: {
    group: "Apply",
    summary:
      "Say that the machine of a node is off, so that what was on it starts elsewhere; and take that back",
    load: async () => (await import("./node.ts")).nodeCommand(),
  },
  "verify-log": {
    group: "Apply",
    summary: "Verify the log of a commune's approvals, line by line",
    load: async () => (await import("./verify-log.ts")).verifyLogCommand(),
  },
  evidence: {
    group: "Apply",
    summary: "Write what a commune shows to others: software, SBOM, sovereignty, answers for labels",
    load: async () => (await import("./evidence.ts")).evidenceCommand(),
  },
  directory: {
    group: "Apply",
    summary: "Write the public directory of the metropolis from what its communes publish",
    load: async () => (await import("./directory.ts")).directoryCommand(),
  },
  vault: {
    group: "Copies",
    summary: "Look at and compare the vaults where a commune's copies are, and copy from one to the other",
    load: async () => (await import("./vault.ts")).vaultCommand(),
  },
  recovery: {
    group: "Copies",
    summary:
      "Say how much of a commune would be lost now, list the restore points of its services, and take one",
    load: async () => (await import("./recovery.ts")).recoveryCommand(),
  },
  restore: {
    group: "Copies",
    summary: "Put the files of a service, or all of it, back to a restore point, and forth again",
    load: async () => (await import("./restore.ts")).restoreCommand(),
  },
  relocate: {
    group: "Copies",
    summary: "Bring a commune back on another cluster, from its seed and its vaults",
    load: async () => (await import("./relocate.ts")).relocateCommand(),
  },
  drill: {
    group: "Copies",
    summary: "Bring a copy of a commune back on a spare cluster, measure it, and take it away again",
    load: async () => (await import("./drill.ts")).drillCommand(),
  },
  export: {
    group: "Copies",
    summary: "Write a commune as plain manifests and data, to go on without this toolkit",
    load: async () => (await import("./export.ts")).exportCommand(),
  },
  import: {
    group: "Copies",
    summary: "Take an exported commune over, as a declaration and a stack",
    load: async () => (await import("./import.ts")).importCommand(),
  },
  tenant: {
    group: "Associations",
    aliases: ["association"],
    summary: "Hosted associations: requests, suspension, usage, and what they take along",
    load: async () => (await import("./tenant.ts")).tenantCommand(),
  },
  package: {
    group: "Associations",
    summary: "Try an application for associations on the local cluster, and say its level",
    load: async () => (await import("./package.ts")).packageCommand(),
  },
  wifi: {
    group: "Places",
    summary: "Check, plan and simulate public Wi-Fi",
    load: async () => (await import("./wifi.ts")).wifiCommand(),
  },
  map: {
    group: "Places",
    summary: "Draw the map of a commune's Wi-Fi points, white zones and digital spaces",
    load: async () => (await import("./map.ts")).mapCommand(),
  },
  schools: {
    group: "Places",
    summary: "Publish what a commune's schools share",
    load: async () => (await import("./schools.ts")).schoolsCommand(),
  },
  lessons: {
    group: "Places",
    summary: "Check lessons for OpenBoard and build their catalogue",
    anywhere: true,
    load: async () => (await import("./lessons.ts")).lessonsCommand(),
  },
  workstation: {
    group: "Places",
    aliases: ["kit"],
    summary: "Build the package of a school's or a space's workstations",
    load: async () => (await import("./kit.ts")).kitCommand(),
  },
  demo: {
    group: "Toolkit",
    summary: "Bring up a commune's cloud on this machine, from nothing, and look at it",
    load: async () => (await import("./demo.ts")).demoCommand(),
  },
  local: {
    group: "Toolkit",
    summary: "Run a whole cloud on this machine",
    load: async () => (await import("./local.ts")).localCommand(),
  },
  image: {
    group: "Toolkit",
    summary: "Make the images that nobody publishes, of Debian's packages",
    load: async () => (await import("./image.ts")).imageCommand(),
  },
  docs: {
    group: "Toolkit",
    summary: "Write the documentation as pages that open in a browser",
    load: async () => (await import("./docs.ts")).docsCommand(),
  },
  schema: {
    group: "Toolkit",
    summary: "Write the JSON Schema for editors and the reference in docs/",
    anywhere: true,
    load: async () => (await import("./schema.ts")).schemaCommand(wholeProgram),
  },
};

/** @param isNeeded whether a verb is to be loaded; the others have a line in the list of verbs. */
async function program(isNeeded: (name: string) => boolean): Promise<Command> {
  const commune = new Command("commune")
    .description("The federated cloud of a metropolitan area, declared commune by commune.")
    .version(manifest.version)
    .showHelpAfterError("(commune --help lists what can be asked)")
    .exitOverride()
    .addHelpText(
      "after",
      "\nPlain Pulumi always works too: npx pulumi preview -s <commune>\nExit code: 0 done, 1 refused or failed, 2 wrong usage.",
    );
  for (const [name, { group, summary, aliases = [], anywhere, load }] of Object.entries(verbs)) {
    const command = isNeeded(name) ? await load() : new Command(name);
    commune.addCommand(
      command
        .summary(summary)
        .aliases([...aliases])
        .helpGroup(`${group}:`),
    );
    if (!anywhere) command.hook("preAction", refuseElsewhere);
    addExamples(command, name);
    override(command);
  }
  return commune;
}

/** Throws if the current folder is in no repository of communes. */
function refuseElsewhere(): void {
  const problem = repositoryProblem(process.cwd());
  if (problem !== undefined) throw new Error(problem);
}

/** The program with all that it can do, for whoever describes it. */
export function wholeProgram(): Promise<Command> {
  return program(() => true);
}

/** Writes below the help of each command how it is typed. */
function addExamples(command: Command, name: string): void {
  for (const below of command.commands) addExamples(below, `${name} ${below.name()}`);
  const example = examples[name];
  if (example !== undefined) command.addHelpText("after", `\nExample: npx commune ${example}`);
}

/** Name of the verb that a word asks for, which may be a former name of it. */
function verbNamed(word: string): string {
  return Object.entries(verbs).find(([, { aliases = [] }]) => aliases.includes(word))?.[0] ?? word;
}

/** Makes wrong usage of any command below an error for the edge of the program, instead of an exit with code 1. */
function override(command: Command): void {
  command.exitOverride();
  for (const below of command.commands) override(below);
}

/** Exit code of a refusal that commander has already printed: what it finds wrong itself is wrong usage. */
function usageExitCode({ exitCode, code }: CommanderError): number {
  return exitCode === 1 && code !== "commander.error" ? 2 : exitCode;
}

/** Does what the words of a command line ask for, and returns the exit code: 0 done, 1 refused or failed, 2 wrong usage. */
export async function commune(words: readonly string[]): Promise<number> {
  try {
    // `commune <verb>` and `commune help <verb>` need the verb itself.
    const asked = words.slice(0, 2).map(verbNamed);
    await (await program((name) => asked.includes(name))).parseAsync(words, { from: "user" });
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return usageExitCode(error);
    console.error(`error: ${error instanceof Error ? error.message : String(error)}`);
    if (process.env.COMMUNE_TRACE && error instanceof Error) console.error(error.stack);
    return 1;
  }
}
