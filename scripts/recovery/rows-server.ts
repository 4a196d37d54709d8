import { namespaceOf } from "../../components/foundation/manifest/labels.ts";
import { type ExchangeStep, exchangeName } from "../../components/platform/database/exchange.ts";
import { exchangeRows, prepareRows } from "../../components/platform/mariadb/exchange.ts";
import { mariadbPod } from "../../components/platform/mariadb/manifests.ts";
import type { PointsPlan } from "../../components/recovery/points/plan.ts";
import { underway } from "../underway.ts";
import { mariadbWords } from "./mariadb.ts";
import type { Surroundings } from "./points.ts";
import { Runs, withEnvironment } from "./runs.ts";

/**
 * Does one step of an exchange of rows with those of a point, on the server that has them, and says what it said.
 *
 * @param password of who brings the rows, for `prepare`, which makes it.
 */
export type RowsServer = (step: ExchangeStep, point: string, password?: string) => Promise<string>;

/** Owner of the rows. */
interface Of {
  commune: string;
  points: PointsPlan;
  context: string | undefined;
}

/**
 * The server of ours that has the rows of a service; undefined if it keeps none, or if somebody else runs the server.
 */
export function rowsServerOf(
  surroundings: Pick<Surroundings, "kubectl">,
  { commune, points: { rows, service }, context }: Of,
): RowsServer | undefined {
  if (rows === undefined) return undefined;
  const { database } = rows;
  if (rows.engine === "mariadb") {
    const { server } = rows;
    const at = context === undefined ? [] : [`--context=${context}`];
    const where = `${namespaceOf({ commune, service: server })}/${mariadbPod(server)}`;
    return (step, point, password) => {
      underway({
        en: `${service}: rows, ${step} (in ${where})`,
        fr: `${service} : base, étape ${step} (dans ${where})`,
      });
      const words = (script: string) => mariadbWords({ commune, server }, script);
      if (step !== "prepare")
        return inServer(surroundings, [...at, ...words(exchangeRows(step, database, point))]);
      const [exec = "", ...rest] = words(`read -r password\n${prepareRows(database, point, "%")}`);
      return inServer(surroundings, [...at, exec, "--stdin", ...rest], `${password ?? ""}\n`);
    };
  }
  if (rows.server === undefined) return undefined;
  const server = new Runs(surroundings, { commune, service: rows.server.server }, context);
  return async (step, point, password) => {
    const { logs } = await server.run({
      cronJob: exchangeName(database),
      password,
      change: (container) => withEnvironment(container, { STEP: step, POINT: point }),
    });
    return logs();
  };
}

/** Throws with what the server said of it, and not with the script. */
async function inServer(
  { kubectl }: Pick<Surroundings, "kubectl">,
  words: string[],
  input?: string,
): Promise<string> {
  return kubectl(words, input).catch((error: unknown) => {
    const said = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : "";
    if (said === "") throw error;
    throw new Error(said, { cause: error });
  });
}
