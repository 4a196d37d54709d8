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
import { Restoring } from "./recovery/restoring.ts";

interface Options extends DoorwayOptions {
  service: string;
  point?: string;
  at?: string;
  withRows?: true;
  only?: string;
  undo?: true;
  release?: true;
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
    .option("--yes", "do not ask")
    .option("--context <name>", contextHelp)
    .option("--address <host:port>", doorwayHelp.address)
    .option("--ca <file>", doorwayHelp.ca)
    .addHelpText(
      "after",
      "\nWithout --yes it says what would change, and asks. Exit code: 0 done, 1 refused or failed, 2 wrong usage.",
    )
    .action(async (id: string, options: Options) => {
      const { what, command } = asked(options, ownSurroundings.now());
      const context = contextOf(id, options.context, dirname(ownSurroundings.stacks));
      const surroundings = through(ownSurroundings, options);
      const plan = planOf(surroundings, id);
      const [points] = servicesIn(plan, { service: [options.service] });
      if (points === undefined) throw new Error(`${options.service} has no restore points`);
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
      if (options.release) {
        await refuseWithoutYes(options, "What is kept aside of this restore is removed for good.", context);
        await restoring.release();
        said(`${options.service}: nothing is kept aside any more.`);
      } else if (options.undo) {
        const away = `${options.service} is unavailable for about a minute.`;
        await refuseWithoutYes(options, options.only ? `${options.only} is as before.` : away, context);
        await exchange("back");
        said(`${options.service}: what was there before the restore is in place again.`);
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
        if (head === undefined)
          throw new Error(`no restore point of now could be taken, so nothing was changed. ${why}`);
        said(`${options.service} as it is now: ${pointId(head)}`);
        await restoring.bring(said, (tables) => said(tablesText(tables)));
        await exchange("there");
        said(
          `${options.service}: ${what} in place. Back: npx commune restore ${id} --service ${options.service} ${command} --undo`,
        );
      }
    });
}

/** Throws if a service cannot do what is asked: because it keeps files alone, or reads them when it starts. */
function refuseWhatItHasNot({ withRows, at, only }: Options, { service, rows, contents }: PointsPlan): void {
  if ((withRows || at !== undefined) && rows === undefined) {
    throw new Error(
      `${service} keeps no rows: leave out ${withRows ? "--with-rows" : "--at"}, and all that it has goes back${withRows ? "" : " to a restore point (--point)"}. Nothing was changed.`,
    );
  }
  if (only !== undefined && contents.isReadAtStart) {
    throw new Error(
      `${service} reads what goes back when it starts: leave out --only, and all that it has goes back. Nothing was changed.`,
    );
  }
}

/** Words for what is asked, and the options that say it again. Throws if it cannot be done. */
function asked({ point, at, withRows, only }: Options, now: Date): { what: string; command: string } {
  if (point === undefined && at === undefined) {
    throw new Error("say what it goes back to: --point <id>, --at <time>, or both.");
  }
  if (point !== undefined) sequenceOf(point);
  if (only !== undefined && point === undefined) throw new Error("--only needs --point <id>.");
  const moment = at === undefined ? undefined : instant().safeParse(at);
  if (moment?.success === false || (at !== undefined && Date.parse(at) >= now.getTime())) {
    throw new Error(
      `--at ${show(at)} is no moment that has been. Write it in UTC, such as 2026-11-26T20:30:29Z: npx commune recovery status <commune> says which ones there are.`,
    );
  }
  const ofPoint = only ?? (withRows ? "files and rows" : "the files");
  const parts = [
    ...(point === undefined ? [] : [`${ofPoint} of ${point}`]),
    ...(at === undefined ? [] : [`the rows of ${at}`]),
  ];
  const options = [
    ...(point === undefined ? [] : ["--point", point]),
    ...(at === undefined ? [] : ["--at", at]),
    ...(only === undefined ? [] : ["--only", JSON.stringify(only)]),
  ];
  return { what: parts.join(" and "), command: options.join(" ") };
}

