import { type Entry, type Line, readLog, type WrittenEntry } from "../../../audit/approval/log.ts";
import { writtenLine } from "../../../audit/approval/written.ts";
import { headOf } from "../../../audit/log.ts";
import { type Signer, signedLine, signer } from "./signers.ts";

/** Signers for Bron, and somebody who is none. */
export const administrator = signer("équipe numérique", "administrator");
export const other = signer("équipe réseau", "administrator");
export const mayor = signer("maire", "official");
export const officer = signer("délégué à la protection des données", "data-protection");
export const stranger = signer("personne", "official");
export const approvers = [administrator, other, mayor, officer];

/** Sums of what would be applied, and of the report of it. */
export const digest = `sha256:${"a".repeat(64)}`;
export const report = `sha256:${"b".repeat(64)}`;
/** Keys of the commune, and of somebody who can write into its files. */
export const [logKey, forgersKey] = [Buffer.alloc(32, 1), Buffer.alloc(32, 2)];
export const now = new Date("2026-11-26T12:00:00Z");

/** Fields of an approval that differ from the defaults. */
export type Said = Partial<Extract<Entry, { kind: "approved" }>>;
export type Proposed = Extract<Entry, { kind: "proposed" }>;

/** The sentences that were shown. */
export const shown = ["Rien ne change."];

/** A log of Bron, written line by line. */
export class Log {
  lines: string[] = [];

  constructor(
    readonly needs: "one" | "two" = "one",
    private readonly form: 1 | 2 = 2,
  ) {}

  private get previous() {
    return headOf(readLog(this.text)).head;
  }

  get text(): string {
    return this.lines.map((line) => `${line}\n`).join("");
  }

  private add(line: Line): this {
    this.lines.push(JSON.stringify(line));
    return this;
  }

  private common(by: Signer) {
    return {
      stack: "bron",
      digest,
      report,
      at: "2026-11-26T10:00:00.000Z",
      previous: this.previous,
      label: "reversible",
      needs: this.needs,
      ...(this.form === 2 && { form: this.form }),
      shown,
      role: by.role,
      by: by.fingerprint,
    } as const;
  }

  proposed(by: Signer, said: Partial<Proposed> = {}): this {
    return this.add(signedLine({ kind: "proposed", ...this.common(by), ...said }, by));
  }

  approved(by: Signer, said: Said = {}, key = by): this {
    const entry = {
      kind: "approved",
      ...this.common(by),
      author: administrator.fingerprint,
      expires: "2026-11-30T10:00:00.000Z",
      ...said,
    } as const;
    return this.add(signedLine(entry, key));
  }

  /** Adds a line that a command writes of an update, or that somebody forges. */
  written(kind: "applied" | "failed" | "refused", key: Buffer | "nobody" = logKey): this {
    const entry: WrittenEntry = {
      ...{ kind, stack: "bron", digest, report },
      ...{ at: "2026-11-26T11:00:00.000Z", previous: this.previous },
    };
    return this.add(key === "nobody" ? { entry } : writtenLine(entry, key));
  }

  applied(): this {
    return this.written("applied");
  }
}
