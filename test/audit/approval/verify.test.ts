import { describe, expect, test } from "vitest";
import { readLog } from "../../../audit/approval/log.ts";
import { judgeApproval, judgeLog, witnessProblems } from "../../../audit/approval/verify.ts";
import { headOf } from "../../../audit/log.ts";
import { emptyLog } from "../../../components/federation/approvals.ts";
import { publicKeyOf } from "../../../components/foundation/multikey/multikey.ts";
import { signer } from "./signers.ts";
import {
  administrator,
  approvers,
  digest,
  forgersKey,
  Log,
  logKey,
  mayor,
  now,
  officer,
  other,
  type Proposed,
  report,
  type Said,
  shown,
  stranger,
} from "./written-log.ts";

const judged = (log: Log) => judgeLog(readLog(log.text), { stack: "bron", approvers });
const problems = (log: Log) => judged(log).map((line) => line.problems);
/** As the machine that applies has it of a report that asks for so many. */
const asked = (needs: "one" | "two") => ({
  ...{ digest, report },
  shown: {
    preview: { label: "reversible" as const, needs, shown },
    plan: { needs, shown: ["Lu dans le plan seul."] },
    page: { label: "reversible" as const, needs, shown },
  },
});
const approval = (log: Log) => judgeApproval(judged(log), asked(log.needs), now).problems;

describe("a log", () => {
  test("holds when each line follows the one before it and is signed by who may", () => {
    const log = new Log("two").proposed(administrator).approved(other).approved(mayor).applied();
    expect(problems(log)).toEqual([[], [], [], []]);
    expect(headOf(readLog(log.text)).count).toBe(4);
  });

  test("of which a line was changed does not: its signature, and the line after it, say so", () => {
    const log = new Log().proposed(administrator).approved(mayor).applied();
    log.lines[1] = (log.lines[1] ?? "").replace("Rien ne change", "Tout change");
    const [, second, third] = problems(log);
    expect(second).toEqual(["its signature does not hold: it is not of this text"]);
    expect(third?.[0]).toContain("does not follow the line before it");
  });

  test("whose lines were exchanged, put between or taken out does not follow", () => {
    const log = () => new Log().proposed(administrator).approved(mayor).applied();
    const follows = (change: (lines: string[]) => string[]) => {
      const changed = log();
      changed.lines = change(changed.lines);
      return problems(changed)
        .flat()
        .some((problem) => problem.startsWith("does not follow"));
    };
    expect(follows((lines) => lines)).toBe(false);
    expect(follows(([one = "", two = "", three = ""]) => [two, one, three])).toBe(true);
    expect(follows(([one = "", , three = ""]) => [one, three])).toBe(true);
    expect(follows(([one = "", two = "", three = ""]) => [one, two, two, three])).toBe(true);
    expect(follows(([, two = "", three = ""]) => [two, three])).toBe(true);
  });

  test("that was rewritten as a whole holds by itself, and not against what a peer remembers", () => {
    const first = readLog(new Log().proposed(administrator).approved(mayor).text);
    const second = new Log().proposed(administrator).approved(officer);
    const peer = { of: "lyon", ...headOf(first) };
    expect(problems(second)).toEqual([[], []]);
    expect(witnessProblems(readLog(second.text), [peer])).toEqual([
      "lyon remembers another line 2: it, or one before it, was rewritten",
    ]);
    // Longer than what is remembered is no way out.
    expect(witnessProblems(readLog(second.applied().text), [peer])).toHaveLength(1);
    expect(witnessProblems(first, [peer, { of: "bron", ...emptyLog }])).toEqual([]);
  });

  test("whose last line was taken away is told by a peer", () => {
    const log = new Log().proposed(administrator).approved(mayor).applied();
    const peer = { of: "lyon", ...headOf(readLog(log.text)) };
    log.lines.pop();
    expect(problems(log).flat()).toEqual([]);
    expect(witnessProblems(readLog(log.text), [peer])).toEqual([
      "lyon remembers 3 lines, and there are 2: the last one was taken away",
    ]);
  });

  test.each<[string, (log: Log) => Log, string]>([
    ["by a key that is nobody's", (log) => log.approved(stranger), "is of nobody in approvers.yaml"],
    ["by another key than it says", (log) => log.approved(mayor, {}, other), "is signed with another key"],
    [
      "with a role that it does not have",
      (log) => log.approved(other, { role: "official" }),
      "is signed as official",
    ],
    ["by whoever proposed it", (log) => log.approved(administrator), "approves what the same key proposed"],
    [
      "for longer than a week",
      (log) => log.approved(mayor, { expires: "2026-12-25T10:00:00.000Z" }),
      "more than 7 days",
    ],
    ["of another commune", (log) => log.approved(mayor, { stack: "lyon" }), "is of lyon, not of bron"],
  ])("has a problem where a line was signed %s", (_, add, problem) => {
    const log = add(new Log().proposed(administrator));
    expect(problems(log)[1]?.join()).toContain(problem);
    expect(approval(log).join()).toContain("nobody but its author has approved it");
  });

  test("goes on holding when a key has ended, and does not where it signed after that", () => {
    const retired = signer("ancien maire", "official", { until: "2026-11-26" });
    const all = [...approvers, retired];
    const log = new Log().proposed(administrator).approved(retired);
    const judge = (text: string) => judgeLog(readLog(text), { stack: "bron", approvers: all });
    expect(judge(log.text).flatMap((line) => line.problems)).toEqual([]);
    const late = new Log().proposed(administrator).approved(retired, { at: "2026-11-27T10:00:00.000Z" });
    expect(judge(late.text)[1]?.problems[0]).toContain("may sign from 2026-01-01 until 2026-11-26");
    // What was approved by a key that has ended since is not applied any more.
    const tomorrow = new Date("2026-11-27T12:00:00Z");
    const { problems: now } = judgeApproval(judge(log.text), asked("one"), tomorrow);
    expect(now.join()).toContain("who may not sign any more");
  });

  test("with lines that are none says which", () => {
    expect(
      judgeLog(readLog("no\n{}\n"), { stack: "bron", approvers }).map((line) => line.problems[0]),
    ).toEqual(["is no JSON", expect.stringContaining("cannot be read (entry")]);
    expect(readLog("")).toEqual([]);
  });
});

