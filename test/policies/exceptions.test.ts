import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { loadExceptions } from "../../audit/approval/exceptions.ts";
import { type Entry, readLog } from "../../audit/approval/log.ts";
import { headOf } from "../../audit/log.ts";
import type { RuleException, WrittenException } from "../../policies/exceptions.ts";
import {
  type Finding,
  mandatory,
  rank,
  refusal,
  sentenceOn,
  unusedExceptions,
  withExceptions,
} from "../../policies/judge.ts";
import { rules } from "../../policies/rules.ts";
import { type Signer, signedLine, signer } from "../audit/approval/signers.ts";

const today = "2026-11-26";
const stacks = mkdtempSync(join(tmpdir(), "exceptions-"));
afterAll(() => rmSync(stacks, { recursive: true }));

function load(text: string, log = "") {
  mkdirSync(join(stacks, "bron"), { recursive: true });
  writeFileSync(join(stacks, "bron", "exceptions.yaml"), text);
  writeFileSync(join(stacks, "bron", "approvals.jsonl"), log);
  const loaded = loadExceptions(stacks, "bron", today);
  return loaded.ok ? loaded.exceptions : loaded.problems.map(({ line, message }) => `${line}: ${message}`);
}

const said: WrittenException = {
  rule: "operators-in-eu",
  object: "media.endpoint",
  reason: "Marché en cours.",
  owner: "direction du numérique",
  expires: "2027-03-01",
};
const entry = (given: Partial<Record<keyof WrittenException, string>> = {}) => {
  const fields = { ...said, ...given };
  const lines = Object.entries(fields).map(([name, value]) => `    ${name}: ${JSON.stringify(value)}`);
  return `exceptions:\n  -\n${lines.join("\n")}\n`;
};

describe("exceptions.yaml", () => {
  test("says which rule is broken where, why, by whom and until when", () => {
    expect(load(entry())).toEqual([
      {
        rule: "operators-in-eu",
        object: "media.endpoint",
        reason: "Marché en cours.",
        owner: "direction du numérique",
        expires: "2027-03-01",
        signedBy: undefined,
      },
    ]);
  });

  test("need not be there", () => {
    expect(loadExceptions(stacks, "lyon", today)).toEqual({ ok: true, exceptions: [] });
  });

  test.each([
    ["a rule that nobody knows", { rule: "operators-in-uk" }, 'Did you mean "operators-in-eu"?'],
    ["a day that is no day", { expires: "2027-02-30" }, "no day of the calendar"],
    ["more than twelve months", { expires: "2027-11-27" }, "Write a day until 2027-11-26"],
    ["no reason", { reason: "" }, "is empty"],
  ])("refuses %s, with its line", (_, given, said) => {
    const found = load(entry(given));
    expect(found).toEqual([expect.stringMatching(/^\d+: /)]);
    expect(String(found)).toContain(said);
  });

  test("takes twelve months to the day", () => {
    expect(load(entry({ expires: "2027-11-26" }))).toHaveLength(1);
  });
});