/** Text about the tables whose number of rows differs between now and then. */
function tablesText(tables: readonly ChangedTable[]): string {
  if (tables.length === 0) return "Every table has as many rows now as it had then.";
  const lines = tables.map(({ table, was, is }) => `  ${table}: ${was} then, ${is} now`);
  return ["Rows of tables whose number is another one now:", ...lines].join("\n");
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
  if (at !== undefined && point === undefined) {
    throw new Error(
      `${service} is declared as ${running.version}, and at ${at} it was ${version}, as the restore point next to it says: its rows would be migrated or not read. Nothing was changed. With that version declared: all of the server goes back with database.restoreFrom (docs/recovery.md), or the service to a restore point with npx commune undo <commune>.`,
    );
  }
  throw new Error(
    points.beside.tenant === undefined
      ? `${why}. Nothing was changed. Back to before the last update, with its version: npx commune undo <commune>.`
      : `${why}. Nothing was changed.`,
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

/** A path below a volume's root. Throws for one that leads elsewhere, or to what restores keep aside. */
function pathOf(path: string): string {
  const steps = path.replace(/\/+$/, "").split("/");
  const isPlain = steps.every((step) => step !== "" && step !== "." && step !== "..");
  if (isPlain && !steps[0]?.startsWith(".")) return steps.join("/");
  throw new Error(
    `--only ${show(path)} is no path below a volume. Write it from the volume on, such as anna/files/Mairie.`,
  );
}

/** Bytes that a modest disk reads in a minute: files are read once while the service is stopped. */
const readInAMinute = 60 * 100 * 1024 ** 2;

function previewText(
  { service, point, at, withRows, only }: Options,
  { returning, undone, aside, bytes, rows, version }: RestorePreview,
  { points: { contents }, now }: { points: PointsPlan; now: Date },
): string {
  const ago = at === undefined ? 0 : Math.round((now.getTime() - Date.parse(at)) / 60_000);
  const moment = at && [
    `  its rows are as they were at ${at}: all that was written in the ${ago} min since then is kept aside, and nobody sees it`,
  ];
  const minutes = 1 + Math.floor(point === undefined ? 0 : bytes / readInAMinute);
  const told = (withRows || at !== undefined ? contents.afterAll : contents.afterFiles)
    .filter(({ when }) => when === "before people return")
    .map(({ what }) => what);
  const until = told.length === 0 ? "" : `, and until this is done: ${told.join("; ")}`;
  const away = `${service} is unavailable for about ${minutes === 1 ? "a minute" : `${minutes} minutes`}${until}.`;
  if (point === undefined) {
    return [
      `${service} would have its rows of ${at}:`,
      ...(moment ?? []),
      "  its files stay as they are (--point <id> for those of a restore point)",
      `All of its server is brought forward to then beside what runs, and needs that room meanwhile; ${away}`,
    ].join("\n");
  }
  const then = point.slice(0, 20);
  if (only) {
    return `${only} would be as of ${then}: ${undone} files as they were then, ${returning} that went since come back, ${aside} that came since are kept aside. ${service} serves meanwhile. Devices that sync it follow, and ask nobody: what came or changed since is then in what is kept aside and nowhere else.`;
  }
  const more = (withRows ? bytes + rows.bytes : bytes) / 1024 ** 2;
  return [
    `${service} would have its files${withRows ? " and its rows" : ""} of ${then}:`,
    `  as they were then: ${counted(undone, "file")}, and what was written into them since is kept aside`,
    `  kept aside: ${counted(aside, "file")} that came since`,
    `  come back: ${counted(returning, "file")} that went since`,
    ...(withRows
      ? [
          `  ${rows.rows} rows of ${rows.tables} tables are as they were then, of version ${version}: all that was written since ${then} is kept aside, and nobody sees it`,
        ]
      : (moment ?? (rows.tables > 0 ? ["  its rows stay as they are (--with-rows)"] : []))),
    `It takes ${Math.ceil(more)} MiB more until what is aside is released, and ${away}`,
  ].join("\n");
}

const counted = (count: number, noun: string) => `${count} ${noun}${count === 1 ? "" : "s"}`;

const question = { fr: "Continuer ?", en: "Go on?" } as const;
const unchanged = { fr: "Rien n’a changé.", en: "Nothing was changed." } as const;

/** Prints what would be done and on which cluster, and asks. Throws if the answer is not yes. */
export async function refuseWithoutYes(
  { yes }: Pick<Options, "yes">,
  text: string,
  context: string | undefined,
  ask = askOnTerminal,
): Promise<void> {
  console.log(`${text}\n${placeText(context)}`);
  if (yes) return;
  const language = languageHere();
  const answer = await asksYes(question, language, ask);
  if (answer === undefined)
    throw new Error("standard input is no terminal: --yes goes on without a question. Nothing was changed.");
  if (!answer) throw new Error(unchanged[language]);
}