describe("what a command writes into a log", () => {
  const begun = () => new Log().proposed(administrator).approved(mayor);
  const judgedBy = (log: Log, key: string | undefined) =>
    judgeLog(readLog(log.text), { stack: "bron", approvers, log: key });

  test("holds where it is signed with the key that comes from the commune's seed", () => {
    const log = begun().written("failed").written("refused").applied();
    expect(judgedBy(log, publicKeyOf(logKey)).flatMap((line) => line.problems)).toEqual([]);
    expect(judged(log).flatMap((line) => [...line.problems, ...line.remarks])).toEqual([]);
  });

  test.each<[string, (log: Log) => Log, string]>([
    ["nobody signed", (log) => log.written("applied", "nobody"), "is signed by nobody"],
    [
      "nobody signed, after one that is",
      (log) => log.written("failed").written("refused", "nobody"),
      "is signed by nobody",
    ],
    [
      "another key signed than the lines before",
      (log) => log.written("failed").written("applied", forgersKey),
      `is signed with ${publicKeyOf(forgersKey)}, and the lines before it with ${publicKeyOf(logKey)}`,
    ],
    [
      "somebody turned into another",
      (log) => {
        log.written("failed");
        log.lines.push((log.lines.pop() ?? "").replace('"failed"', '"applied"'));
        return log;
      },
      "its signature does not hold",
    ],
  ])("does not where %s, and uses no approval up", (_, forge, problem) => {
    const log = forge(begun());
    expect(judged(log).at(-1)?.problems.join()).toContain(problem);
    expect(approval(log)).toEqual([]);
  });

  test("does not where approvers.yaml names another key, the first line too", () => {
    const [, , line] = judgedBy(begun().written("applied", forgersKey), publicKeyOf(logKey));
    expect(line?.problems).toEqual([
      `is signed with ${publicKeyOf(forgersKey)}, and the key of the log is ${publicKeyOf(logKey)} in approvers.yaml`,
    ]);
  });

  test("of before it was signed is read, and said to be signed by nobody", () => {
    const old = new Log("one", 1).proposed(administrator).approved(mayor);
    old.written("applied", "nobody");
    const [, , line] = judged(old);
    expect(line?.problems).toEqual([]);
    expect(line?.remarks).toEqual([expect.stringContaining("is signed by nobody")]);
    expect(approval(old).join()).toContain("the approval was used on 2026-11-26");
    // A commune has no key before its first update: what did not come to one is signed by nobody either.
    const first = begun().written("refused", "nobody").written("failed", "nobody").applied();
    expect(judged(first).map(({ problems, remarks }) => [problems.length, remarks.length])).toEqual([
      ...[
        [0, 0],
        [0, 0],
        [0, 1],
        [0, 1],
        [0, 0],
      ],
    ]);
  });
});

