import { createInterface } from "node:readline/promises";
import { Command, Option } from "commander";
import { show } from "../components/foundation/declaration/show.ts";
import { hostsOf } from "../components/recovery/points/chain.ts";
import { pointId } from "../components/recovery/points/head.ts";
import type { PointsPlan } from "../components/recovery/points/plan.ts";
import type { RestorePreview } from "../components/recovery/points/settings.ts";
import { type DoorwayOptions, through } from "./recovery/doorway.ts";
import { takePoint } from "./recovery/point.ts";
import { chainsOf, ordinary, planOf, type Surroundings, servicesIn } from "./recovery/points.ts";
import { Restoring } from "./recovery/restoring.ts";

interface Options extends DoorwayOptions {
  service: string;
  point: string;
  withRows?: true;
  only?: string;
  undo?: true;
  release?: true;
  yes?: true;
  context?: string;
}

/** `commune restore`: a service goes back to a restore point, beside what is there, and forth again. */
export function restoreCommand(ownSurroundings = ordinary): Command {
  return new Command("restore")
    .description(
      "Put the files of a service back to a restore point, and its rows with them where that is asked for: brought beside what is there, compared and counted, then exchanged. Nothing is overwritten.",
    )
    .argument("<commune>", "id of the commune")
    .requiredOption("--service <name>", "which service")
    .requiredOption("--point <id>", "the restore point, as `commune recovery points` lists it")
    .option("--with-rows", "its rows too, from the same point: all of the service is as it was then")
    .addOption(
      new Option(
        "--only <path>",
        "one folder or file alone, while the service serves: anna/files/Mairie",
      ).conflicts("withRows"),
    )
    .option("--undo", "exchange back: files and rows of before the restore")
    .option("--release", "remove what is kept aside of it, for good")
    .option("--yes", "do not ask")
    .option("--context <name>", "context of the kubeconfig")
    .option("--address <host:port>", "address that stands for every public name; public DNS when absent")
    .option("--ca <file>", "certificate of the authority that signs the public names")
    .addHelpText(
      "after",
      "\nWithout --yes it says what would change, and asks. Exit code: 0 done, 1 refused or failed, 2 wrong usage.",
    )
    .action(async (id: string, options: Options) => {
      const sequence = sequenceOf(options.point);
      const surroundings = through(ownSurroundings, options);
      const plan = planOf(surroundings, id);
      const [points] = servicesIn(plan, [options.service]);
      if (points === undefined) throw new Error(`${options.service} has no restore points`);
      const said = (line: string) => console.log(line);
      const restoring = new Restoring(surroundings, {
        commune: id,
        points,
        sequence,
        context: options.context,
        withRows: options.withRows === true,
        only: options.only && pathOf(options.only),
      });
      const exchange = (way: "there" | "back") =>
        options.only ? restoring.exchangeOnly(way, said) : restoring.exchange(way, said);
      if (options.release) {
        await refuseWithoutYes(options, "What is kept aside of this restore is removed for good.");
        await restoring.release();
        said(`${options.service}: nothing is kept aside any more.`);
      } else if (options.undo) {
        const away = `${options.service} is away for about a minute.`;
        await refuseWithoutYes(options, options.only ? `${options.only} is as before.` : away);
        await exchange("back");
        said(`${options.service}: what was there before the restore is in place again.`);
      } else {
        await knownPoint(surroundings, plan, options);
        const preview = await restoring.preview();
        if (!options.only) refuseOtherVersion(options, preview, points);
        await refuseWithoutYes(options, previewText(options, preview));
        const { head, said: why } = await takePoint(surroundings, options.context, {
          ...{ commune: id, service: options.service, maySmaller: true },
        });
        if (head === undefined)
          throw new Error(`no restore point of now could be taken, so nothing was changed. ${why}`);
        said(`${options.service} as it is now: ${pointId(head)}`);
        await restoring.bring(said);
        await exchange("there");
        const only = options.only ? ` --only ${JSON.stringify(options.only)}` : "";
        said(
          `${options.service}: ${options.only ?? (options.withRows ? "files and rows" : "the files")} of ${options.point} in place. Back: npx commune restore ${id} --service ${options.service} --point ${options.point}${only} --undo`,
        );
      }
    });
}

