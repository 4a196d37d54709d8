import { dirname } from "node:path";
import { Command, Option } from "commander";
import { instant } from "../components/foundation/declaration/instant.ts";
import { show } from "../components/foundation/declaration/show.ts";
import { pointId } from "../components/recovery/points/head.ts";
import type { PointsPlan } from "../components/recovery/points/plan.ts";
import { unreadable } from "../components/recovery/points/reads.ts";
import type { RestorePreview } from "../components/recovery/points/settings.ts";
import { askOnTerminal, asksYes } from "./ask.ts";
import { languageHere } from "./language.ts";
import { contextHelp, contextOf, placeText } from "./reach.ts";
import { type DoorwayOptions, doorwayHelp, through } from "./recovery/doorway.ts";
import { knownPoint } from "./recovery/known-point.ts";
import type { ChangedTable } from "./recovery/moment.ts";
import { takePoint } from "./recovery/point.ts";
import { ordinary, planOf, servicesIn } from "./recovery/points.ts";
import { sentences } from "./recovery/restore-sentences.ts";
import { Restoring } from "./recovery/restoring.ts";

interface Options extends DoorwayOptions {
  service: string;
  point?: string;
  at?: string;
  withRows?: true;
  only?: string;
  undo?: true;
  release?: true;
  tell?: true;
  yes?: true;
  context?: string;
}

/** `commune restore`: takes a service to a restore point, beside what exists, and back again. */
export function restoreCommand(ownSurroundings = ordinary): Command {
  return new Command("restore")
    .description(
      "Put the files of a service back to a restore point, and its rows with them where that is asked for, or its rows to any moment: brought beside what is there, compared and counted, then exchanged. Nothing is overwritten.",
    )
    .argument("<commune>", "id of the commune")
    .requiredOption("--service <name>", "which service")
    .option("--point <id>", "the restore point, as `commune recovery points` lists it")
    .option("--with-rows", "its rows too, from the same point: all of the service is as it was then")
    .addOption(
      new Option(
        "--at <time>",
        "its rows as they were at this moment, in UTC, from the databases' log; its files stay, or are those of --point",
      ).conflicts(["withRows", "only"]),
    )
    .addOption(
      new Option(
        "--only <path>",
        "one folder or file alone, while the service serves: anna/files/Mairie",
      ).conflicts("withRows"),
    )
    .option("--undo", "exchange back: files and rows of before the restore")
    .option("--release", "remove what is kept aside of it, for good")
    .addOption(
      new Option(
        "--tell",
        "report to it that its rows came back with their whole server, as restoreFrom does: it reads its files anew, and devices learn of it",
      ).conflicts(["point", "withRows", "at", "only", "undo", "release"]),
    )
    .option("--yes", "do not ask")
    .option("--context <name>", contextHelp)
    .option("--address <host:port>", doorwayHelp.address)
    .option("--ca <file>", doorwayHelp.ca)
    .action(async (id: string, options: Options) => {
      const say = sentences[languageHere()];
      const { what, command } = options.tell
        ? { what: "", command: "" }
        : asked(options, ownSurroundings.now());
      const context = contextOf(id, options.context, dirname(ownSurroundings.stacks));
      const surroundings = through(ownSurroundings, options);
      const plan = planOf(surroundings, id);
      const [points] = servicesIn(plan, { service: [options.service] });
      if (points === undefined) throw new Error(say.noPoints(options.service));
      refuseWhatItHasNot(options, points);
      const said = (line: string) => console.log(line);
      const sequence = options.point === undefined ? undefined : sequenceOf(options.point);
      const restore = {
        ...{ commune: id, points, sequence, context, at: options.at },
        withRows: options.withRows === true || options.at !== undefined,
        only: options.only && pathOf(options.only),
      };
      const restoring = new Restoring(surroundings, restore);
      const exchange = (way: "there" | "back") =>
        options.only ? restoring.exchangeOnly(way, said) : restoring.exchange(way, said);
      if (options.tell) {
        if (points.rows === undefined) throw new Error(say.nothingToReport(options.service));
        await refuseWithoutYes(options, reportText(points), context);
        await restoring.report(said);
        said(say.reported(options.service));
      } else if (options.release) {
        await refuseWithoutYes(options, say.releases, context);
        await restoring.release();
        said(say.released(options.service));
      } else if (options.undo) {
        const text = options.only ? say.pathBack(options.only) : say.backForAMinute(options.service);
        await refuseWithoutYes(options, text, context);
        await exchange("back");
        said(say.isBack(options.service));
      } else {
        const known = await knownPoint(surroundings, plan, { ...options, ...(context && { context }) });
        const looked = new Restoring(surroundings, { ...restore, sequence: known, at: undefined });
        const preview = await looked.preview();
        if (options.only) await looked.checkPath();
        else refuseOtherVersion(options, preview, points);
        const text = previewText(options, preview, { points, now: ownSurroundings.now() });
        await refuseWithoutYes(options, text, context);
        const { head, said: why } = await takePoint(surroundings, context, {
          ...{ points, maySmaller: true },
        });
        if (head === undefined) throw new Error(say.noPointNow(why));
        said(say.asItIsNow(options.service, pointId(head)));
        await restoring.bring(said, (tables) => said(tablesText(tables)));
        await exchange("there");
        const typed = `npx commune restore ${id} --service ${options.service} ${command} --undo`;
        said(say.inPlace(options.service, what, typed));
      }
    });
}

