import { Command } from "commander";
import { listCommunes } from "../components/commune/load.ts";
import { isStale, needsAttention, type UpdateRow, updateRows } from "../components/commune/updates/rows.ts";
import { repositoryFile } from "../components/foundation/repository.ts";
import { siteSchema } from "../components/foundation/site/settings.ts";
import { siteOf } from "../components/foundation/site/site.ts";
import { askUpstream } from "../components/foundation/upstream/feeds/index.ts";
import { type Web, web } from "../components/foundation/upstream/feeds/web.ts";
import { type Knowledge, readKnowledge } from "../components/foundation/upstream/upstream.ts";
import { spoken } from "./language.ts";
import { plannedAt, settledAt } from "./side.ts";
import { undeclared } from "./undeclared.ts";
import { underway } from "./underway.ts";
import { type Answer, needOfStep, updatesText, wayBack } from "./updates/text.ts";
import { writeSteps, writtenText } from "./updates/write.ts";

/** Longest time of one feed's answer, milliseconds: all are asked at once. */
const patience = 5_000;

/** Folders and sources that the command reads. */
export interface Surroundings {
  stacks: string;
  today: string;
  knowledge: Knowledge;
  web(): Web;
}

const ordinary = (): Surroundings => ({
  stacks: repositoryFile("stacks"),
  today: new Date().toISOString().slice(0, 10),
  knowledge: readKnowledge(),
  web: () => web(patience),
});

interface Options {
  offline?: true;
  json?: true;
  /** Names of services. */
  write?: string[];
}

/** `commune updates [commune]`: newer versions of what runs, security notices, ends of life, and the way there. */
export function updatesCommand(surroundings = ordinary): Command {
  const command = new Command("updates")
    .description(
      "Say which software of a commune has a newer version, a security notice or an end of life, the way there, what people notice, and the way back. Changes nothing but with --write.",
    )
    .argument("[commune]", "id of the commune; all that are declared when absent")
    .option("--offline", "ask no feed: what the toolkit's own file knows")
    .option(
      "--write <services...>",
      "write the next version of these services into versions.lock.yaml of the commune",
    )
    .option("--json", "print the rows as JSON");
  return command.action(async (id: string | undefined, { offline, json, write }: Options) => {
    const { stacks, today, knowledge, web: open } = surroundings();
    const declared = listCommunes(stacks);
    if (id !== undefined && !declared.includes(id)) command.error(undeclared(id, declared), { exitCode: 2 });
    if (write !== undefined && id === undefined)
      command.error(
        spoken({
          en: "error: --write needs a commune: npx commune updates <commune> --write <service>",
          fr: "error: --write demande une commune : npx commune updates <commune> --write <service>",
        }),
        { exitCode: 2 },
      );
    const communes = id === undefined ? declared : [id];
    const plans = communes.map((each) => [each, planAt(stacks, each)] as const);
    const rowsFrom = (known: Knowledge) =>
      Object.fromEntries(plans.map(([each, plan]) => [each, updateRows(plan, known, today)]));
    const first = rowsFrom(knowledge);
    const asked = offline
      ? { knowledge, failed: [] }
      : await askAll(knowledge, Object.values(first).flat(), { open, today });
    const rows = offline ? first : rowsFrom(asked.knowledge);
    if (write !== undefined && id !== undefined) {
      const written = writeSteps(stacks, id, write, rows[id] ?? []);
      console.log(json ? JSON.stringify({ written }, undefined, 2) : writtenText(id, written));
      return;
    }
    const answer: Answer = { communes: rows, today, isOnline: !offline, failed: asked.failed };
    console.log(json ? JSON.stringify(plain(answer), undefined, 2) : updatesText(answer));
    if (
      Object.values(rows)
        .flat()
        .some((row) => needsAttention(row) || isStale(row, today))
    )
      process.exitCode = 1;
  });
}

/** The plan of a commune, at its site if the settings of its stack are here. */
function planAt(stacks: string, id: string) {
  const settled = settledAt(stacks, id);
  const site = settled?.site ?? siteOf(siteSchema.parse({}));
  return plannedAt(stacks, id, { site, domain: settled?.domain }).plan;
}

async function askAll(
  knowledge: Knowledge,
  rows: readonly UpdateRow[],
  { open, today }: { open: Surroundings["web"]; today: string },
) {
  underway({ en: "upstream's feeds are asked", fr: "les flux des éditeurs sont interrogés" });
  const { ask, close } = open();
  try {
    return await askUpstream(knowledge, rows, { ask, today });
  } finally {
    await close();
  }
}

/** An answer for programs: of each step what follows from it, and not the sentences that tell it. */
function plain({ communes, today, ...answer }: Answer) {
  const plainRow = ({ steps, ...row }: UpdateRow) => ({
    ...row,
    needsAttention: needsAttention(row),
    isStale: isStale(row, today),
    steps: steps.map((step) => ({
      ...{ to: step.to, version: step.version, point: step.point },
      ...{ effect: step.change.effect, interruption: step.change.interruption },
      ...{ affected: step.change.affected, need: needOfStep(step), back: wayBack(step) },
    })),
  });
  const rows = Object.entries(communes).map(([id, each]) => [id, each.map(plainRow)]);
  return { today, ...answer, communes: Object.fromEntries(rows) };
}
