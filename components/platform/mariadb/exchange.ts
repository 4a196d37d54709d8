import { readTemplate, type TemplateValues } from "../../foundation/template/template.ts";
import { type ExchangeStep, inUseAlready, notExchanged, wholeMark } from "../database/exchange.ts";
import { givenRights } from "./rights.ts";

/**
 * The databases beside an application's own while its rows are exchanged: one for those that come, and one for those that
 * were there. Both begin with its name, by which a proof of erasure finds them.
 *
 * @param mark tells one exchange from another: the number of a restore point.
 */
export function besideDatabases(database: string, mark: string): { coming: string; former: string } {
  return { coming: `${database}_${mark}_in`, former: `${database}_${mark}_out` };
}

/** MariaDB's client beside the server. */
export const besideServer = "mariadb --socket=/run/mysqld/mysqld.sock";

/** A part of these scripts, which are beside the pods' own. */
function part(name: string, values?: TemplateValues): string {
  return readTemplate(`platform/mariadb/pod/exchange/${name}.bash`, values);
}

/**
 * A step, after what all begin with: how far the exchange is. What came is "whole" when that was said of it, and "exchanged"
 * when it is not beside any more. A server that says nothing ends the step.
 */
function stepScript(step: string, database: string, mark: string, values: TemplateValues): string {
  const { coming, former } = besideDatabases(database, mark);
  const names = { DATABASE: database, COMING: coming, FORMER: former };
  return part("begin", { ...names, BESIDE_SERVER: besideServer, WHOLE_MARK: wholeMark }) + part(step, values);
}

/** A table alone can be moved to another database: what belongs to one, or is none, would be lost without a word. */
const refuseOthers = () => part("refuse-others");

/**
 * For bash beside the server: makes an empty database beside an application's own, where the disk has room for it, and a user
 * who reads rows into it, with the password in `$password`. They are somebody's text: who reads them reaches nothing else, and
 * the application does not reach them before they are in use.
 *
 * @param from where that user connects from, as MariaDB writes it.
 */
export function prepareRows(database: string, mark: string, from: "%" | "localhost"): string {
  return stepScript("prepare", database, mark, {
    REFUSE_OTHERS: refuseOthers(),
    IN_USE_ALREADY: inUseAlready,
    FROM: from,
    GIVEN_RIGHTS: givenRights,
  });
}

/** For bash beside the server: says of what came that it is whole. Nothing else is ever put in another one's place. */
export function markWhole(database: string, mark: string): string {
  return stepScript("mark-whole", database, mark, { WHOLE_MARK: wholeMark });
}

/** For bash beside the server, as its superuser: the steps after rows were brought. Each can be asked again when it was cut. */
export function exchangeRows(step: Exclude<ExchangeStep, "prepare">, database: string, mark: string): string {
  const [REFUSE_OTHERS, MOVE, DROP_LOADER] = [refuseOthers(), part("move"), part("drop-loader")];
  const values = {
    there: { REFUSE_OTHERS, MOVE, DROP_LOADER, IN_USE_ALREADY: inUseAlready },
    back: { REFUSE_OTHERS, MOVE, NOT_EXCHANGED: notExchanged },
    release: { DROP_LOADER },
  };
  return stepScript(step, database, mark, values[step]);
}
