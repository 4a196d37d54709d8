import { slotName } from "../../components/recovery/keeper/settings.ts";
import { readPosition } from "../../components/recovery/keeper/wal.ts";
import { type Ended, reasonOf, run } from "./run.ts";

/** A server as it is at one moment. */
export interface Observation {
  /** Its own number for itself. */
  system: string;
  timeline: number;
  /** Its clock, ISO 8601. */
  now: string;
  /** The end of its log: what was committed before is in it. */
  position: bigint;
  /** Size of the files of its log. */
  segmentBytes: number;
  /** Whether it remembers which pages change, so that a copy may be an increment. */
  summarizes: boolean;
  /** Its databases, but for those of its own. */
  databases: string[];
  slot: Slot | undefined;
}

/** Replication slot: makes the server keep its log for the keeper. */
export interface Slot {
  /** The log is received up to here; undefined if it was lost. */
  received: bigint | undefined;
  /** `reserved`, `extended`, `unreserved`, `lost`. */
  status: string;
  isActive: boolean;
}

const observation = `SELECT json_build_object(
  'system', (SELECT system_identifier::text FROM pg_control_system()),
  'file', pg_walfile_name(position),
  'now', to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
  'position', position::text,
  'summarizes', coalesce(current_setting('summarize_wal', true), 'off') = 'on',
  'segmentBytes', pg_size_bytes(current_setting('wal_segment_size')),
  'databases', (SELECT coalesce(json_agg(datname ORDER BY datname), '[]') FROM pg_database
                 WHERE datallowconn AND NOT datistemplate AND datname <> 'postgres'),
  'slot', (SELECT json_build_object('received', restart_lsn::text, 'status', coalesce(wal_status, 'lost'), 'isActive', active)
             FROM pg_replication_slots WHERE slot_name = :'slot'))
  FROM (SELECT pg_current_wal_flush_lsn() AS position) AS log;
`;

const dropSlot = `SELECT pg_terminate_backend(active_pid, 5000) FROM pg_replication_slots
 WHERE slot_name = :'slot' AND active_pid IS NOT NULL;
SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = :'slot';
`;

const createSlot = `SELECT pg_create_physical_replication_slot(:'slot', true);
`;

const stopReceiver = `SELECT pg_terminate_backend(active_pid, 5000) FROM pg_replication_slots
 WHERE slot_name = :'slot' AND active_pid IS NOT NULL;
`;

/** A PostgreSQL server, as the role that copies it asks it. */
export class CopiedServer {
  /** @param env libpq's variables: the address, and the file with the password. */
  constructor(private readonly env: Record<string, string>) {}

  /** Throws if it does not answer. */
  async observe(): Promise<Observation> {
    const text = await this.ask(observation);
    const { file, position, slot, now, ...rest } = JSON.parse(text) as Omit<
      Observation,
      "timeline" | "position" | "slot"
    > & {
      file: string;
      position: string;
      slot: { received: string | null; status: string; isActive: boolean } | null;
    };
    return {
      ...rest,
      now,
      timeline: Number.parseInt(file.slice(0, 8), 16),
      position: readPosition(position),
      slot: slot
        ? { ...slot, received: slot.received === null ? undefined : readPosition(slot.received) }
        : undefined,
    };
  }

  /** Databases and clock of a server that lets nobody have its log. */
  async databases(): Promise<{ now: string; databases: string[] }> {
    const text = await this.ask(
      `SELECT json_build_object('now', to_char(clock_timestamp() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
         'databases', (SELECT coalesce(json_agg(datname ORDER BY datname), '[]') FROM pg_database
            WHERE datallowconn AND NOT datistemplate AND datname <> 'postgres'
              AND has_database_privilege(datname, 'CONNECT')));`,
    );
    return JSON.parse(text) as { now: string; databases: string[] };
  }

  /** Returns the history file of a timeline; empty for the first. */
  async history(timeline: number): Promise<string> {
    if (timeline === 1) return "";
    const words = ["--dbname=replication=1", `--command=TIMELINE_HISTORY ${timeline}`];
    // Two columns: the file's name, `00000002.history`, and its content.
    const row = await this.psql(words, "");
    return row.slice(row.indexOf("|") + 1);
  }

  /** Keeps the log from now on, whatever was kept before. */
  async renewSlot(): Promise<void> {
    await this.ask(dropSlot);
    await this.ask(createSlot);
  }

  /** Ends the connection that receives the log; the receiver starts again automatically, where and when it is told. */
  async stopReceiver(): Promise<void> {
    await this.ask(stopReceiver);
  }

  private ask(statement: string): Promise<string> {
    return this.psql([`--set=slot=${slotName}`, "--file=-"], statement);
  }

  private async psql(words: readonly string[], input: string): Promise<string> {
    const ended: Ended = await run(
      "psql",
      [...["--no-psqlrc", "--quiet", "--tuples-only", "--no-align", "--set=ON_ERROR_STOP=1"], ...words],
      { env: { ...this.env, PGCONNECT_TIMEOUT: "10" }, input, stillMs: 30_000 },
    );
    if (ended.code !== 0) throw new Error(reasonOf("the server", ended));
    return ended.out.trim();
  }
}