/** Text about what a service is told. */
function reportText({ service, contents: { afterAll, afterFiles } }: PointsPlan): string {
  const told = [...afterAll, ...afterFiles].filter(({ when }) => when === "before people return");
  const language = languageHere();
  return sentences[language].away(service, 1, [...new Set(told.map(({ what }) => what[language]))]);
}

/** Throws if a service cannot do what is asked: because it keeps files alone, or reads them when it starts. */
function refuseWhatItHasNot(
  { withRows, at, only, point, undo, release }: Options,
  { service, rows, contents }: PointsPlan,
): void {
  const say = sentences[languageHere()];
  if ((withRows || at !== undefined) && rows === undefined) {
    throw new Error(say.noRows(service, withRows ? "--with-rows" : "--at"));
  }
  if (only !== undefined && contents.volumes.length === 0) throw new Error(say.onlyObjects(service));
  if (!withRows && at === undefined && point !== undefined && !undo && !release && contents.isFoundByRows)
    throw new Error(say.notWithoutRows(service));
  if (only !== undefined && contents.isReadAtStart) {
    throw new Error(say.readAtStart(service));
  }
}

/** Words for what is asked, and the options that say it again. Throws if it cannot be done. */
function asked({ point, at, withRows, only }: Options, now: Date): { what: string; command: string } {
  const say = sentences[languageHere()];
  if (point === undefined && at === undefined) throw new Error(say.sayWhat);
  if (point !== undefined) sequenceOf(point);
  if (only !== undefined && point === undefined) throw new Error(say.onlyNeedsPoint);
  const moment = at === undefined ? undefined : instant().safeParse(at);
  if (moment?.success === false || (at !== undefined && Date.parse(at) >= now.getTime())) {
    throw new Error(say.noMoment(show(at)));
  }
  const ofPoint = only ?? (withRows ? say.filesAndRows : say.files);
  const parts = [
    ...(point === undefined ? [] : [say.ofPoint(ofPoint, point)]),
    ...(at === undefined ? [] : [say.rowsOf(at)]),
  ];
  const options = [
    ...(point === undefined ? [] : ["--point", point]),
    ...(at === undefined ? [] : ["--at", at]),
    ...(only === undefined ? [] : ["--only", JSON.stringify(only)]),
  ];
  return { what: parts.join(say.and), command: options.join(" ") };
}

/** Text about the tables whose number of rows differs between now and then. */
function tablesText(tables: readonly ChangedTable[]): string {
  const say = sentences[languageHere()];
  if (tables.length === 0) return say.sameRows;
  const lines = tables.map(({ table, was, is }) => `  ${say.rowsWere(table, was, is)}`);
  return [say.otherRows, ...lines].join("\n");
}

