import * as z from "zod";
import type { PostgresqlMajor } from "../../components/foundation/image/catalogue.ts";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import { authorityKey } from "../../components/foundation/site/authority.ts";
import { fillScript, releaseScript } from "../../components/platform/database/moment-fill.ts";
import { restoreName } from "../../components/platform/database/restore.ts";
import { keeperService } from "../../components/recovery/keeper/plan.ts";
import { secretFiles } from "../../components/recovery/keeper/settings.ts";
import type { PointsPlan } from "../../components/recovery/points/plan.ts";
import type { VaultAccesses } from "../../components/recovery/vault/access.ts";
import { type Opened, runInServer, runMoment } from "./moment-job.ts";
import type { Surroundings } from "./points.ts";
import { Runs } from "./runs.ts";

/** A table whose number of rows is another one now. */
export interface ChangedTable {
  table: string;
  /** Rows at the moment, and now. */
  was: number;
  is: number;
}

/** Objects of a server's keeper, in its namespace. */
const held = z.object({
  secret: z.object({ data: z.record(z.string(), z.string()) }),
  settings: z.object({ data: z.record(z.string(), z.string()) }),
  policies: z.object({
    items: z.array(
      z.object({
        metadata: z.object({ name: z.string() }),
        spec: z.object({ egress: z.array(z.looseObject({})).optional() }),
      }),
    ),
  }),
});

/** One service's rows of a moment: from the log that its server's keeper has shipped. */
export class Moment {
  /** Name of the moment in databases and files. */
  readonly name: string;
  private readonly server: Runs;
  private readonly keeper: Runs;
  private readonly rows: { server: string; major: PostgresqlMajor; database: string };

  /** Throws if somebody else runs the server. */
  constructor(
    surroundings: Pick<Surroundings, "kubectl">,
    private readonly of: { commune: string; points: PointsPlan; at: string; context: string | undefined },
  ) {
    const { commune, points, at, context } = of;
    const { rows } = points;
    if (rows?.engine !== "postgresql") {
      throw new TranslatedError({
        en: `${points.service} has no rows of PostgreSQL, whose log alone goes to any moment. A restore point: --point <id>. Nothing was changed.`,
        fr: `${points.service} n’a pas de base PostgreSQL, dont le journal seul va à n’importe quel moment. Un point de restauration : --point <id>. Rien n’a été changé.`,
      });
    }
    if (rows.server === undefined) {
      throw new TranslatedError({
        en: `the rows of ${points.service} are on a server that somebody else runs: its operator goes back to a moment. A restore point of ours: --point <id>. Nothing was changed.`,
        fr: `la base de ${points.service} est sur un serveur que quelqu’un d’autre fait tourner : c’est à lui de revenir à un moment. Un point de restauration à nous : --point <id>. Rien n’a été changé.`,
      });
    }
    if (rows.server.availability === "node-loss") {
      throw new TranslatedError({
        en: `the rows of ${points.service} are on several servers, whose volumes their operator keeps: a moment comes back on the volume of a single one. A restore point: --point <id>; any moment, as a server of its own: docs/database.md, "On several nodes". Nothing was changed.`,
        fr: `la base de ${points.service} est sur plusieurs serveurs, dont leur opérateur tient les volumes : un moment revient sur le volume d’un seul. Un point de restauration : --point <id> ; n’importe quel moment, comme serveur à part : docs/database.md, « On several nodes ». Rien n’a été changé.`,
      });
    }
    const { major, database } = rows;
    const { server } = rows.server;
    this.rows = { server, major, database };
    this.name = restoreName({ at });
    this.server = new Runs(surroundings, { commune, service: server }, context);
    this.keeper = new Runs(surroundings, { commune, service: keeperService(server) }, context);
  }

  /** Brings a dump of the moment to the server's volume. The server serves meanwhile. Throws if no vault reaches it. */
  async fetch(): Promise<void> {
    const failed: string[] = [];
    for (const vault of this.of.points.settings.vaults) {
      const why = await this.fetchFrom(vault);
      if (why === undefined) return;
      failed.push(why);
    }
    throw new TranslatedError({
      en: `${[...new Set(failed)].join("\n")}\nNothing was changed.`,
      fr: `${[...new Set(failed)].join("\n")}\nRien n’a été changé.`,
    });
  }

  /** Fills the empty database beside the service's, and says what is in it in another number than now. */
  async fill(): Promise<ChangedTable[]> {
    const text = await runInServer(this.server, fillScript(), this.rows.database, this.name);
    return text.split("\n").flatMap((line) => {
      const [table = "", was = "", is = ""] = line.split("\t");
      return table === "" ? [] : [{ table, was: Number(was), is: Number(is) }];
    });
  }

  /** The dump is not needed any more. */
  async release(): Promise<void> {
    await runInServer(this.server, releaseScript(), this.rows.database, this.name);
  }

  /** Fetches the rows from a vault. Returns why it failed; undefined if it succeeded. */
  private async fetchFrom(vault: string): Promise<string | undefined> {
    const { points, at, commune } = this.of;
    const { server, major, database } = this.rows;
    const end = await runMoment(this.server, {
      ...{ commune, major, ...(await this.asKeeper(vault)) },
      settings: {
        ...{ commune: points.settings.commune, server, vault, at },
        ...{ name: this.name, databases: [database] },
      },
      told: (name) => ({
        en: `${points.service}: the server of ${at} is brought forward beside, from the vault ${vault} (Job ${name})`,
        fr: `${points.service} : le serveur de ${at} est amené à côté jusqu’à ce moment, depuis le coffre ${vault} (Job ${name})`,
      }),
    });
    return "failed" in end ? end.failed : undefined;
  }

  /** Access to a vault, and the network policy on the way there, as the server's keeper has them. */
  private async asKeeper(vault: string): Promise<Opened> {
    const words = (kind: string, ...which: string[]) => ["get", kind, ...which, "--output=json"];
    const [secret, settings, policies] = await Promise.all([
      this.keeper.kubectl(words("secret", "keeper")),
      this.keeper.kubectl(words("configmap", "keeper")),
      this.keeper.kubectl(words("networkpolicies")),
    ]);
    const found = held.parse({
      ...{ secret: JSON.parse(secret), settings: JSON.parse(settings), policies: JSON.parse(policies) },
    });
    const read = (file: string) => Buffer.from(found.secret.data[file] ?? "", "base64").toString("utf8");
    const access = (JSON.parse(read(secretFiles.vaults)) as VaultAccesses)[vault];
    if (access === undefined)
      throw new TranslatedError({
        en: `the keeper of ${this.server.namespace} does not know ${vault}`,
        fr: `le gardien de ${this.server.namespace} ne connaît pas ${vault}`,
      });
    const way = found.policies.items.find(({ metadata }) => metadata.name.endsWith("-to-peers"));
    return {
      ...{ secrets: { repository: read(secretFiles.repository), access }, egress: way?.spec.egress ?? [] },
      authority: found.settings.data[authorityKey],
    };
  }
}
