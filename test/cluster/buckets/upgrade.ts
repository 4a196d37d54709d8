import { once } from "node:events";
import { createInterface } from "node:readline";
import { setTimeout as sleep } from "node:timers/promises";
import { execa } from "execa";
import { request } from "undici";
import { kubectl, type Place, query } from "./place.ts";

const patience = 240_000;

/**
 * Steps of an upgrade of servers that share a database, in their order: each with what another session locks, so that the
 * upgrade waits there. The double's steps take less than a second.
 */
export const steps = {
  "waits for its turn": "SELECT pg_advisory_lock(7261001)",
  "changes rows": `INSERT INTO oc_appconfig (appid, configkey, configvalue) VALUES ('core', 'lastupdatedat', '0')
    ON CONFLICT (appid, configkey) DO UPDATE SET configvalue = '0'`,
  "notes the version": "SELECT FROM commune_state WHERE name = 'version' FOR UPDATE",
  "sets settings":
    "SELECT FROM oc_appconfig WHERE appid = 'files' AND configkey = 'default_quota' FOR UPDATE",
  "notes the settings": "SELECT FROM commune_state WHERE name = 'settings' FOR UPDATE",
} as const;

/** A lock of Nextcloud's database that somebody else holds. */
class Hold {
  private constructor(
    private readonly place: Place,
    private readonly session: ReturnType<typeof Hold.open>,
    private readonly pid: string,
  ) {}

  private static open({ stack, environment }: Place) {
    const psql = ["psql", "-U", "postgres", "-d", "nextcloud", "-qAt"];
    return execa("kubectl", ["exec", "-i", "-n", `${stack}-database`, "database-0", "--", ...psql], {
      ...{ env: environment, stdin: "pipe", reject: false },
    });
  }

  static async take(place: Place, lock: string): Promise<Hold> {
    const session = Hold.open(place);
    session.stdin.write(`\\o /dev/null\nBEGIN;\n${lock};\n\\o\nSELECT pg_backend_pid();\n`);
    const ended = session.then(({ stderr }) => Promise.reject(new Error(`nobody got the lock: ${stderr}`)));
    const [pid] = await Promise.race([once(createInterface(session.stdout), "line"), ended]);
    return new Hold(place, session, String(pid));
  }

  /** Returns who waits for it, once somebody does. */
  async waiting(step: string): Promise<string[]> {
    const waits = `SELECT pid FROM pg_stat_activity WHERE ${this.pid} = ANY (pg_blocking_pids(pid))`;
    for (const end = Date.now() + patience; ; await sleep(300)) {
      const pids = await query(this.place, "nextcloud", waits);
      if (pids.length > 0) return pids;
      if (Date.now() > end) throw new Error(`no server ${step}`);
    }
  }

  async release(): Promise<void> {
    this.session.stdin.end("ROLLBACK;\n");
    await this.session;
  }
}

/**
 * Kills all servers of Nextcloud at each step of an upgrade that begins meanwhile.
 *
 * @returns the steps at which they were killed.
 */
export async function killAtEachStep(place: Place, upgrade: () => Promise<unknown>): Promise<string[]> {
  const holds: [string, Hold][] = [];
  for (const [step, lock] of Object.entries(steps)) holds.push([step, await Hold.take(place, lock)]);
  const killed: string[] = [];
  const upgraded = upgrade();
  const kill = async () => {
    for (const [step, hold] of holds) {
      const pids = await hold.waiting(step);
      await kubectl(
        place,
        ...["delete", "pods", "-n", `${place.stack}-nextcloud`, "--selector=app.kubernetes.io/component=web"],
        ...["--force", "--grace-period=0", "--wait=false"],
      );
      // PostgreSQL would still do what a client that is gone had asked for.
      await query(place, "nextcloud", `SELECT pg_terminate_backend(pid) FROM unnest(ARRAY[${pids}]) pid`);
      await hold.release();
      killed.push(step);
    }
  };
  try {
    // An upgrade that fails ends what waits for its steps.
    await Promise.all([upgraded, Promise.race([kill(), upgraded.then(() => sleep(5000))])]);
  } finally {
    for (const [, hold] of holds) await hold.release();
  }
  return killed;
}

/** Asks Nextcloud again and again which version serves, through the ingress controller. */
export class ServedVersions {
  /** Versions as they were answered, without repetitions in a row. */
  readonly versions: string[] = [];
  private readonly ended = new AbortController();
  private readonly running: Promise<void>;

  constructor(private readonly place: Place) {
    this.running = this.ask();
  }

  private async ask(): Promise<void> {
    while (!this.ended.signal.aborted) {
      const version = await this.answered().catch(() => undefined);
      if (version !== undefined && version !== this.versions.at(-1)) this.versions.push(version);
      await sleep(100);
    }
  }

  private async answered(): Promise<string | undefined> {
    const { dispatcher, stack } = this.place;
    const limits = { headersTimeout: 5000, bodyTimeout: 5000 };
    const answer = await request(`https://cloud.${stack}.test/status.php`, { dispatcher, ...limits });
    const text = await answer.body.text();
    return answer.statusCode === 200 ? JSON.parse(text).versionstring : undefined;
  }

  async stop(): Promise<void> {
    this.ended.abort();
    await this.running;
  }
}
