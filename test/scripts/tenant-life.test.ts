import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test, vi } from "vitest";
import { tenantCommand } from "../../scripts/tenant.ts";
import { stacksWith, tenantText } from "../components/tenants/stacks.ts";

afterEach(() => vi.restoreAllMocks());

async function run(stacks: string, today: string, ...words: string[]): Promise<string> {
  const lines: string[] = [];
  vi.spyOn(console, "log").mockImplementation((line: string) => void lines.push(line));
  const unused = () => Promise.reject(new Error("not asked here"));
  const tools = {
    stacks,
    keyOf: unused,
    objects: unused,
    send: unused,
    commission: unused,
    today: () => today,
  };
  await tenantCommand(stacks, tools).exitOverride().parseAsync(words, { from: "user" });
  vi.restoreAllMocks();
  return lines.join("\n");
}

const file = (stacks: string, id: string) => join(stacks, "bron", "tenants", `${id}.yaml`);

test("an association is suspended and comes back by its file alone, which is byte for byte as it was", async () => {
  const text = `# Sa ligne à elle.\n${tenantText("chorale")}`;
  const stacks = stacksWith({ "tenants/chorale.yaml": text });
  const said = await run(stacks, "2026-11-27", "suspend", "bron", "chorale", "--reason", "Sur demande.");
  expect(said).toContain("To: bureau@chorale.test");
  expect(said).toContain("suspendu depuis le 27 novembre 2026 :\n\nSur demande.");
  expect(readFileSync(file(stacks, "chorale"), "utf8")).toBe(
    `${text}suspended: { since: "2026-11-27", reason: "Sur demande." }\n`,
  );
  expect(await run(stacks, "2026-11-27", "list", "bron")).toContain("suspended, 2028-06-30");
  const again = run(stacks, "2026-11-28", "suspend", "bron", "chorale", "--reason", "Encore.");
  await expect(again).rejects.toThrow("is suspended since 2026-11-27 already");
  await run(stacks, "2026-11-28", "resume", "bron", "chorale");
  expect(readFileSync(file(stacks, "chorale"), "utf8")).toBe(text);
  await expect(run(stacks, "2026-11-28", "resume", "bron", "chorale")).rejects.toThrow("is not suspended");
  await expect(run(stacks, "2026-11-28", "resume", "bron", "choral")).rejects.toThrow(
    "hosts no association choral. There are: chorale.",
  );
});

test("nothing of a file is changed that could not be read afterwards", async () => {
  const flow = `{ id: chorale, name: Chorale, contact: a@b.test, plan: small, expires: 2028-06-30, applications: { site: {} } }\n`;
  const stacks = stacksWith({ "tenants/chorale.yaml": flow });
  const reason = ["--reason", "Sur demande."];
  await expect(run(stacks, "2026-11-27", "suspend", "bron", "chorale", ...reason)).rejects.toThrow();
  expect(readFileSync(file(stacks, "chorale"), "utf8")).toBe(flow);
  const long = ["--reason", "x".repeat(301)];
  writeFileSync(file(stacks, "chorale"), tenantText("chorale"));
  await expect(run(stacks, "2026-11-27", "suspend", "bron", "chorale", ...long)).rejects.toThrow("300");
  expect(readFileSync(file(stacks, "chorale"), "utf8")).toBe(tenantText("chorale"));
});

test("an association is written to three times before its day, each once, and suspended after it", async () => {
  const stacks = stacksWith({
    "tenants/chorale.yaml": tenantText("chorale"),
    "tenants/judo.yaml": tenantText("judo").replace("2028-06-30", "2030-06-30"),
  });
  const on = (today: string) => run(stacks, today, "expiry", "bron");
  const letters: string[] = [];
  for (let day = Date.parse("2028-04-01"); day <= Date.parse("2028-07-10"); day += 86_400_000) {
    const today = new Date(day).toISOString().slice(0, 10);
    const said = await on(today);
    if (!said.startsWith("Nothing")) letters.push(`${today} ${/^Subject: (.*)$/m.exec(said)?.[1]}`);
  }
  const ends = "L’hébergement de « Chorale des Gratte-Ciel » se termine le 30 juin 2028";
  expect(letters).toEqual([
    `2028-05-01 ${ends}`,
    `2028-05-31 ${ends}`,
    `2028-06-23 ${ends}`,
    "2028-07-01 L’espace de « Chorale des Gratte-Ciel » est suspendu",
  ]);
  expect(readFileSync(file(stacks, "chorale"), "utf8")).toContain(
    'suspended: { since: "2028-07-01", reason: "La période d’hébergement convenue s’est terminée le 30 juin 2028." }',
  );
  expect(readFileSync(file(stacks, "judo"), "utf8")).not.toContain("suspended");
});
