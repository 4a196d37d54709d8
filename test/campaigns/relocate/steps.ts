import { setTimeout as sleep } from "node:timers/promises";
import { recoveryCommand } from "../../../scripts/recovery.ts";
import { relocateCommand } from "../../../scripts/relocate.ts";
import type { Site } from "./sites.ts";
import { holders, type LostTown, peer, town } from "./town.ts";

/** Seconds since a moment, to a tenth. */
export const seconds = (since: number) => Math.round((Date.now() - since) / 100) / 10;

/** Asks once a second until there is an answer. */
export async function until<T>(
  what: string,
  timeoutSeconds: number,
  ask: () => Promise<T | undefined>,
): Promise<T> {
  const end = Date.now() + timeoutSeconds * 1000;
  for (;;) {
    const found = await ask().catch(() => undefined);
    if (found !== undefined) return found;
    if (Date.now() > end) throw new Error(`${what} was not seen within ${timeoutSeconds} s`);
    await sleep(1000);
  }
}

/** Runs a command as its words, and hands each line on with the seconds since it began. */
export async function said(
  run: () => Promise<unknown>,
  line: (text: string, at: number) => void,
): Promise<void> {
  const log = console.log;
  const began = Date.now();
  console.log = (text: unknown) => line(String(text), seconds(began));
  try {
    await run();
  } finally {
    console.log = log;
  }
}

/** Takes a restore point of every service. */
export async function points(lostTown: LostTown, tell: (line: string) => void): Promise<void> {
  const command = recoveryCommand(lostTown.surroundings());
  await said(
    () => command.parseAsync(["point", town], { from: "user" }),
    (line) => tell(line),
  );
  if (process.exitCode !== undefined) throw new Error("there is a service without a restore point");
}

/** One step of a move, and how long it took. */
export interface Step {
  step: string;
  seconds: number;
}

/** The command line of a move, and where its steps are noted and printed. */
export interface Told {
  steps: Step[];
  tell: (line: string) => void;
  words: readonly string[];
}

/** `commune relocate`, with how long each of its steps took. Throws what it throws. */
export async function relocate(lostTown: LostTown, spare: Site, { steps, tell, words }: Told): Promise<void> {
  let [step, since] = ["asking the vaults", 0];
  const next = (name: string, at: number) => {
    steps.push({ step, seconds: Math.round((at - since) * 10) / 10 });
    [step, since] = [name, at];
  };
  let last = 0;
  await said(
    () =>
      relocateCommand(lostTown.surroundings()).parseAsync([town, "--yes", "--to", spare.context, ...words], {
        from: "user",
      }),
    (line, at) => {
      tell(line);
      last = at;
      if (line.includes(" moves to the cluster ")) next("shut, last points", at);
      if (line.startsWith("pulumi up begins")) next("pulumi up", at);
      if (line.includes("files are beside") && step === "pulumi up") next("files, rows, first points", at);
    },
  );
  next("", last);
}

/** Returns the number of points that the neighbour knows. Throws if its link is not open, or nobody answers. */
export async function linked(lostTown: LostTown): Promise<number> {
  const { [town]: status } = await lostTown.metropolis.status(peer);
  const { state, why } = status?.services.documents ?? {};
  if (state !== "accepted" || why !== undefined) throw new Error(`${state}: ${why}`);
  return status?.points?.nextcloud?.heads.at(-1)?.count ?? 0;
}

/** Every service and what associations have answer under their names, through the ingress controller. */
export async function answers(lostTown: LostTown): Promise<void> {
  const { addresses } = await lostTown.stack().outputs();
  const services = holders.map(({ service }) => {
    const address = addresses[service];
    if (address === undefined) throw new Error(`the stack does not say where ${service} is`);
    return address;
  });
  for (const address of [...services, ...lostTown.applications.map((each) => each.address)]) {
    await until(`${address} answers`, 300, async () => {
      const { status } = await lostTown.fetch(address, { method: "GET", headers: {} });
      return status < 400 ? status : undefined;
    });
  }
}
