import * as z from "zod";
import type { DrilledMoment } from "../../audit/drills/log.ts";
import { texts } from "../../audit/words.ts";
import { authorityKey } from "../../components/foundation/site/authority.ts";
import { fillScript, releaseScript } from "../../components/platform/database/moment-fill.ts";
import type { DumpedMoment } from "../../components/recovery/database-restore/settings.ts";
import { nameIn, pointsName } from "../../components/recovery/points/manifests.ts";
import type { PointsPlan } from "../../components/recovery/points/plan.ts";
import { languageHere, spoken, spokenError } from "../language.ts";
import { type Opened, runInServer, runMoment } from "../recovery/moment-job.ts";
import { rowsServerOf } from "../recovery/rows-server.ts";
import { Runs } from "../recovery/runs.ts";
import { together } from "../recovery/together.ts";
import type { Course } from "./course.ts";
import { Interrupted } from "./interrupted.ts";
import type { Prepared, Surroundings } from "./prepare.ts";
import type { LoggedServer } from "./servers.ts";
import { wayToVaults } from "./way-to-vaults.ts";

/** Name of the moment in files and databases of the copy. */
const name = "drill";

/**
 * Brings the databases of each server back to a moment in its log, beside those of the copy, which are still empty, counts
 * them, and removes them again. What fails is recorded, and the points come back all the same. Throws only if the drill is
 * interrupted.
 */
export async function bringMoments(
  surroundings: Surroundings,
  prepared: Prepared,
  course: Course,
  said: (line: string) => void,
): Promise<void> {
  await together(prepared.servers, async (logged) => {
    const { server, databases } = logged;
    const tell = (line: string) => said(texts.labelled[languageHere()](server, line));
    const began = surroundings.now().getTime();
    const came = await course
      .measure("moment", server, () => bringMoment(surroundings, prepared, logged, tell))
      .catch((error: unknown) => {
        if (error instanceof Interrupted) throw error;
        return { failed: spokenError(error).slice(0, 2000) };
      });
    const seconds = (surroundings.now().getTime() - began) / 1000;
    course.moments.push({ ...{ server, databases: [...databases], tables: 0, rows: 0, seconds }, ...came });
  });
}

/** A moment of a server that came back, and its vault. */
type CameBack = Required<Pick<DrilledMoment, "vault" | "at" | "tables" | "rows">>;

/** Brings one server's databases back, and removes them again. */
async function bringMoment(
  surroundings: Surroundings,
  prepared: Prepared,
  logged: LoggedServer,
  tell: (line: string) => void,
): Promise<CameBack> {
  const { copy, context } = prepared;
  const server = new Runs(surroundings, { commune: copy, service: logged.server }, context);
  const { vault, dumped } = await fetchMoment(surroundings, prepared, { ...logged, runs: server, tell });
  for (const points of logged.points) {
    const database = points.rows?.database ?? "";
    const rows = rowsServerOf(surroundings, { commune: copy, points, context });
    try {
      // By the server's own socket, without a password.
      await rows?.("prepare", name);
      await runInServer(server, fillScript(), database, name);
    } finally {
      // The points need the room.
      await runInServer(server, releaseScript(), database, name);
      await rows?.("release", name);
    }
    tell(
      spoken({
        en: `${database} of ${dumped.moment} was beside the one that is there, and was counted.`,
        fr: `${database} du ${dumped.moment} était à côté de celle qui y est, et a été comptée.`,
      }),
    );
  }
  const sum = (of: "tables" | "rows") => dumped.databases.reduce((total, each) => total + each[of], 0);
  return { vault, at: dumped.moment, tables: sum("tables"), rows: sum("rows") };
}

/** Dumps the databases of a moment to the server's volume, from the first vault that can. Throws if none can. */
async function fetchMoment(
  surroundings: Surroundings,
  { id, copy, context, copies }: Prepared,
  {
    runs,
    tell,
    server,
    major,
    databases,
    points,
    after,
  }: LoggedServer & { runs: Runs; tell(line: string): void },
): Promise<{ vault: string; dumped: DumpedMoment }> {
  const { repository, accesses } = copies.readingOf(server);
  const way = await wayOf(surroundings, points, { copy, context });
  const failed: string[] = [];
  for (const [vault, access] of Object.entries(accesses)) {
    const dumped = await runMoment(runs, {
      ...{ commune: copy, major, ...way, secrets: { repository, access } },
      settings: { commune: id, server, vault, at: { after }, name, databases },
      told: (job) => ({
        en: `${server}: a moment is brought forward beside, from the log at ${vault} (Job ${job})`,
        fr: `${server} : un moment est amené à côté, depuis le journal chez ${vault} (Job ${job})`,
      }),
    });
    if (!("failed" in dumped)) return { vault, dumped };
    failed.push(texts.labelled[languageHere()](vault, spoken(dumped.failed)));
    tell(failed.at(-1) ?? "");
  }
  throw new Error(failed.join("\n"));
}

const policy = z.object({ spec: z.object({ egress: z.array(z.looseObject({})) }) });
const settings = z.object({ data: z.record(z.string(), z.string()) });

/** Returns the way to the vaults, as the pods of the copy that bring points have it. */
async function wayOf(
  surroundings: Surroundings,
  [points]: readonly PointsPlan[],
  { copy, context }: Pick<Prepared, "copy" | "context">,
): Promise<Pick<Opened, "egress" | "authority">> {
  if (points === undefined) throw new RangeError("a server without services");
  const beside = new Runs(surroundings, { commune: copy, service: points.beside.service }, context);
  const read = async (kind: string, of: string) =>
    JSON.parse(await beside.kubectl(["get", kind, of, "--output=json"]));
  const [way, own] = await Promise.all([
    read("networkpolicy", wayToVaults(points).name),
    read("configmap", nameIn(points, pointsName)),
  ]);
  return { egress: policy.parse(way).spec.egress, authority: settings.parse(own).data[authorityKey] };
}
