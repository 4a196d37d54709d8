import { randomBytes } from "node:crypto";
import type { Translated } from "../../components/foundation/language/language.ts";
import { TranslatedError } from "../../components/foundation/language/translated-error.ts";
import type { AfterRestore } from "../../components/foundation/restore-point/contract.ts";
import {
  type ExchangeStep,
  inUseAlready,
  notExchanged,
} from "../../components/platform/database/exchange.ts";
import { loadName, nameIn, restoreName } from "../../components/recovery/points/manifests.ts";
import type { PointsPlan } from "../../components/recovery/points/plan.ts";
import {
  nothingBrought,
  type RestorePreview,
  type RestoreStep,
} from "../../components/recovery/points/settings.ts";
import { spoken, spokenError } from "../language.ts";
import { emptyCache } from "./caches.ts";
import { type ChangedTable, Moment } from "./moment.ts";
import type { Container } from "./point.ts";
import type { Surroundings } from "./points.ts";
import { type RowsServer, rowsServerOf } from "./rows-server.ts";
import { literal, Runs, withEnvironment } from "./runs.ts";
import { type Said, Standstill } from "./standstill.ts";

/** Definition of one restore. */
export interface Restore {
  commune: string;
  points: PointsPlan;
  /** Number of the point whose files go back; undefined if only its rows do. */
  sequence: number | undefined;
  context: string | undefined;
  /** Whether its rows go back too. */
  withRows: boolean;
  /** The moment that its rows go back to, ISO 8601; the point's when absent. */
  at?: string | undefined;
  /** The one folder or file that goes back, below a volume's root; all of the service when absent. */
  only?: string | undefined;
}

type Way = "there" | "back";
const opposite = { there: "back", back: "there" } as const;

/** Files of two moments, or rows of others than the files, may be in use: nothing may start. */
class HalfWay extends TranslatedError {
  constructor(cause: unknown, left: Translated) {
    const why = spokenError(cause);
    super(
      {
        en: `${why}\n${left.en}: the service stays stopped. The same command goes on, and --undo takes all of it back.`,
        fr: `${why}\n${left.fr} : le service reste arrêté. La même commande continue, et --undo remet tout comme avant.`,
      },
      { cause },
    );
  }
}

/** Words for what was exchanged, and with which. */
const exchanged = {
  rows: { en: "Rows", fr: "Base" },
  filesAndRows: { en: "Files and rows", fr: "Fichiers et base" },
  before: { en: "those of before", fr: "comme avant" },
  asked: { en: "those that were asked for", fr: "au moment demandé" },
  point: { en: "the point's", fr: "du point de restauration" },
} as const;

/** One restore of a service, step by step, as runs of what is registered and suspended in its namespace and its server's. */
export class Restoring {
  private readonly service: Runs;
  /** Server of its rows; undefined if it has none, or if somebody else runs the server. */
  private readonly server: RowsServer | undefined;
  private readonly moment: Moment | undefined;
  /** Standstill while the present data is exchanged. */
  readonly standstill: Standstill;

  constructor(
    surroundings: Pick<Surroundings, "kubectl">,
    private readonly of: Restore,
  ) {
    const { commune, points, context, at } = of;
    this.service = new Runs(surroundings, { commune, service: points.beside.service }, context);
    this.moment = at === undefined ? undefined : new Moment(surroundings, { commune, points, at, context });
    this.server = rowsServerOf(surroundings, of);
    this.standstill = new Standstill(this.service, points);
  }

  async preview(): Promise<RestorePreview> {
    return JSON.parse(await this.files("preview")) as RestorePreview;
  }

