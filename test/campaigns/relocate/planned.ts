import { loadavg } from "node:os";
import { execa } from "execa";
import { type Left, leftSite, wrongOf } from "./left.ts";
import { type Noticed, People } from "./people.ts";
import type { TwoSites } from "./sites.ts";
import { answers, linked, relocate, type Step, seconds, until } from "./steps.ts";
import { type LostTown, members, town } from "./town.ts";

/** Result of a planned move. */
export interface PlannedMove extends Noticed {
  mib: number;
  /** Whether every sum of files and rows of before was as it was. */
  isEqual: boolean;
  /** From the command until every service answered under its name. */
  seconds: number;
  steps: Step[];
  /** From the new names until the neighbour knew of the points that were taken at the new site, its link open. */
  linkSeconds: number;
  left: Left;
  /** Faults, a sentence each. */
  wrong: string[];
  loadAverage: number[];
}

/** A move to make, and where its steps are printed. */
export interface Planning {
  mib: number;
  /** Contents of every service before people began to write. */
  before: readonly string[];
  /** Whether it is interrupted, once before the vaults know of the new site and once while it is made. */
  isInterrupted: boolean;
  tell: (line: string) => void;
}

/** The commune moves while people write through its doors, and they follow its names. */
export async function plannedMove(
  { lost, spare }: TwoSites,
  lostTown: LostTown,
  { mib, before, isInterrupted, tell }: Planning,
): Promise<PlannedMove> {
  const outputs = await lostTown.stack().outputs();
  const people = new People(lost);
  try {
    await people.write(town, outputs);
    tell("people write");
    const steps: Step[] = [];
    let firstPoint = 0;
    const move = (heard: (line: string) => void = () => undefined) =>
      relocate(lostTown, spare, {
        ...{ steps, words: ["--planned"] },
        tell: (line) => {
          tell(line);
          heard(line);
          const [, number] = /^nextcloud: .*its first restore point here: \S+-(\d{6})$/.exec(line) ?? [];
          if (number !== undefined) firstPoint = Number(number);
        },
      });
    if (isInterrupted) {
      tell(await stopped(move, /where it was: its last restore point is taken/, 0));
      await people.begun();
      tell("people write again, where they did");
      tell(await stopped(move, /^pulumi up begins/, 15_000));
      steps.length = 0;
    }
    const began = Date.now();
    await move();
    const answering = Date.now();
    await spare.lead(members[0]?.domain ?? "", "here");
    people.follow(spare);
    await answers(lostTown);
    await people.settled();
    steps.push({ step: "names, and answers", seconds: seconds(answering) });
    const all = seconds(began);
    const noticed = await people.end();
    const after = await lostTown.contents(spare);
    await until("a neighbour that knows of the new site's points", 600, async () =>
      (await linked(lostTown)) >= firstPoint ? true : undefined,
    );
    const linkSeconds = seconds(answering);
    const left = await leftSite(lostTown, lost, outputs.addresses);
    const isEqual = JSON.stringify(after) === JSON.stringify(before);
    const wrong = [...(isEqual ? [] : ["sums of before are others"]), ...noticed.lost, ...wrongOf(left)];
    const loadAverage = loadavg().map((load) => Math.round(load));
    return { mib, isEqual, seconds: all, steps, linkSeconds, ...noticed, left, wrong, loadAverage };
  } finally {
    await people.close();
  }
}

/** Presses Ctrl-C some time after a line of it, which everything that it started hears too. Returns what it says. */
async function stopped(
  move: (heard: (line: string) => void) => Promise<void>,
  line: RegExp,
  afterMs: number,
): Promise<string> {
  let isPressed = false;
  const press = () => {
    process.emit("SIGINT");
    void execa("pkill", ["-INT", "--parent", String(process.pid), "pulumi"], { reject: false });
  };
  const ended = await move((said) => {
    if (isPressed || !line.test(said)) return;
    isPressed = true;
    setTimeout(press, afterMs);
  }).then(
    () => undefined,
    (error: Error) => error.message,
  );
  if (ended === undefined) throw new Error("it was interrupted, and went on to its end");
  return `interrupted: ${ended}`;
}
