import { Command } from "commander";
import { texts } from "../audit/words.ts";
import { repositoryFile } from "../components/foundation/repository.ts";
import { seedFingerprint } from "../components/foundation/seed/derive.ts";
import { incarnationName } from "../components/recovery/incarnation.ts";
import { pointId } from "../components/recovery/points/head.ts";
import { placeOf } from "./approval/place.ts";
import { askEngine } from "./engine.ts";
import { interruptible } from "./interruptible.ts";
import { languageHere, spokenError } from "./language.ts";
import { stackSeed } from "./recovery/kit/stack-seed.ts";
import { takePoint } from "./recovery/point.ts";
import { ordinary as ordinaryPoints } from "./recovery/points.ts";
import { Restoring } from "./recovery/restoring.ts";
import { together } from "./recovery/together.ts";
import { type Copies, copiesOf, type NewestPoint } from "./relocate/copies.ts";
import { leave } from "./relocate/leave.ts";
import { logEnds } from "./relocate/log-ends.ts";
import { type Move, type Options, prepare, type Surroundings, told } from "./relocate/prepare.ts";
import { sentences } from "./relocate/sentences.ts";
import { putAside } from "./relocate/state.ts";
import { refuseWithoutYes } from "./restore.ts";
import { Stack, settingsFile, settingsIn } from "./stack.ts";
import { underway } from "./underway.ts";

const ordinary: Surroundings = {
  ...ordinaryPoints,
  seedOf: (id, context) => stackSeed(placeOf(id, context), id),
  stackOf: (id, context) => new Stack(id, placeOf(id, context).environment),
  settingsOf: (id) => settingsIn(settingsFile(id)),
  putAside: (id, context) =>
    putAside(
      (words, input) => askEngine(placeOf(id, context), words, input),
      id,
      repositoryFile(".local/relocate"),
    ),
  now: () => new Date(),
};

/** `commune relocate`: a commune whose site is lost comes back on another cluster, from its seed and its vaults. */
export function relocateCommand(surroundings = ordinary): Command {
  return new Command("relocate")
    .description(
      "Bring a commune back on another cluster, from its declaration, its seed and its vaults: each service, and each application of its associations, with the files and the rows of its newest restore point. The site that is left stops copying to the vaults. Says first what will be missing.",
    )
    .argument("<commune>", "id of the commune")
    .option("--to <context>", "context of the kubeconfig of the new cluster; the current one when absent")
    .option(
      "--lost <service...>",
      "services, or applications of associations, without a restore point, which begin empty",
      [],
    )
    .option(
      "--planned",
      "the site that is left still answers: shut it first, and take a last restore point of each service there",
    )
    .option("--yes", "do not ask")
    .action(async (id: string, options: Options) => {
      const move = await prepare(surroundings, id, options);
      await refuseWithoutYes(
        options,
        told(move, surroundings.now(), languageHere()).join("\n"),
        move.context,
      );
      await carryOut(surroundings, move.leaving === undefined ? move : await left(surroundings, move));
    });
}

/** Shuts the site that is left, and finds the last points of it at the vaults. */
async function left(surroundings: Surroundings, move: Move): Promise<Move> {
  const { id, plan, seed, given, leaving } = move;
  let copies = move.copies;
  await leave(
    surroundings,
    { commune: id, points: plan.points, context: leaving?.context },
    (line) => console.log(line),
    async () => {
      copies = await copiesOf(surroundings, plan, { seed, given });
      const before = new Map(move.copies.newest.map(({ points, point }) => [points.service, point.hash]));
      const isNew = plan.points.every(({ service }) =>
        copies.newest.some(
          ({ points, point }) => points.service === service && point.hash !== before.get(service),
        ),
      );
      if (!isNew) throw new Error(sentences[languageHere()].notLast(copies.silent.join("; ")));
    },
  );
  return { ...move, copies, missing: copies.newest };
}

/** One step after the other. Ctrl-C lets the one that runs end, and begins no other. */
async function carryOut(surroundings: Surroundings, move: Move): Promise<void> {
  const { leaving, copies, incarnation, cluster } = move;
  const say = sentences[languageHere()];
  const shut = leaving && say.staysShut(leaving.context);
  const and =
    (...sentences: readonly (string | undefined)[]) =>
    (error: unknown) => {
      throw new Error([spokenError(error), ...sentences.filter((each) => each !== undefined)].join("\n"));
    };
  await interruptible(
    async (interrupted) => {
      await fence(copies, incarnation, cluster).catch(and(shut));
      const pause = () => {
        if (interrupted.aborted) throw new Error(say.interrupted);
      };
      await bringBack(surroundings, move, pause).catch(and(say.goOn, shut));
    },
    () => console.log(say.stops),
  );
}

/** @param pause throws if somebody wants it to end. */
async function bringBack(surroundings: Surroundings, move: Move, pause: () => void): Promise<void> {
  const { id, incarnation, context, seed } = move;
  const said = (line: string) => console.log(line);
  const say = sentences[languageHere()];
  said(say.siteCounts(incarnation));
  pause();
  const stack = surroundings.stackOf(id, context);
  if (move.isOfBefore) {
    // A drawn seed is in the state that is put aside.
    await surroundings.seedOf(id, context).give(seed);
    const kept = await surroundings.putAside(id, context);
    if (kept !== undefined) said(say.stateKept(kept));
    if (context !== undefined) await stack.set("context", context);
    await stack.set("incarnation", String(incarnation));
  }
  pause();
  said(say.begins);
  await stack.up(underway);
  pause();
  await together(move.missing, (each) => comeBack(surroundings, move, each, pause));
  const first = move.missing.map(({ point }) => point.head.takenAt).sort()[0];
  const after = { context, after: first ?? surroundings.now().toISOString() };
  for (const line of move.leaving === undefined ? await logEnds(surroundings, move.plan, after) : [])
    said(line);
  said(say.isBack(id, seedFingerprint(seed, id)));
}

/** One service, or one application of an association, gets its data. */
async function comeBack(
  surroundings: Surroundings,
  { id, context }: Move,
  { points, point }: NewestPoint,
  pause: () => void,
): Promise<void> {
  const { service } = points;
  const language = languageHere();
  const say = sentences[language];
  const said = (line: string) => console.log(texts.labelled[language](service, line));
  const { sequence } = point.head;
  const restoring = new Restoring(surroundings, { commune: id, points, sequence, context, withRows: true });
  // Others may have come back while it waited for its turn.
  pause();
  await restoring.bring(said);
  pause();
  await restoring.exchange("there", said);
  const { head, said: why } = await takePoint(surroundings, context, {
    points,
    maySmaller: true,
  });
  // Until there is one, a run that goes on finds the data in place by what is aside, and touches it no more.
  if (head === undefined) throw new Error(say.noFirstPoint(service, why));
  await restoring.release();
  said(say.asOf(pointId(point.head), pointId(head)));
}

/** Claims an incarnation at the vaults. They refuse a second site on another cluster: a name is created once. */
async function fence(copies: Copies, incarnation: number, cluster: string): Promise<void> {
  const vaults = copies.vaultsAs(incarnation);
  const body = Buffer.from(JSON.stringify({ cluster }));
  const failed: string[] = [];
  for (const vault of vaults) {
    await vault
      .put(`once/${incarnationName(incarnation)}`, body)
      .catch((error: unknown) => failed.push(spokenError(error)));
  }
  if (failed.length < vaults.length && !failed.some((message) => message.includes(" 403 "))) return;
  throw new Error(sentences[languageHere()].notTaken(failed.join("; ")));
}