/** Another version's point is not for the program that runs: that is `commune undo`. */
function refuseOtherVersion(
  { service, at, point }: Options,
  { version }: RestorePreview,
  points: PointsPlan,
): void {
  const { running } = points.settings;
  const why = unreadable(points, version);
  if (why === undefined) return;
  const say = sentences[languageHere()];
  if (at !== undefined && point === undefined) {
    throw new Error(say.otherVersionAt(service, running.version, at, version));
  }
  throw new Error(points.beside.tenant === undefined ? say.withUndo(why) : say.unchanged(why));
}

/** The number in a point's id. What is not one, such as "latest", would mean another point tomorrow. */
function sequenceOf(point: string): number {
  const [, digits] = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z-(\d{6,12})$/.exec(point) ?? [];
  if (digits === undefined) throw new Error(sentences[languageHere()].noPoint(show(point)));
  return Number(digits);
}

/** A path below a volume's root. Throws for one that leads elsewhere, or to what restores keep aside. */
function pathOf(path: string): string {
  const steps = path.replace(/\/+$/, "").split("/");
  const isPlain = steps.every((step) => step !== "" && step !== "." && step !== "..");
  if (isPlain && !steps[0]?.startsWith(".")) return steps.join("/");
  throw new Error(sentences[languageHere()].noPath(show(path)));
}

/** Bytes that a modest disk reads in a minute: files are read once while the service is stopped. */
const readInAMinute = 60 * 100 * 1024 ** 2;

function previewText(
  { service, point, at, withRows, only }: Options,
  { returning, undone, aside, bytes, rows, version }: RestorePreview,
  { points: { contents }, now }: { points: PointsPlan; now: Date },
): string {
  const ago = at === undefined ? 0 : Math.round((now.getTime() - Date.parse(at)) / 60_000);
  const say = sentences[languageHere()];
  const moment = at === undefined ? [] : [`  ${say.momentBack(at, ago)}`];
  const minutes = 1 + Math.floor(point === undefined ? 0 : bytes / readInAMinute);
  const told = (withRows || at !== undefined ? contents.afterAll : contents.afterFiles)
    .filter(({ when }) => when === "before people return")
    .map(({ what }) => what[languageHere()]);
  const away = say.away(service, minutes, told);
  if (point === undefined) {
    return [
      say.wouldHaveRows(service, at ?? ""),
      ...moment,
      `  ${say.filesStay}`,
      say.serverForward(away),
    ].join("\n");
  }
  const then = point.slice(0, 20);
  if (only) {
    return say.onlyWouldBe(only, then, undone, returning, aside, service);
  }
  const more = (withRows ? bytes + rows.bytes : bytes) / 1024 ** 2;
  return [
    say.wouldHave(service, withRows === true, then),
    `  ${say.asThen(undone)}`,
    `  ${say.keptAside(aside)}`,
    `  ${say.comeBack(returning)}`,
    ...(withRows
      ? [`  ${say.rowsThen(rows.rows, rows.tables, version, then)}`]
      : moment.length === 0 && rows.tables > 0
        ? [`  ${say.rowsStay}`]
        : moment),
    say.takes(Math.ceil(more), away),
  ].join("\n");
}

const question = { fr: "Continuer ?", en: "Go on?" } as const;
const unchanged = { fr: "Rien n’a changé.", en: "Nothing was changed." } as const;

/** Prints what would be done and on which cluster, and asks. Throws if the answer is not yes. */
export async function refuseWithoutYes(
  { yes }: Pick<Options, "yes">,
  text: string,
  context: string | undefined,
  ask = askOnTerminal,
): Promise<void> {
  const language = languageHere();
  console.log(`${text}\n${placeText(context, language)}`);
  if (yes) return;
  const answer = await asksYes(question, language, ask);
  if (answer === undefined) throw new Error(sentences[language].noTerminal);
  if (!answer) throw new Error(unchanged[language]);
}
