import { spawn } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { endWhenStill, stillFor, stillMs } from "../../components/foundation/program/still.ts";
import { superuserOptions } from "../../components/platform/database/superuser.ts";
import { readPosition, showPosition } from "../../components/recovery/keeper/wal.ts";
import { run } from "../keeper/run.ts";

export interface Recovery {
  /** Folder of the server's data. */
  data: string;
  /** Folder of the log. */
  log: string;
  /** Folder for its socket. */
  sockets: string;
  /** The last moment that comes back; all that there is when absent. */
  at: string | undefined;
  /** End of the log that was fetched: a replay of all of it must reach it. */
  end: bigint;
  /** Work on the recovered server, on its socket, before it ends; none when absent. */
  work?: ((sockets: string) => Promise<void>) | undefined;
}

/** libpq's variables of the superuser of the server that recovers, in a database of its own. */
export function asSuperuser(sockets: string): Record<string, string> {
  return { PGHOST: sockets, PGUSER: "postgres", PGDATABASE: "postgres", PGOPTIONS: superuserOptions };
}

/** Message of PostgreSQL when nothing was committed after the moment: all before it is there. */
const endsBefore = "recovery ended before configured recovery target was reached";

/** Bytes of a page. A flush that does not wait for the end of a record ends at a page, which may cut the last record. */
const pageBytes = 8192n;

/**
 * Brings a base forward to a moment, on a socket only, and ends the server again. Nobody connects, and nothing of how it
 * was done stays in its settings. Throws unless it reaches the moment or, if nothing was committed after that, the end of
 * the log.
 */
export async function recover(recovery: Recovery): Promise<void> {
  const first = await replay(recovery);
  if (first === undefined) return;
  if (recovery.at === undefined || !first.includes(endsBefore)) throw new Error(`the server: ${first}`);
  const second = await replay({ ...recovery, at: undefined });
  if (second !== undefined) throw new Error(`the server: ${second}`);
}

function refuseEarlyEnd(replayed: bigint, { end }: Recovery): void {
  if (replayed >= end || end % pageBytes === 0n) return;
  throw new Error(
    `the server stopped at ${showPosition(replayed)} of its log, and the shipment reaches ${showPosition(end)}: the log between them is not what it was`,
  );
}

/** Returns the end of what the server said; undefined if it succeeded. Throws if a replay of all of the log ended early. */
async function replay(recovery: Recovery): Promise<string | undefined> {
  const { data, log, sockets, at, work } = recovery;
  const access = join(sockets, "access");
  await writeFile(access, "local all all trust\n", { mode: 0o600 });
  const setting = (name: string, value: string) => ["-c", `${name}=${value}`];
  const server = spawn(
    "postgres",
    [
      ...["-D", data],
      ...setting("listen_addresses", ""),
      ...setting("unix_socket_directories", sockets),
      ...setting("hba_file", access),
      // What connects is this program alone; what the base was set to may ask for more than there is here.
      ...setting("hot_standby", "off"),
      ...setting("shared_buffers", "64MB"),
      ...setting("max_slot_wal_keep_size", "-1"),
      ...setting("archive_mode", "off"),
      ...setting(
        "restore_command",
        // A server asks for what follows the last file too. What is there and cannot be copied ends the recovery: over 125.
        `if [ -e '${log}/%f' ]; then cp '${log}/%f' '%p' || exit 255; else exit 1; fi`,
      ),
      ...setting("recovery_target_action", "promote"),
      ...(at === undefined ? [] : setting("recovery_target_time", spelled(at))),
    ],
    { stdio: ["ignore", "inherit", "pipe"] },
  );
  let said = "";
  server.stderr.setEncoding("utf8").on("data", (text: string) => {
    process.stderr.write(text);
    said = (said + text).slice(-8000);
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    server.on("error", reject);
    server.on("close", resolve);
  });
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  const watched = endWhenStill(server);
  let replayed: bigint | undefined;
  while (!isOver && replayed === undefined) {
    await sleep(200);
    if (await isReady(data)) replayed = await promotedAt(sockets);
  }
  let code: number | null = null;
  try {
    if (replayed !== undefined && at === undefined) refuseEarlyEnd(replayed, recovery);
    if (replayed !== undefined) await work?.(sockets);
  } finally {
    // Fast: nobody is connected. What it writes in the end may not be in the way of who removes its folder.
    server.kill("SIGINT");
    code = await ended;
  }
  if (watched.stoodStill) throw new Error(`the server that recovers: ${stillFor(stillMs)}`);
  return replayed !== undefined && code === 0 ? undefined : said.trim().split("\n").slice(-6).join("\n");
}

/** Moment as the server reads it before it knows the names of zones: `2026-11-26 20:30:29+00`. */
function spelled(at: string): string {
  return at.replace("T", " ").replace(/Z$/, "+00");
}

/** Whether a server says that it takes connections: asked before that, it writes a refusal into its log each time. */
async function isReady(data: string): Promise<boolean> {
  const lines = (await readFile(join(data, "postmaster.pid"), "utf8").catch(() => "")).split("\n");
  // Its eighth line. Source: PostgreSQL, src/include/utils/pidfile.h
  return lines[7]?.trim() === "ready";
}

/** Returns the end of the last record that was replayed; undefined while the server is in recovery. */
async function promotedAt(sockets: string): Promise<bigint | undefined> {
  const { code, out } = await run(
    "psql",
    [
      ...["--no-psqlrc", "--quiet", "--tuples-only", "--no-align"],
      "--command=SELECT coalesce(pg_last_wal_replay_lsn(), '0/0') WHERE NOT pg_is_in_recovery()",
    ],
    { env: { ...asSuperuser(sockets), PGCONNECT_TIMEOUT: "5" }, stillMs: 20_000 },
  );
  const position = out.trim();
  return code === 0 && position !== "" ? readPosition(position) : undefined;
}
