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

describe.each(Object.entries(cases))("%s", (id, { keeps, breaks }) => {
  test("is kept", () => {
    for (const facts of keeps) expect(found(id, facts)).toEqual([]);
  });

  test.each(Object.entries(breaks))("is broken: %s", (said, facts) => {
    const messages = found(id, facts);
    expect(messages.length).toBeGreaterThan(0);
    expect(messages[0]).toMatch(new RegExp(`^${id} \\(\\w+\\): `));
    expect(messages.join("\n")).toContain(said);
  });
});
