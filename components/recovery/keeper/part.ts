import { images } from "../../foundation/image/catalogue.ts";
import type { Part } from "../../foundation/part/part.ts";
import type { AlertFile } from "../../foundation/part/watched.ts";
import { sharedServerName } from "../../platform/database/plan.ts";
import { copyPassword } from "../../platform/database/secrets.ts";
import { repositoryPassword } from "../vault/secrets.ts";
import { keeperWorkload } from "./manifests.ts";
import { type KeeperPlan, serverKept } from "./plan.ts";
import type { KeepersGiven } from "./register.ts";
import { keeperPort } from "./settings.ts";

const kind = "keeper";

/** Alerts on restore points: where no neighbour has any, the reconciler knows of none. */
const alertsOf = ({ points }: KeeperPlan): { alerts?: AlertFile[] } =>
  points === undefined || points.alerts === "elsewhere"
    ? {}
    : { alerts: [{ file: "points", values: { EVERY: points.alerts.everySeconds } }] };

/** Keepers, which copy database servers to the vaults. */
export const keeperPart: Part<{ keepers?: readonly KeeperPlan[] }, unknown, KeepersGiven> = {
  kind,
  whenNodeIsLost:
    "Waits for its node: its spool is on a volume. The server keeps its log meanwhile, as far as its volume allows (docs/recovery.md).",
  thingNamed(name) {
    const server = serverKept(name);
    if (server === undefined) return undefined;
    if (server !== sharedServerName)
      return { kind, of: server, title: { en: "the copies of %", fr: "les copies de %" } };
    const title = {
      en: "the copies of the commune's database server",
      fr: "les copies du serveur de base de données de la commune",
    };
    return { kind, of: server, title };
  },
  secrets: ({ keepers = [] }) =>
    keepers.flatMap(({ server, outsidePort }) => [
      ...(outsidePort === undefined ? [copyPassword(server)] : []),
      repositoryPassword(server),
    ]),
  watched: ({ keepers = [] }) =>
    keepers.map((keeper) => ({
      ...{ by: "metrics", job: kind, path: "/metrics", through: undefined, isOpenToSite: true },
      ...{ workload: keeperWorkload(keeper), port: keeperPort },
      ...alertsOf(keeper),
    })),
  software: ({ keepers = [] }) => (keepers.length > 0 ? [{ name: "restic", image: images.restic }] : []),
  component: async () => (await import("./register.ts")).registerKeepers,
};
