import { readLog } from "../../../audit/approval/log.ts";
import { headOf } from "../../../audit/log.ts";
import { Authenticator, type Forged } from "./authenticator.ts";
import { administrator, approvers, digest, Log, report, type Said, shown } from "./written-log.ts";

/** The mayor's telephone, and the mayor, who signs with it alone. */
export const telephone = new Authenticator();
export const mayor = telephone.approver("maire", "official");
export const signers = [...approvers.filter(({ name }) => name !== mayor.name), mayor];

/** An answer that differs from an honest one. */
interface Odd {
  /** Index of the line of the proposal that it names; 0 when absent. */
  proposal?: number;
  by?: Authenticator;
  forged?: Forged;
}

/** A log in which the mayor approves on the page. */
export class BrowserLog extends Log {
  /** Adds the mayor's answer to the proposal in a line, the first one when absent. */
  answered(changed: Said = {}, { proposal = 0, by = telephone, forged = {} }: Odd = {}): this {
    const lines = readLog(this.text);
    const entry = {
      ...{ kind: "approved" as const, stack: "bron", digest, report, form: 2 as const },
      ...{ at: "2026-11-26T10:30:00.000Z", previous: headOf(lines).head },
      ...{ label: "reversible" as const, needs: this.needs, shown, from: "page" as const },
      ...{ role: "official" as const, by: mayor.fingerprint, author: administrator.fingerprint },
      ...{ expires: "2026-11-30T10:30:00.000Z", proposal: lines[proposal]?.hash },
      ...changed,
    };
    this.lines.push(JSON.stringify(by.line(entry, forged)));
    return this;
  }
}
