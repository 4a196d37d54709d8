import { statfsSync } from "node:fs";
import { Command } from "commander";
import { placeOf } from "./approval/place.ts";
import { askEngine } from "./engine.ts";
import { streamWith } from "./export/data.ts";
import { type Options, prepare, type Surroundings } from "./export/prepare.ts";
import { carryOut } from "./export/write.ts";
import { contextHelp, environmentAt } from "./reach.ts";
import { stackSeed } from "./recovery/kit/stack-seed.ts";
import { ordinary as ordinaryPoints } from "./recovery/points.ts";
import { Stack } from "./stack.ts";

const ordinary: Surroundings = {
  ...ordinaryPoints,
  outputsOf: (id) => new Stack(id, placeOf(id).environment).outputs(),
  seedOf: (id, context) => stackSeed(placeOf(id, context), id),
  engine: (id, context, words) => askEngine(placeOf(id, context), words),
  stream: streamWith(environmentAt),
  room(folder) {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  },
  now: () => new Date(),
};

/** `commune export`: a commune as a folder that goes on without this toolkit and without Pulumi. */
export function exportCommand(surroundings = ordinary): Command {
  return new Command("export")
    .description(
      "Write a commune as plain Kubernetes manifests, the data of a restore point of each service, and a page in French that says how both come back with kubectl alone. The folder has everything that opens something: nobody else may read it.",
    )
    .argument("<commune>", "id of the commune")
    .requiredOption("--to <folder>", "where it is written; nothing may be there yet")
    .option("--point <service=id...>", "another restore point of a service than its newest", [])
    .option("--without <service...>", "services that leave without their data", [])
    .option("--context <name>", contextHelp)
    .action(async (id: string, options: Options) => {
      const leaving = await prepare(surroundings, id, options);
      await carryOut(surroundings, leaving);
    });
}
