import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
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
  /** Work on the recovered server, on its socket, before it ends; none when absent. */
  work?: ((sockets: string) => Promise<void>) | undefined;
}

/** Message of PostgreSQL when nothing was committed after the moment: all before it is there. */
const endsBefore = "recovery ended before configured recovery target was reached";

/** The longest that a log is replayed, milliseconds. */
const longestMs = 24 * 3_600_000;

/**
 * Brings a base forward to a moment, on a socket only, and ends the server again. Nobody connects, and nothing of how it
 * was done stays in its settings.
 */
export async function recover(recovery: Recovery): Promise<void> {
  const first = await replay(recovery);
  if (first === undefined) return;
  if (recovery.at === undefined || !first.includes(endsBefore)) throw new Error(`the server: ${first}`);
  const second = await replay({ ...recovery, at: undefined });
  if (second !== undefined) throw new Error(`the server: ${second}`);
}

/** Returns the end of what the server said; undefined if it succeeded. */
async function replay({ data, log, sockets, at, work }: Recovery): Promise<string | undefined> {
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
        `cp '${log}/%f' '%p' 2> /dev/null || cp '${log}/%f.partial' '%p' 2> /dev/null`,
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
  const until = Date.now() + longestMs;
  while (!isOver && Date.now() < until && !(await isPromoted(sockets))) await sleep(200);
  const wasPromoted = !isOver;
  let code: number | null = null;
  try {
    if (wasPromoted) await work?.(sockets);
  } finally {
    // Fast: nobody is connected. What it writes in the end may not be in the way of who removes its folder.
    server.kill("SIGINT");
    code = await ended;
  }
  return wasPromoted && code === 0 ? undefined : said.trim().split("\n").slice(-6).join("\n");
}

/** Moment as the server reads it before it knows the names of zones: `2026-11-26 20:30:29+00`. */
function spelled(at: string): string {
  return at.replace("T", " ").replace(/Z$/, "+00");
}

async function isPromoted(sockets: string): Promise<boolean> {
  const { code, out } = await run(
    "psql",
    ["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--command=SELECT pg_is_in_recovery()"],
    {
      env: { PGHOST: sockets, PGUSER: "postgres", PGDATABASE: "postgres", PGCONNECT_TIMEOUT: "5" },
      timeoutMs: 20_000,
    },
  );
  return code === 0 && out.trim() === "f";
}