describe("a signature", () => {
  const mayor = signer("maire", "official");
  const administrator = signer("équipe numérique", "administrator");
  const stranger = signer("personne", "official");
  const file = (...signers: Signer[]) =>
    `approvers:\n${signers.map(({ name, role, line, from }) => `  - { name: ${name}, role: ${role}, key: ${JSON.stringify(line)}, from: ${from} }\n`).join("")}`;
  const line = (by: Signer, given: Partial<WrittenException> = {}, more: Partial<Entry> = {}) => {
    const excepted = {
      ...{ kind: "excepted", stack: "bron", at: "2026-11-26T10:00:00.000Z", previous: headOf([]).head },
      ...{ exception: { ...said, ...given }, role: by.role, by: by.fingerprint },
      ...more,
    } as Entry;
    return signedLine(excepted, by);
  };
  const signedBy = (log: string) => {
    mkdirSync(join(stacks, "bron"), { recursive: true });
    writeFileSync(join(stacks, "bron", "approvers.yaml"), file(mayor, administrator));
    const [first] = load(entry(), log) as readonly RuleException[];
    rmSync(join(stacks, "bron", "approvers.yaml"));
    return first?.signedBy;
  };
  const text = (...lines: object[]) => lines.map((each) => `${JSON.stringify(each)}\n`).join("");

  test("of an official counts, as the log has it", () => {
    expect(signedBy(text(line(mayor)))).toBe("maire");
    expect(readLog(text(line(mayor)))).toEqual([expect.not.objectContaining({ problem: expect.anything() })]);
  });

  test.each<[string, string]>([
    ["of nobody", ""],
    ["of an administrator", text(line(administrator))],
    ["of a key that nobody knows", text(line(stranger))],
    ["of another day", text(line(mayor, { expires: "2027-06-01" }))],
    ["of another object", text(line(mayor, { object: "mail.relay" }))],
    ["of another reason", text(line(mayor, { reason: "Autre chose." }))],
    ["for another commune", text(line(mayor, {}, { stack: "lyon" }))],
    ["in a log that was rewritten", text(line(mayor, {}, { previous: `sha256:${"1".repeat(64)}` }))],
    [
      "whose text was changed afterwards",
      text(line(mayor, { expires: "2026-12-01" })).replace("2026-12-01", "2027-03-01"),
    ],
    ["of a role that its key has not", text(line({ ...administrator, role: "official" }))],
  ])("%s does not", (_, log) => expect(signedBy(log)).toBeUndefined());
});

describe("a finding with an exception", () => {
  const [rule] = rules.filter(({ id }) => id === "operators-in-eu");
  if (rule === undefined) throw new Error("no such rule");
  const finding: Finding = { rule, what: "media.endpoint", message: "names s3.example.org." };
  const exception: RuleException = { ...said, signedBy: "maire" };
  const excepted = (given: Partial<RuleException> = {}) =>
    withExceptions([finding], [{ ...exception, ...given }]);

  test("is let through until its last day, and told", () => {
    const found = excepted();
    expect(mandatory(found, "2027-03-01")).toEqual([]);
    expect(found.map((each) => sentenceOn("2027-03-01", each, "en"))).toEqual([
      "operators-in-eu (sovereignty): media.endpoint names s3.example.org. Allowed until 2027-03-01 by direction du numérique, signed by maire: Marché en cours.",
    ]);
  });

  test("is told in French with the French of what its rule serves", () =>
    expect(excepted().map((each) => sentenceOn("2027-03-01", each, "fr"))).toEqual([
      expect.stringMatching(
        /^operators-in-eu \(souveraineté\) : media\.endpoint .* Autorisé jusqu’au 1er mars 2027/,
      ),
    ]));

  test("is refused the day after, and told what it had", () => {
    const found = excepted();
    expect(mandatory(found, "2027-03-02")).toHaveLength(1);
    expect(refusal(found, "2027-03-02")).toContain("What allowed it was over on 2027-03-01");
  });

  test("is refused while nobody has signed it, and says how", () => {
    const found = excepted({ signedBy: undefined });
    expect(mandatory(found, today)).toHaveLength(1);
    expect(refusal(found, today)).toContain("npx commune except <commune> --key <file>");
  });

  test("is let through by the signed one of two", () => {
    const later = { ...exception, expires: "2027-05-01", signedBy: undefined };
    expect(mandatory(withExceptions([finding], [later, exception]), today)).toEqual([]);
  });

  test.each([
    ["another rule", { rule: "no-foreign-host" }],
    ["another place", { object: "mail.relay" }],
  ])("is not let through by one of %s, which nothing needs", (_, given) => {
    const other = { ...exception, ...given };
    const found = withExceptions([finding], [other]);
    expect(found.map((each) => rank(each, today))).toEqual(["mandatory"]);
    expect(unusedExceptions(found, [other])).toEqual([other]);
  });

  test("counts as long as the longest of several", () => {
    const found = withExceptions([finding], [exception, { ...exception, expires: "2027-05-01" }]);
    expect(mandatory(found, "2027-04-01")).toEqual([]);
  });
});
