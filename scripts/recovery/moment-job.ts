import { randomBytes } from "node:crypto";
import * as z from "zod";
import type { PostgresqlMajor } from "../../components/foundation/image/catalogue.ts";
import type { Translated } from "../../components/foundation/language/language.ts";
import { bundleProgram } from "../../components/foundation/program/bundle.ts";
import { type Moment, momentObjects } from "../../components/recovery/database-restore/moment.ts";
import type { DumpedMoment, RestoreSettings } from "../../components/recovery/database-restore/settings.ts";
import { underway } from "../underway.ts";
import { ended, failedOf, takenAway } from "./point.ts";
import type { Runs } from "./runs.ts";

/** Secrets that open a server's copies at one vault, and the way there. */
export type Opened = Pick<Moment, "secrets" | "egress" | "authority">;

/** A Job beside a server, which dumps databases of a moment to its volume. */
export interface MomentJob extends Opened {
  /** Commune in whose namespaces the server is. */
  commune: string;
  major: PostgresqlMajor;
  settings: RestoreSettings;
  /** Sentence about it, for whoever waits, by the name of the Job. */
  told(name: string): Translated;
}

/** Runs a script in a server's pod, with a database and the name of a moment as its words. Returns what it prints. */
export function runInServer(server: Runs, script: string, database: string, moment: string): Promise<string> {
  const where = ["exec", "database-0", "--container=postgresql", "--"];
  return server.kubectl([...where, "bash", "-euc", script, "bash", database, moment]);
}

/** Result of such a Job: what was dumped, or why it failed. */
export type MomentEnd = DumpedMoment | { failed: string };

const dumped = z.object({
  moment: z.string(),
  databases: z.array(z.object({ database: z.string(), tables: z.number(), rows: z.number() })),
});

/** Runs the Job, with its objects for as long as it takes. Throws if the cluster does not answer. */
export async function runMoment(server: Runs, { told, ...job }: MomentJob): Promise<MomentEnd> {
  const name = `moment-${Date.now().toString(36)}-${randomBytes(2).toString("hex")}`;
  const program = bundleProgram("database-restore");
  const items = momentObjects({ ...job, server: job.settings.server, name, program });
  try {
    underway(told(name));
    const list = { apiVersion: "v1", kind: "List", items };
    await server.kubectl(["create", "--filename=-"], JSON.stringify(list));
    const end = await ended((words) => server.kubectl(words), name);
    if (end.isComplete) {
      const last = await server.kubectl(["logs", `job/${name}`, "--container=restore", "--tail=20"]);
      // What the server said of errors stands between the program's own lines.
      const line = last.split("\n").findLast((each) => each.startsWith("{")) ?? "{}";
      return dumped.parse(JSON.parse(line));
    }
    const failed = (failedOf(end)?.state?.terminated?.message ?? takenAway)
      .trim()
      .split("\n")
      .filter((line) => !line.startsWith("{"))
      .slice(-3)
      .join("\n");
    return { failed };
  } finally {
    const which = ["job", "networkpolicy", "secret", "configmap"].map((kind) => `${kind}/${name}`);
    const all = [...which, `configmap/${name}-program`];
    await server.kubectl(["delete", "--ignore-not-found", "--cascade=foreground", ...all]);
  }
}
