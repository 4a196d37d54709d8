import { publicKeyOf } from "../../components/foundation/multikey/multikey.ts";
import { isSignedByCommune, signByCommune } from "../signature.ts";
import type { Line, SignedEntry, WrittenEntry } from "./log.ts";

/**
 * Line of an entry that a command writes, signed with the key of the commune's log.
 *
 * @param key {@link logKey}; undefined for a commune without a seed yet, whose line nobody signs.
 */
export function writtenLine(entry: WrittenEntry, key: Uint8Array | undefined): Line {
  if (key === undefined) return { entry };
  const said = { ...entry, by: publicKeyOf(key) };
  return { entry: said, signature: signByCommune("approvals", said, key) };
}

/** Problems of a line, and remarks on a valid one. */
export interface Found {
  problems: readonly string[];
  remarks: readonly string[];
}

const byNobody =
  "is signed by nobody, as what commands wrote before November 2026, and as what became of a first update that was not made";

/** Judges what commands wrote into a log, one line after the other: which key it is that signs, the lines before say. */
export class WrittenLines {
  /** Multikey of the valid lines so far; undefined before the first signed one. */
  #key: string | undefined;
  /** Whether somebody has said something since what commands write is signed. */
  #isExpected = false;

  /** @param listed the key of the log in approvers.yaml, a Multikey. */
  constructor(private readonly listed: string | undefined) {}

  /** A line that a person signed, and that holds, stands before those that come. */
  follow({ form }: SignedEntry): void {
    this.#isExpected ||= form === 2;
  }

  /** Judges the signature of the next one. */
  judge(entry: WrittenEntry, signature: string | undefined): Found {
    const { by, kind } = entry;
    if (by === undefined || signature === undefined) {
      const mayBeFirst = kind === "failed" || kind === "refused";
      return this.#key !== undefined || (this.#isExpected && !mayBeFirst)
        ? { problems: ["is signed by nobody: anybody can have written it"], remarks: [] }
        : { problems: [], remarks: [byNobody] };
    }
    const problem = this.#problemOf({ ...entry, by }, signature);
    if (problem !== undefined) return { problems: [problem], remarks: [] };
    this.#key = by;
    return { problems: [], remarks: [] };
  }

  #problemOf(entry: WrittenEntry & { by: string }, signature: string): string | undefined {
    const { by } = entry;
    if (this.listed !== undefined && by !== this.listed)
      return `is signed with ${by}, and the key of the log is ${this.listed} in approvers.yaml`;
    if (this.#key !== undefined && by !== this.#key)
      return `is signed with ${by}, and the lines before it with ${this.#key}`;
    return isSignedByCommune("approvals", entry, signature) ? undefined : "its signature does not hold";
  }
}
