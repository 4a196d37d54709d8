import { createInterface } from "node:readline/promises";
import { Command } from "commander";
import { show } from "../components/foundation/declaration/show.ts";
import { hostsOf } from "../components/recovery/points/chain.ts";
import { pointId } from "../components/recovery/points/head.ts";
import type { RestorePreview } from "../components/recovery/points/settings.ts";
import { takePoint } from "./recovery/point.ts";
import { chainsOf, ordinary, planOf, type Surroundings, servicesIn } from "./recovery/points.ts";
import { Restoring } from "./recovery/restoring.ts";

interface Options {
  service: string;
  point: string;
  undo?: true;
  release?: true;
  yes?: true;
  context?: string;
}

/** `commune restore`: the files of a service go back to a restore point, beside what is there, and forth again. */
export function restoreCommand(surroundings = ordinary): Command {
  return new Command("restore")
    .description(
      "Put the files of a service back to a restore point: brought beside those that are there, compared, then exchanged. Its rows stay as they are.",
    )
    .argument("<commune>", "id of the commune")
    .requiredOption("--service <name>", "whose files")
    .requiredOption("--point <id>", "the restore point, as `commune recovery points` lists it")
    .option("--undo", "exchange back: the files of before the restore")
    .option("--release", "remove what is kept aside of it, for good")
    .option("--yes", "do not ask")
    .option("--context <name>", "context of the kubeconfig")
    .addHelpText(
      "after",
      "\nWithout --yes it says what would change, and asks. Exit code: 0 done, 1 refused or failed, 2 wrong usage.",
    )
    .action(async (id: string, options: Options) => {
      const sequence = sequenceOf(options.point);
      const plan = planOf(surroundings, id);
      const [points] = servicesIn(plan, [options.service]);
      if (points === undefined) throw new Error(`${options.service} has no restore points`);
      const restoring = new Restoring(surroundings, {
        commune: id,
        points,
        sequence,
        context: options.context,
      });
      const said = (line: string) => console.log(line);
      if (options.release) {
        await refuseWithoutYes(options, "What is kept aside of this restore is removed for good.");
        await restoring.release();
        said(`${options.service}: nothing is kept aside any more.`);
      } else if (options.undo) {
        await refuseWithoutYes(options, `${options.service} is away for about a minute.`);
        await restoring.exchange("back", said);
        said(`${options.service}: the files of before the restore are in place again.`);
      } else {
        await knownPoint(surroundings, plan, options);
        await refuseWithoutYes(options, previewText(options, await restoring.preview()));
        const { head, said: why } = await takePoint(surroundings, options.context, {
          ...{ commune: id, service: options.service, maySmaller: true },
        });
        if (head === undefined)
          throw new Error(`no restore point of now could be taken, so nothing was changed. ${why}`);
        said(`${options.service} as it is now: ${pointId(head)}`);
        await restoring.bring();
        said("The point's files are beside those that are there, and were compared.");
        await restoring.exchange("there", said);
        said(
          `${options.service}: the files of ${options.point} are in place. Back: npx commune restore ${id} --service ${options.service} --point ${options.point} --undo`,
        );
      }
    });
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

function previewText(
  { service, point }: Options,
  { returning, undone, aside, bytes }: RestorePreview,
): string {
  return [
    `${service} would have its files of ${point.slice(0, 20)}:`,
    `  ${undone} files are as they were then: what was written into them since is kept aside`,
    `  ${aside} files that came since are kept aside`,
    `  ${returning} files that went since come back`,
    `It takes ${Math.ceil(bytes / 1024 ** 2)} MiB more of the volume until what is aside is released, and ${service} is away for about a minute.`,
  ].join("\n");
}

async function refuseWithoutYes({ yes }: Options, text: string): Promise<void> {
  console.log(text);
  if (yes) return;
  if (!process.stdin.isTTY) throw new Error("nobody is there to ask: --yes goes on. Nothing was changed.");
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  const answer = await terminal.question("Go on? [y/N] ");
  terminal.close();
  if (!/^y(es)?$/i.test(answer.trim())) throw new Error("Nothing was changed.");
}