describe("an approval", () => {
  test("counts when one other has signed, or two of whom one answers for citizens", () => {
    expect(approval(new Log().proposed(administrator).approved(other))).toEqual([]);
    expect(approval(new Log("two").proposed(administrator).approved(other).approved(officer))).toEqual([]);
  });

  test.each<[string, Log, string]>([
    ["nobody has proposed", new Log(), "nobody has proposed this report"],
    ["nobody has approved", new Log().proposed(administrator), "nobody but its author has approved it"],
    [
      "one has approved where two have to",
      new Log("two").proposed(administrator).approved(mayor),
      "and one has",
    ],
    [
      "one has approved twice",
      new Log("two").proposed(administrator).approved(mayor).approved(mayor),
      "two have to approve it, and one has",
    ],
    [
      "two have approved who both administer",
      new Log("two")
        .proposed(mayor)
        .approved(administrator, { author: mayor.fingerprint })
        .approved(other, { author: mayor.fingerprint }),
      "one of the two has to be an official or the data protection officer",
    ],
    [
      "it counted until yesterday",
      new Log().proposed(administrator).approved(mayor, { expires: "2026-11-25T10:00:00.000Z" }),
      "line 2 counted until 2026-11-25",
    ],
    [
      "it is of a change that somebody else proposed",
      new Log().proposed(administrator).approved(mayor, { author: other.fingerprint }),
      "line 2 names another author",
    ],
    [
      "it was used",
      new Log().proposed(administrator).approved(mayor).applied(),
      "the approval was used on 2026-11-26",
    ],
  ])("does not count where %s", (_, log, why) => {
    expect(approval(log).join("; ")).toContain(why);
  });

  test("is of one report and one digest", () => {
    const lines = judged(new Log().proposed(administrator).approved(mayor));
    const another = `sha256:${"c".repeat(64)}`;
    expect(judgeApproval(lines, { ...asked("one"), digest: another }, now).problems).toHaveLength(1);
    expect(judgeApproval(lines, { ...asked("one"), report: another }, now).problems).toHaveLength(1);
  });

  test("is as many as the machine that applies finds, whatever the lines say", () => {
    const log = new Log("one").proposed(administrator).approved(mayor);
    expect(judgeApproval(judged(log), asked("two"), now).problems).toContain(
      'line 1 says needs "one", and the report has "two"',
    );
  });

  test.each<[string, Partial<Proposed>, string]>([
    ["label", { label: "needs a restore point" }, 'line 1 says label "needs a restore point"'],
    [
      "sentences",
      { shown: ["Tout va bien."] },
      'line 1 says shown.0 "Tout va bien.", and the report has "Rien',
    ],
  ])("does not count where the proposal says another %s than the report", (_, said, why) => {
    const log = new Log().proposed(administrator, said).approved(mayor);
    expect(approval(log).join()).toContain(why);
  });

  test("counts where it was made of the plan alone, and says what that tells", () => {
    const plan: Said = { label: undefined, from: "plan", shown: ["Lu dans le plan seul."] };
    expect(approval(new Log().proposed(administrator).approved(mayor, plan))).toEqual([]);
    const more = new Log().proposed(administrator).approved(mayor, { ...plan, label: "reversible" });
    expect(approval(more).join()).toContain('line 2 says label "reversible", and the report has nothing');
  });
});
