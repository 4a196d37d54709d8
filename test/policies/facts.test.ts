import { describe, expect, test } from "vitest";
import { judge, sentence } from "../../policies/judge.ts";
import type { Facts } from "../../policies/rule.ts";
import { rules } from "../../policies/rules.ts";
import { cases } from "./cases.ts";

const found = (id: string, facts: Facts) =>
  judge(
    rules.filter((rule) => rule.id === id),
    facts,
  ).map(sentence);

/** Rules whose findings are told in English alone: what they find is of programs, and who fixes it reads that. */
const englishAlone = [
  "public-without-account",
  "open-formats",
  "page-is-clean",
  "data-is-kept",
  "tenants-apart",
];

describe.each(Object.entries(cases))("%s", (id, { keeps, breaks }) => {
  test("is kept", () => {
    for (const facts of keeps) expect(found(id, facts)).toEqual([]);
  });

  test("is told in French too, where officials meet it", () => {
    const findings = Object.values(breaks).flatMap((facts) =>
      judge(
        rules.filter((rule) => rule.id === id),
        facts,
      ),
    );
    expect(findings.length).toBeGreaterThan(0);
    for (const { message, french } of findings) {
      expect(french === undefined).toBe(englishAlone.includes(id));
      expect(french).not.toBe(message);
    }
  });

  test.each(Object.entries(breaks))("is broken: %s", (said, facts) => {
    const messages = found(id, facts);
    expect(messages.length).toBeGreaterThan(0);
    expect(messages[0]).toMatch(new RegExp(`^${id} \\(\\w+\\): `));
    expect(messages.join("\n")).toContain(said);
  });
});