  /**
   * Brings the point beside what is there, and compares it, while the service serves.
   *
   * @param changed called with the tables that have another number of rows than at the moment, if rows go back to
   * one.
   */
  async bring(
    said: Said,
    changed: (tables: readonly ChangedTable[]) => void = () => undefined,
  ): Promise<void> {
    if (this.of.sequence !== undefined) {
      await this.files("bring");
      said(
        spoken({
          en: "The point's files are beside those that are there, and were compared.",
          fr: "Les fichiers du point sont à côté de ceux qui y sont, et ont été comparés.",
        }),
      );
    }
    const { withRows, points } = this.of;
    if (!withRows || points.rows === undefined) return;
    // Before the room for them is taken: it may not be to be had.
    await this.moment?.fetch();
    // A run that was cut goes on: there is nothing to bring any more.
    const password = randomBytes(24).toString("hex");
    if ((await this.rows("prepare", password)).includes(inUseAlready)) return;
    if (this.moment !== undefined) {
      changed(await this.moment.fill());
      said(
        spoken({
          en: "The rows of the moment are in a database beside the one that is there, and were counted.",
          fr: "La base du moment est à côté de celle qui y est, et a été comptée.",
        }),
      );
      return;
    }
    const cronJob = nameIn(points, loadName);
    await this.service.run({ cronJob, password, change: (each) => withEnvironment(each, this.point) });
    said(
      spoken({
        en: "The point's rows are in a database beside the one that is there, and were counted.",
        fr: "La base du point est à côté de celle qui y est, et a été comptée.",
      }),
    );
  }

  /** Removes what is aside, for good. */
  async release(): Promise<void> {
    if (this.of.sequence !== undefined) await this.files("release");
    await this.moment?.release();
    if (this.server !== undefined && this.of.only === undefined) await this.rows("release");
  }

  /** Throws if the one path would mean nothing to the service. */
  async checkPath(): Promise<void> {
    for (const before of this.of.points.contents.beforePath ?? []) await this.runAfter(before);
  }

  /** Exchanges the one path while the service serves, and reports it to the service. */
  async exchangeOnly(way: Way, said: Said): Promise<void> {
    await this.files(way);
    await this.tell("while it serves", said);
  }

  /**
   * Stops the service, exchanges its files and, if they were brought, its rows, reports this to the service, and
   * starts it again. If the service cannot be told, all is exchanged back before it starts: its data would be wrong
   * for whoever comes next.
   */
  async exchange(way: Way, said: Said): Promise<void> {
    await this.standstill.stop(said);
    try {
      await this.swap(way, said);
      await this.tell("before people return", said, { way, isAlone: true }).catch(async (error: unknown) => {
        await this.swap(opposite[way], said);
        await this.tellAgain(opposite[way], said, error);
        throw error;
      });
    } catch (error) {
      // Half-way it would write among files of two moments.
      if (!(error instanceof HalfWay)) await this.standstill.start(said);
      throw error;
    }
    await this.standstill.start(said);
    await this.tell("while it serves", said, { way });
  }

  /**
   * Stops the service, reports to it that its rows are of another moment than its files and than what its cache and
   * devices know, and starts it again: they came back with their whole server.
   */
  async report(said: Said): Promise<void> {
    await this.standstill.stop(said);
    try {
      await emptyCache(this.service, this.of.points.service);
      await this.tell("before people return", said, { way: "back", isAlone: true });
    } finally {
      await this.standstill.start(said);
    }
    await this.tell("while it serves", said, { way: "back" });
  }

  /** Rows that stayed may know already of the files that went again; those that came are aside with what they know. */
  private async tellAgain(way: Way, said: Said, error: unknown): Promise<void> {
    if (this.of.withRows) return;
    await this.tell("before people return", said, { way, isAlone: true }).catch(() => {
      throw new HalfWay(error, {
        en: "Files went back, and what it knows of them may be of those that had come",
        fr: "Les fichiers sont revenus, et ce que le service en sait peut être de ceux qui étaient venus",
      });
    });
  }

