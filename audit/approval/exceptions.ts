import { existsSync } from "node:fs";
import type * as z from "zod";
import { listCommunes } from "../../components/commune/load.ts";
import { type Loaded, loadYaml } from "../../components/foundation/declaration/load.ts";
import { DeclarationError, type Problem } from "../../components/foundation/declaration/problem.ts";
import { inCommune } from "../../components/foundation/declaration/stacks.ts";
import { isToldToClusters, objectName } from "../../policies/admission.ts";
import {
  counts,
  exceptionsFile,
  exceptionsSchema,
  type RuleException,
  type WrittenException,
} from "../../policies/exceptions.ts";
import { readApprovers } from "./approvers.ts";
import { logText, readLog } from "./log.ts";
import { type Judged, judgeLog } from "./verify.ts";

/** Months for which an exception may be declared ahead. */
const mostMonths = 12;

/** A day some months later, as ISO 8601. The 31st of a shorter month is the first days of the next. */
function later(today: string, months: number): string {
  const day = new Date(`${today}T00:00:00Z`);
  day.setUTCMonth(day.getUTCMonth() + months);
  return day.toISOString().slice(0, 10);
}

/** Whether two exceptions say the same. */
function isSame(one: WrittenException, other: WrittenException): boolean {
  return (["rule", "object", "reason", "owner", "expires"] as const).every((key) => one[key] === other[key]);
}

/** The exceptions with who signed each, by the commune's log: every word of them is signed, the day too. */
function withSigners(
  written: readonly WrittenException[],
  lines: readonly Judged[],
): readonly RuleException[] {
  return written.map((exception) => {
    const signed = lines.find(
      ({ entry, problems }) =>
        entry?.kind === "excepted" && problems.length === 0 && isSame(entry.exception, exception),
    );
    return { ...exception, signedBy: signed?.approver?.name };
  });
}

/**
 * The exceptions of a commune, if it has any. Expired ones, and those that nobody has signed, are among them: the
 * rule says so when it refuses.
 *
 * @param today as ISO 8601.
 */
export function loadExceptions(
  stacks: string,
  id: string,
  today: string,
): { ok: true; exceptions: readonly RuleException[] } | { ok: false; problems: Problem[] } {
  const file = inCommune(stacks, id, exceptionsFile);
  if (!existsSync(file)) return { ok: true, exceptions: [] };
  const loaded: Loaded<z.output<typeof exceptionsSchema>> = loadYaml(file, exceptionsSchema);
  if (!loaded.ok) return loaded;
  const { exceptions } = loaded.declaration;
  const most = later(today, mostMonths);
  const problems = exceptions.flatMap(({ expires }, index) =>
    expires <= most
      ? []
      : [
          loaded.positions.problem(
            ["exceptions", index, "expires"],
            `"${expires}" is more than ${mostMonths} months ahead. Write a day until ${most}, and ask again then.`,
          ),
        ],
  );
  if (problems.length > 0) return { ok: false, problems };
  const signers = readApprovers(stacks, id);
  if (!signers.ok) return signers;
  const lines = judgeLog(readLog(logText(stacks, id)), { stack: id, ...signers });
  return { ok: true, exceptions: withSigners(exceptions, lines) };
}

/** Whether an exception is of an object of a commune: what another one signs opens nothing there, as in its preview. */
function isIn(id: string, { object }: RuleException, communes: readonly string[]): boolean {
  const [, , namespace, name = ""] = objectName.exec(object) ?? [];
  const where = namespace ?? name;
  const owners = communes.filter((each) => where.startsWith(`${each}-`));
  return owners.every((each) => each.length <= id.length) && owners.includes(id);
}

/**
 * Exceptions that count on a day, by commune, each for objects of the commune itself: those that a cluster gets.
 * Throws DeclarationError.
 *
 * @param today ISO 8601.
 */
export function clusterExceptions(stacks: string, today: string): Map<string, readonly RuleException[]> {
  const communes = listCommunes(stacks);
  return new Map(
    communes.map((id) => {
      const loaded = loadExceptions(stacks, id, today);
      if (!loaded.ok) throw new DeclarationError(loaded.problems);
      const told = loaded.exceptions.filter(
        (each) => isToldToClusters(each.rule) && counts(each, today) && isIn(id, each, communes),
      );
      return [id, told];
    }),
  );
}
