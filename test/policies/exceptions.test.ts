import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { loadExceptions, type RuleException } from "../../policies/exceptions.ts";
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

const today = "2026-11-26";
const stacks = mkdtempSync(join(tmpdir(), "exceptions-"));
afterAll(() => rmSync(stacks, { recursive: true }));

function load(text: string) {
  mkdirSync(join(stacks, "bron"), { recursive: true });
  writeFileSync(join(stacks, "bron", "exceptions.yaml"), text);
  const loaded = loadExceptions(stacks, "bron", today);
  return loaded.ok ? loaded.exceptions : loaded.problems.map(({ line, message }) => `${line}: ${message}`);
}

const entry = (given: Partial<Record<keyof RuleException, string>> = {}) => {
  const fields = {
    rule: "operators-in-eu",
    object: "media.endpoint",
    reason: "Marché en cours.",
    owner: "direction du numérique",
    expires: "2027-03-01",
    ...given,
  };
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

describe("a finding with an exception", () => {
  const [rule] = rules.filter(({ id }) => id === "operators-in-eu");
  if (rule === undefined) throw new Error("no such rule");
  const finding: Finding = { rule, what: "media.endpoint", message: "names s3.example.org." };
  const exception: RuleException = {
    rule: "operators-in-eu",
    object: "media.endpoint",
    reason: "Marché en cours.",
    owner: "direction du numérique",
    expires: "2027-03-01",
  };
  const excepted = (given: Partial<RuleException> = {}) =>
    withExceptions([finding], [{ ...exception, ...given }]);

  test("is let through until its last day, and told", () => {
    const found = excepted();
    expect(mandatory(found, "2027-03-01")).toEqual([]);
    expect(found.map((each) => sentenceOn("2027-03-01", each))).toEqual([
      "operators-in-eu (sovereignty): media.endpoint names s3.example.org. Allowed until 2027-03-01 by direction du numérique: Marché en cours.",
    ]);
  });

  test("is refused the day after, and told what it had", () => {
    const found = excepted();
    expect(mandatory(found, "2027-03-02")).toHaveLength(1);
    expect(refusal(found, "2027-03-02")).toContain("What allowed it was over on 2027-03-01");
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