  /** Rows last: both of their renames are one step, and files that could not be exchanged leave them alone. */
  async swap(way: Way, said: Said): Promise<void> {
    const files = async (which: Way) => {
      if (this.of.sequence !== undefined) await this.files(which, true);
    };
    const takeBack = async (error: unknown) => {
      await files(opposite[way]).catch((left: unknown) => {
        if (!String(left).includes(nothingBrought))
          throw new HalfWay(error, {
            en: "What was moved did not go back either",
            fr: "Ce qui avait été déplacé n’est pas revenu non plus",
          });
      });
      throw error;
    };
    await files(way).catch(takeBack);
    if (this.server === undefined || (way === "there" && !this.of.withRows)) return;
    const told = await this.rows(way).catch(takeBack);
    // A restore of files alone leaves the rows, also on its way back.
    if (told.includes(notExchanged)) return;
    // What an application of an association remembers is in its pod, which has ended.
    if (this.of.points.beside.tenant === undefined) await emptyCache(this.service, this.of.points.service);
    const what = this.of.sequence === undefined ? exchanged.rows : exchanged.filesAndRows;
    const whose = way === "back" ? exchanged.before : this.moment ? exchanged.asked : exchanged.point;
    said(spoken({ en: `${what.en} are ${whose.en}.`, fr: `${what.fr} : ${whose.fr}.` }));
  }

  /**
   * Reports to the service what it must know.
   *
   * @param way in which files and rows went.
   * @param isAlone whether none of its pods run.
   */
  async tell(
    when: AfterRestore["when"],
    said: Said,
    { way = "there", isAlone = false }: { way?: Way; isAlone?: boolean } = {},
  ): Promise<void> {
    for (const after of this.after(way)) {
      if (after.when !== when) continue;
      await this.runAfter(after, isAlone);
      said(spoken({ en: `Done: ${after.what.en}.`, fr: `Fait : ${after.what.fr}.` }));
    }
  }

  private after(way: Way): readonly AfterRestore[] {
    const { only = "", withRows, points } = this.of;
    const { afterAll, afterFiles, afterPath } = points.contents;
    if (only !== "") return afterPath;
    // Files and rows of different moments are told what either needs; so is what goes back, be it both or files alone.
    if (this.moment !== undefined || way === "back") {
      return [
        ...afterAll,
        ...afterFiles.filter(({ what }) => afterAll.every((each) => each.what.en !== what.en)),
      ];
    }
    return withRows ? afterAll : afterFiles;
  }

  private async runAfter({ cronJob, command: words }: AfterRestore, isAlone = false): Promise<void> {
    const { only = "" } = this.of;
    const command = words.map((word) => word.replaceAll("{path}", () => literal(only)));
    const change = (container: Container, kind: "first" | "main") =>
      kind === "first" ? container : { ...container, command, args: [] };
    await this.service.run({ cronJob, change, isAlone });
  }

  private get point(): Record<string, string> {
    const { sequence = 0 } = this.of;
    const point = String(sequence).padStart(6, "0");
    return { SEQUENCE: String(sequence), POINT: this.moment?.name ?? point };
  }

  private async files(step: RestoreStep, isAlone = false): Promise<string> {
    const { only } = this.of;
    const change = (container: Container): Container =>
      container.name === restoreName
        ? withEnvironment({ ...container, args: [step] }, { ...this.point, ...(only && { ONLY: only }) })
        : container;
    const cronJob = nameIn(this.of.points, restoreName);
    return (await this.service.run({ cronJob, change, isAlone })).left;
  }

  /** Takes a step with the rows, and returns what the server said. */
  private async rows(step: ExchangeStep, password?: string): Promise<string> {
    if (this.server === undefined) {
      throw new TranslatedError({
        en: `the rows of ${this.of.points.service} are on a server that somebody else runs: its operator makes a database beside and renames it (docs/recovery.md, "With its rows").`,
        fr: `la base de ${this.of.points.service} est sur un serveur que quelqu’un d’autre fait tourner : c’est à lui de faire une base à côté et de la renommer (docs/recovery.md, « With its rows »).`,
      });
    }
    const { POINT = "" } = this.point;
    return this.server(step, POINT, password);
  }
}
