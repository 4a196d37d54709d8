import { rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { keeperKinds } from "../../components/recovery/keeper/generation.ts";
import { type KeptShipment, newestShipment } from "../../components/recovery/keeper/shipment.ts";
import { type Rehearsal, rehearsalTags, type Turn } from "../../components/recovery/rehearsal/rehearsal.ts";
import type { CopiedVault } from "../../components/recovery/vault/open-vault.ts";
import { asSuperuser } from "../database-restore/recover.ts";
import { bringForward, type RestoreParts, shipmentsIn } from "../database-restore/restore.ts";
import { generationsAt } from "../keeper/copies.ts";
import { messageOf, reasonOf, run } from "../keeper/run.ts";

/** Tools and turn of a rehearsal. */
export interface RehearsalParts extends Pick<RestoreParts, "repositories" | "volume" | "sockets" | "say"> {
  server: string;
  turn: Turn;
  vault: Pick<CopiedVault, "status">;
  now: () => Date;
}

/**
 * Brings a server back from one vault alone, up to the end of its newest shipment, compares the tables and indexes of one of
 * its databases, reads a part of all packs, and writes down at the vault how that ended. The volume is empty afterwards.
 *
 * Throws if the copy does not come back, which is written down too, or if there is none.
 */
export async function rehearse(parts: RehearsalParts): Promise<void> {
  const { turn, now, say } = parts;
  const begun = now();
  const shipment = await newestAt(parts);
  const failed = await broughtBack(parts, shipment).then(() => undefined, messageOf);
  const ended = now();
  const rehearsal: Rehearsal = {
    ...{ vault: turn.vault, at: ended.toISOString(), until: shipment.until },
    seconds: Math.round((ended.getTime() - begun.getTime()) / 1000),
    ...(failed !== undefined && { failed }),
  };
  say({ rehearsed: rehearsal });
  const unwritten = await writeDown(parts, shipment.base.generation, rehearsal).then(
    () => undefined,
    messageOf,
  );
  // Why it did not come back says more than why that could not be written down.
  const reason = failed ?? unwritten;
  if (reason !== undefined) throw new Error(reason);
}

async function writeDown(
  { volume, repositories }: RehearsalParts,
  generation: string,
  rehearsal: Rehearsal,
): Promise<void> {
  const name = "rehearsal.json";
  await writeFile(join(volume, name), `${JSON.stringify(rehearsal)}\n`);
  await repositories.backUp(generation, [name], { tags: rehearsalTags(rehearsal), cwd: volume });
  await rm(join(volume, name));
}

/** Returns the newest shipment at the vault. Throws if there is none. */
async function newestAt({ server, vault, repositories, turn }: RehearsalParts): Promise<KeptShipment> {
  const generations = await generationsAt(vault, server, keeperKinds.log);
  for (const generation of generations.reverse()) {
    const newest = newestShipment(await shipmentsIn(repositories, generation));
    if (newest !== undefined) return newest;
  }
  throw new Error(`the vault at ${turn.vault} has no copy of ${server}`);
}

async function broughtBack(parts: RehearsalParts, shipment: KeptShipment): Promise<void> {
  const { volume, turn, repositories, say } = parts;
  const [data, log] = [join(volume, "data"), join(volume, "log")];
  try {
    const work = (sockets: string) => compareOne(sockets, turn.week, say);
    await bringForward(parts, { shipment, data, log, at: undefined, work });
  } finally {
    for (const folder of [data, log]) await rm(folder, { recursive: true, force: true });
  }
  const { base, generation } = shipment;
  const read = new Set([base.generation, generation, ...shipment.parts.map((part) => part.generation)]);
  for (const each of read) {
    const problem = await repositories.checkPart(each, turn);
    if (problem !== undefined) throw new Error(`${each} at ${turn.vault} is not whole: ${problem}`);
  }
}

/** Compares tables with their indexes in one database of the server, another one each week. Throws if they differ. */
async function compareOne(sockets: string, week: number, say: (line: object) => void): Promise<void> {
  const options = { env: asSuperuser(sockets) };
  const progressOf = process.pid;
  const listed = await run(
    "psql",
    ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"],
    {
      ...{ ...options, progressOf },
      input: "SELECT datname FROM pg_database WHERE datallowconn AND NOT datistemplate ORDER BY datname",
    },
  );
  if (listed.code !== 0) throw new Error(reasonOf("psql", listed));
  const databases = listed.out.split("\n").filter((name) => name !== "");
  // Every server has that one.
  const database = databases[week % databases.length] ?? "postgres";
  const words = ["--install-missing", "--heapallindexed", "--maintenance-db=postgres", database];
  const compared = await run("pg_amcheck", words, { ...options, progressOf });
  if (compared.code !== 0) {
    const said = { ...compared, err: `${compared.out}${compared.err}`.slice(0, 2000) };
    throw new Error(`${database} is damaged: ${reasonOf("pg_amcheck", said)}`);
  }
  say({ compared: database });
}
