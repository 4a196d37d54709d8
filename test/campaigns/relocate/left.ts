import { request } from "undici";
import { complaints } from "../../../components/recovery/keeper/status.ts";
import { agentFor } from "../../../scripts/look/doorway.ts";
import { takePoint } from "../../../scripts/recovery/point.ts";
import { planOf, servicesIn } from "../../../scripts/recovery/points.ts";
import type { Site } from "./sites.ts";
import { holders, type LostTown, town } from "./town.ts";

/** Observations of a site that a commune has left. */
export interface Left {
  /** Status that each service's name answers there. */
  doors: Record<string, number>;
  /** Pods of services there. */
  pods: number;
  /** Result of a restore point there. */
  point: string;
  /** Complaints of its keeper. */
  keeper: string[];
  /** Rows that it still has, by service. */
  rows: string[];
}

/** Looks at a site that was left, and tries to make it write to the vault. */
export async function leftSite(lostTown: LostTown, site: Site, addresses: Readonly<Record<string, string>>) {
  const dispatcher = agentFor(site.doorway);
  try {
    const doors: Left["doors"] = {};
    let pods = 0;
    for (const { service } of holders) {
      const { statusCode, body } = await request(addresses[service] ?? "", { dispatcher });
      await body.dump();
      doors[service] = statusCode;
      const words = ["get", "pods", "--selector=app.kubernetes.io/component=web", "--output=name"];
      const running = await lostTown.kubectl(site, "-n", `${town}-${service}`, ...words);
      pods += running === "" ? 0 : running.split("\n").length;
    }
    const [points] = servicesIn(planOf(lostTown.surroundings(), town), { service: ["nextcloud"] });
    if (points === undefined) throw new Error("nextcloud has no points");
    const { head, said } = await takePoint(lostTown.surroundings(), site.context, {
      ...{ points, maySmaller: true, isAlone: true },
    });
    const status = await lostTown.keeper(site);
    const rows = await Promise.all(
      holders.map(({ service }) => lostTown.sql(site, service, "SELECT count(*) FROM minutes")),
    );
    return {
      ...{ doors, pods, rows },
      point: head === undefined ? said : `taken: ${head.sequence}`,
      keeper: status === undefined ? ["it says nothing"] : complaints(status, new Date()),
    } satisfies Left;
  } finally {
    await dispatcher.close();
  }
}

/** Returns what is wrong with a site that was left: it must be shut, and must not write. */
export function wrongOf({ doors, pods, point, rows }: Left): string[] {
  return [
    ...Object.entries(doors).flatMap(([service, status]) =>
      status === 404 ? [] : [`${service} answers ${status}`],
    ),
    ...(pods === 0 ? [] : [`${pods} pods of services run`]),
    ...(/another site took its place/.test(point) ? [] : [`a restore point: ${point}`]),
    ...rows.flatMap((count) => (count === "1000" ? [] : [`${count} rows of 1000`])),
  ];
}