/** Another version's point is not for the program that runs: that is `commune undo`. */
function refuseOtherVersion(
  { service }: Options,
  { version }: RestorePreview,
  { settings: { running } }: PointsPlan,
): void {
  if (version === running.version) return;
  throw new Error(
    `${service} is declared as ${running.version}, and the point is of ${version}, whose files and rows it would migrate or not read. Nothing was changed. Back to before the last update, with its version: npx commune undo <commune>.`,
  );
}

/** The number in a point's id. What is not one, such as "latest", would mean another point tomorrow. */
function sequenceOf(point: string): number {
  const [, digits] = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z-(\d{6})$/.exec(point) ?? [];
  if (digits === undefined) {
    throw new Error(
      `${show(point)} is no restore point. Write its id, such as 2026-11-26T02:10:00Z-000043: npx commune recovery points <commune> lists them.`,
    );
  }
  return Number(digits);
}

/** Throws where the vaults have no point of this id. What else is wrong with the chain is told, and does not stop it. */
async function knownPoint(
  surroundings: Surroundings,
  plan: ReturnType<typeof planOf>,
  { service, point, context }: Options,
): Promise<void> {
  const [found] = await chainsOf(surroundings, plan, { service: [service], ...(context && { context }) });
  const { chain, silent } = found ?? { chain: { points: [], findings: [] }, silent: [] };
  for (const line of [...chain.findings.map(({ message }) => message), ...silent]) console.log(`! ${line}`);
  const known = chain.points.find(({ head }) => pointId(head) === point);
  if (known === undefined) {
    const newest = chain.points.at(-1);
    const have = newest === undefined ? "They have none." : `The newest is ${pointId(newest.head)}.`;
    throw new Error(`the vaults have no point ${point} of ${service}. ${have}`);
  }
  console.log(`${point} is at ${hostsOf(known).join(", ")}.`);
}

/** A path below a volume's root. Throws for one that leads elsewhere, or to what restores keep aside. */
function pathOf(path: string): string {
  const steps = path.replace(/\/+$/, "").split("/");
  const isPlain = steps.every((step) => step !== "" && step !== "." && step !== "..");
  if (isPlain && !steps[0]?.startsWith(".")) return steps.join("/");
  throw new Error(
    `--only ${show(path)} is no path below a volume. Write it from the volume on, such as anna/files/Mairie.`,
  );
}

function previewText(
  { service, point, withRows, only }: Options,
  { returning, undone, aside, bytes, rows, version }: RestorePreview,
): string {
  const then = point.slice(0, 20);
  if (only) {
    return `${only} would be as of ${then}: ${undone} files as they were then, ${returning} that went since come back, ${aside} that came since are kept aside. ${service} serves meanwhile.`;
  }
  const more = (withRows ? bytes + rows.bytes : bytes) / 1024 ** 2;
  return [
    `${service} would have its files${withRows ? " and its rows" : ""} of ${then}:`,
    `  ${undone} files are as they were then: what was written into them since is kept aside`,
    `  ${aside} files that came since are kept aside`,
    `  ${returning} files that went since come back`,
    ...(withRows
      ? [
          `  ${rows.rows} rows of ${rows.tables} tables are as they were then, of version ${version}: all that was written since ${then} is kept aside, and nobody sees it`,
        ]
      : ["  its rows stay as they are (--with-rows)"]),
    `It takes ${Math.ceil(more)} MiB more until what is aside is released, and ${service} is away for about a minute.`,
  ].join("\n");
}

/** Says what would be done, and asks. Throws where nobody says yes. */
export async function refuseWithoutYes({ yes }: Pick<Options, "yes">, text: string): Promise<void> {
  console.log(text);
  if (yes) return;
  if (!process.stdin.isTTY) throw new Error("nobody is there to ask: --yes goes on. Nothing was changed.");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question("Go on? [y/N] ");
  terminal.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new Error("Nothing was changed.");
}
